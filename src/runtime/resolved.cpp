#include "runtime/resolved.h"

#include <algorithm>

#include "base/rounding.h"

namespace tenon {
namespace {

void check_range(const Binding& binding, const DimsRange& range, const Dims& dims) {
  for (int i = 0; i < dims.rank(); ++i) {
    if (dims[i] < range.min[i] || dims[i] > range.max[i]) {
      fail("input {}: axis {} is {}, the profile allows {} to {}", binding.name, i, dims[i],
           range.min[i], range.max[i]);
    }
  }
}

// A plan file's steps must pose problems as the builder poses them: tactics rely on operands that
// the op takes, and on outputs of the dims that follow from them.
void check_problem(const Problem& problem) {
  const uint32_t shape_operands = problem.op.traits().shape_operands;
  std::vector<Fact> facts;
  bool known = true;
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    const OperandDesc& desc = problem.inputs[i];
    Fact& fact = facts.emplace_back();
    fact.present = desc.present;
    if (!desc.present) continue;
    fact.type = {desc.dtype, to_shape(desc.dims)};
    if (desc.is_shape) fact.elements.emplace(desc.elements.begin(), desc.elements.end());
    // The contents of such constants went into the packed form.
    known = known && !(desc.is_constant && i < 32 && (shape_operands >> i & 1) != 0);
  }
  if (!known) return;
  const std::vector<Fact> outputs = infer(problem.op, facts).outputs;
  if (outputs.size() != problem.outputs.size()) {
    fail("{} outputs instead of {}", problem.outputs.size(), outputs.size());
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    const TensorType type{problem.outputs[i].dtype, to_shape(problem.outputs[i].dims)};
    if (!(outputs[i].type == type)) {
      fail("output {} is {} instead of {}", i, to_string(type), to_string(outputs[i].type));
    }
  }
}

std::unique_ptr<Launch> bind(const Tactic& tactic, const Problem& problem, const Packed& packed) {
  try {
    return tactic.bind(problem, packed);
  } catch (const std::bad_variant_access&) {  // a refusal where it counted on an offer
    fail("tactic {} does not do this problem: build the plan again", tactic.name());
  }
}

class Resolver {
 public:
  Resolver(const Engine& engine, size_t index)
      : engine_(engine), program_(engine.plan().programs.at(index)) {
    resolved_->program = index;
    resolved_->auxiliary_streams = static_cast<size_t>(program_.auxiliary_streams);
    overflow_.resize(1 + resolved_->auxiliary_streams);
  }

  std::shared_ptr<const Resolved> run(const std::vector<Dims>& binding_dims) {
    bind_inputs(binding_dims);
    for (size_t s = 0; s < program_.steps.size(); ++s) {
      try {
        add_step(program_.steps[s], engine_.steps(resolved_->program)[s]);
      } catch (const Error& error) {
        throw at(program_.steps[s].name, error);
      }
    }
    place_overflow();
    add_fences();
    return resolved_;
  }

 private:
  void bind_inputs(const std::vector<Dims>& binding_dims) {
    const auto& bindings = engine_.plan().bindings;
    for (size_t i = 0; i < bindings.size(); ++i) {
      if (!bindings[i].is_input) continue;
      const Dims& dims = binding_dims.at(i);
      if (static_cast<size_t>(dims.rank()) != bindings[i].dims.size()) {
        fail("input {}: dims {} are of the wrong rank", bindings[i].name, to_string(dims));
      }
      check_range(bindings[i], program_.ranges[i], dims);
      symbols_.bind(bindings[i].name, program_.binding_dims[i], dims);
    }
    check_constraints(program_.constraints, symbols_);
    for (size_t i = 0; i < bindings.size(); ++i) {
      resolved_->binding_dims.push_back(symbols_.evaluate(program_.binding_dims[i]));
    }
  }

  void add_slot(int64_t tensor) {
    const PlanTensor& t = program_.tensors[static_cast<size_t>(tensor)];
    Resolved::Slot slot{.offset = offset_bytes(t, symbols_)};
    const uint64_t end = extent_bytes(t, symbols_);
    if (t.place == Place::kBinding) {
      const auto binding = static_cast<size_t>(t.index);
      const uint64_t bytes = bytes_of(engine_.plan().bindings[binding].dtype,
                                      resolved_->binding_dims[binding].volume());
      if (end > bytes) fail("tensor {} is larger than its binding", t.name);
      slot.base = Resolved::Slot::Base::kBinding;
      slot.binding = static_cast<uint32_t>(binding);
    } else {
      const ArenaBuffer& buffer = program_.buffers[static_cast<size_t>(t.index)];
      if (end > buffer.bytes) fail("tensor {} is larger than planned", t.name);
      slot.base = Resolved::Slot::Base::kArena;
      slot.offset += buffer.offset;
    }
    resolved_->slots.push_back(slot);
  }

  void add_step(const PlanStep& step, const Engine::Step& ready) {
    Resolved::Step result{.name = step.name,
                          .details = step.name,
                          .first_input = static_cast<uint32_t>(resolved_->slots.size()),
                          .input_count = static_cast<uint32_t>(step.inputs.size()),
                          .output_count = static_cast<uint32_t>(step.outputs.size())};
    for (const PlanOperand& operand : step.inputs) {
      if (operand.kind == OperandKind::kTensor) {
        add_slot(operand.tensor);
      } else {
        resolved_->slots.emplace_back();
      }
    }
    for (const int64_t output : step.outputs) add_slot(output);
    Resolved::Slot workspace;
    if (ready.tactic) {
      const Problem problem = problem_of(program_, step, ready.op, symbols_);
      check_problem(problem);
      result.details = fmt::format("{} [{}] {}", step.name, step.tactic, problem.key());
      result.launch = bind(*ready.tactic, problem, ready.packed);
      workspace = workspace_slot(step, *result.launch);
    } else {
      result.elements = host_elements(step);
    }
    resolved_->slots.push_back(workspace);
    resolved_->steps.push_back(std::move(result));
  }

  Resolved::Slot workspace_slot(const PlanStep& step, const Launch& launch) {
    if (launch.workspace_bytes() == 0) return {};
    if (step.workspace_buffer >= 0) {
      const ArenaBuffer& buffer = program_.buffers[static_cast<size_t>(step.workspace_buffer)];
      if (launch.workspace_bytes() <= buffer.bytes) {
        return {.base = Resolved::Slot::Base::kArena, .offset = buffer.offset};
      }
    }
    Overflow& overflow = overflow_[static_cast<size_t>(step.stream)];
    overflow.bytes = std::max(overflow.bytes, launch.workspace_bytes());
    overflow.slots.push_back(resolved_->slots.size());
    return {.base = Resolved::Slot::Base::kOverflow};
  }

  // Steps of one stream run one after another: they share memory. Those of others have their own.
  void place_overflow() {
    for (const Overflow& overflow : overflow_) {
      for (const size_t slot : overflow.slots) {
        resolved_->slots[slot].offset = resolved_->overflow_bytes;
      }
      resolved_->overflow_bytes += round_up(overflow.bytes, kDeviceAlignment);
    }
  }

  void add_fences() {
    uint32_t count = 0;
    for (size_t s = 0; s < program_.steps.size(); ++s) {
      Resolved::Step& step = resolved_->steps[s];
      step.stream = static_cast<size_t>(program_.steps[s].stream);
      for (const int64_t earlier : program_.steps[s].waits) {
        Resolved::Step& other = resolved_->steps[static_cast<size_t>(earlier)];
        if (!other.is_awaited) other.fence = count++;
        other.is_awaited = true;
        step.waits.push_back(other.fence);
      }
    }
  }

  std::vector<std::byte> host_elements(const PlanStep& step) const {
    const PlanTensor& t = program_.tensors[static_cast<size_t>(step.outputs[0])];
    const auto values = symbols_.evaluate_all(step.elements);
    if (static_cast<int64_t>(values.size()) != symbols_.evaluate(t.dims).volume()) {
      fail("{} elements do not fill {}", values.size(), t.name);
    }
    std::vector<std::byte> bytes(bytes_of(t.dtype, static_cast<int64_t>(values.size())));
    const TensorView view{t.dtype, {static_cast<int64_t>(values.size())}, bytes.data()};
    for (size_t i = 0; i < values.size(); ++i) {
      set_integer_element(view, static_cast<int64_t>(i), values[i]);
    }
    return bytes;
  }

  const Engine& engine_;
  const Program& program_;
  Symbols symbols_;
  // Of one stream.
  struct Overflow {
    size_t bytes = 0;
    std::vector<size_t> slots;
  };
  std::vector<Overflow> overflow_;
  std::shared_ptr<Resolved> resolved_ = std::make_shared<Resolved>();
};

}  // namespace

std::shared_ptr<const Resolved> resolve(const Engine& engine, size_t program,
                                        const std::vector<Dims>& binding_dims) {
  return Resolver(engine, program).run(binding_dims);
}

}  // namespace tenon

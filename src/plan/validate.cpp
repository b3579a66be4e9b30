#include <algorithm>

#include "plan/plan.h"

namespace tenon {
namespace {

[[noreturn]] void fault(const std::string& what) {
  throw Error(ErrorCode::kInvalidArgument, "plan", what);
}

void check_index(int64_t index, size_t size, const char* what) {
  if (index < 0 || static_cast<uint64_t>(index) >= size) {
    fault(fmt::format("{} {} is outside of {}", what, index, size));
  }
}

void validate_tensor(const Plan& plan, const Program& program, const PlanTensor& tensor) {
  if (tensor.dims.size() > kMaxRank) fault(fmt::format("tensor {} has too many axes", tensor.name));
  if (name_of(tensor.dtype) == "invalid") fault(fmt::format("tensor {} has no type", tensor.name));
  if (tensor.layout != Layout::kLinear && (tensor.dims.size() < 2 || tensor.dims.size() > 5)) {
    fault(fmt::format("tensor {} has a layout that its rank does not take", tensor.name));
  }
  const bool binding = tensor.place == Place::kBinding;
  check_index(tensor.index, binding ? plan.bindings.size() : program.buffers.size(), "buffer");
}

void validate_step(const Program& program, const PlanStep& step, uint64_t weights_bytes) {
  for (const PlanOperand& operand : step.inputs) {
    if (operand.kind == OperandKind::kTensor) {
      check_index(operand.tensor, program.tensors.size(), "tensor");
    } else if (name_of(operand.dtype) == "invalid") {
      fault(step.name + ": an operand has no type");
    }
  }
  for (const int64_t output : step.outputs) check_index(output, program.tensors.size(), "tensor");
  if (step.outputs.empty()) fault(step.name + ": a step without outputs");
  if (step.packed.bytes > weights_bytes || step.packed.offset > weights_bytes - step.packed.bytes) {
    fault(step.name + ": its weights are outside of the plan");
  }
  if (step.workspace_buffer != -1) {
    check_index(step.workspace_buffer, program.buffers.size(), "workspace buffer");
  }
}

void validate_streams(const Program& program) {
  const int64_t streams = program.auxiliary_streams;
  if (streams < 0 || streams > kMaxAuxiliaryStreams) {
    fault(fmt::format("it wants {} auxiliary streams, {} are the most", streams,
                      kMaxAuxiliaryStreams));
  }
  for (size_t s = 0; s < program.steps.size(); ++s) {
    const PlanStep& step = program.steps[s];
    if (step.stream < 0 || step.stream > streams) {
      fault(fmt::format("{}: there is no stream {}", step.name, step.stream));
    }
    for (const int64_t earlier : step.waits) {
      if (earlier < 0 || earlier >= static_cast<int64_t>(s)) {
        fault(fmt::format("{}: it waits for step {}, which is not before it", step.name, earlier));
      }
    }
  }
}

void validate_ranges(const Plan& plan, const Program& program) {
  if (program.ranges.size() != plan.bindings.size() ||
      program.binding_dims.size() != plan.bindings.size()) {
    fault("the number of bindings differs between profiles");
  }
  for (size_t i = 0; i < plan.bindings.size(); ++i) {
    const size_t rank = plan.bindings[i].dims.size();
    if (rank > kMaxRank || program.binding_dims[i].size() != rank) {
      fault(fmt::format("binding {} has dims of different ranks", plan.bindings[i].name));
    }
    if (!plan.bindings[i].is_input) continue;
    const DimsRange& range = program.ranges[i];
    for (const Dims* dims : {&range.min, &range.opt, &range.max}) {
      if (static_cast<size_t>(dims->rank()) != rank) {
        fault(fmt::format("binding {} has a profile of another rank", plan.bindings[i].name));
      }
      for (const int64_t d : *dims) {
        if (d < 0) fault(fmt::format("binding {} has a negative dim", plan.bindings[i].name));
      }
    }
  }
}

}  // namespace

int64_t auxiliary_streams(const Plan& plan) {
  int64_t most = 0;
  for (const Program& program : plan.programs) most = std::max(most, program.auxiliary_streams);
  return most;
}

void validate(const Plan& plan, uint64_t weights_bytes) {
  if (plan.programs.empty()) fault("it holds no program");
  for (const Program& program : plan.programs) {
    validate_ranges(plan, program);
    for (const PlanTensor& tensor : program.tensors) validate_tensor(plan, program, tensor);
    for (const PlanStep& step : program.steps) validate_step(program, step, weights_bytes);
    validate_streams(program);
    for (const ArenaBuffer& buffer : program.buffers) {
      if (buffer.bytes > program.arena_bytes ||
          buffer.offset > program.arena_bytes - buffer.bytes ||
          buffer.offset % kPlanAlignment != 0) {
        fault("a buffer is outside of the arena");
      }
    }
  }
}

}  // namespace tenon

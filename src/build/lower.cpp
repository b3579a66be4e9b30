#include "build/lower.h"

#include <algorithm>
#include <map>
#include <set>

#include "build/reformats.h"
#include "build/storage.h"
#include "ops/concat.h"
#include "ops/identity.h"

namespace tenon {
namespace {

class Lowering {
 public:
  Lowering(const Graph& graph, std::vector<Work>& works, const std::vector<size_t>& choice,
           const ProfileSymbols& symbols, Device& device, Tuner& tuner, WeightStore& weights)
      : graph_(graph), symbols_(symbols), device_(device), tuner_(tuner), weights_(weights) {
    for (size_t i = 0; i < works.size(); ++i) {
      chosen_[works[i].node] = {&works[i], &works[i].candidates.at(choice[i])};
      const Node& node = graph.node(works[i].node);
      if (node.op.is<Concat>()) concatenated_.insert(node.inputs.begin(), node.inputs.end());
    }
  }

  std::vector<Program> run(int auxiliary_streams) {
    add_inputs();
    for (const NodeId id : running_nodes(graph_)) add_node(id);
    add_outputs();
    elide_concats(draft_, symbols_.opt, device_, tuner_);
    for (DraftStep& step : draft_.steps) step.posed = nullptr;
    for (Work* work : still_posed_) release(*work);
    const std::vector<const Symbols*> shapes{&symbols_.min, &symbols_.opt, &symbols_.max};
    find_workspaces(draft_, shapes);
    store_constants(draft_, tuner_, weights_);
    std::vector<Program> programs;
    for (const Schedule& schedule : schedules(auxiliary_streams)) {
      Draft draft = draft_;
      draft.apply(schedule);
      place_in_place(draft, symbols_.opt);
      place_in_arena(draft, shapes);
      programs.push_back(finished(std::move(draft)));
    }
    return programs;
  }

 private:
  struct Chosen {
    Work* work;
    const Candidate* candidate;
  };

  // Of the network's inputs and outputs.
  Format plain(ValueId value) const { return {graph_.value(value).type.dtype, Layout::kLinear}; }
  static Format format_of(const PlanTensor& tensor) { return {tensor.dtype, tensor.layout}; }

  PlanTensor describe(ValueId value, const Format& format) const {
    const Value& v = graph_.value(value);
    return {.name = v.name, .dtype = format.dtype, .layout = format.layout, .dims = v.type.dims};
  }

  int64_t fresh_tensor(ValueId value, const Format& format, int binding = -1) {
    const PlanTensor tensor = describe(value, format);
    return draft_.add_tensor(
        tensor,
        draft_.add_storage(tensor.dtype, stored_volume(tensor.dims, tensor.layout), binding));
  }

  void add_inputs() {
    int binding = 0;
    for (const ValueId input : graph_.inputs()) {
      produced(input, fresh_tensor(input, plain(input), binding++));
    }
  }

  // The tensor of a value in a format, reformatted for `reader` when there is none yet.
  int64_t instance(ValueId value, const Format& format, const std::string& reader) {
    const auto it = instances_.find({value, format});
    if (it != instances_.end()) return it->second;
    const int64_t from = primary_.at(value);
    int64_t to = 0;
    if (same_bytes(graph_.value(value).type.dims, format_of(draft_.tensor(from)), format)) {
      PlanTensor alias = draft_.tensor(from);
      alias.layout = format.layout;
      to = draft_.add_tensor(alias, draft_.storage_of[static_cast<size_t>(from)]);
    } else {
      to = fresh_tensor(value, format);
      add_copy(from, to, fmt::format("reformat {} for {}", graph_.value(value).name, reader));
    }
    instances_[{value, format}] = to;
    return to;
  }

  void add_copy(int64_t from, int64_t to, std::string name) {
    const PlanTensor& in = draft_.tensor(from);
    const Problem problem = reformat_problem(symbols_.opt.evaluate(in.dims), format_of(in),
                                             format_of(draft_.tensor(to)));
    DraftStep step{.op = problem.op};
    step.tactic = reformat_tactic(problem, device_, tuner_, &step.step.seconds);
    step.packed = tuner_.packed(problem, *step.tactic);
    step.posed = std::make_shared<const Problem>(problem);
    step.step.name = std::move(name);
    step.step.inputs = {{.kind = OperandKind::kTensor, .tensor = from}};
    step.step.outputs = {to};
    draft_.steps.push_back(std::move(step));
  }

  void produced(ValueId value, int64_t tensor) {
    primary_[value] = tensor;
    instances_[{value, format_of(draft_.tensor(tensor))}] = tensor;
  }

  void release(Work& work) {
    if (weights_.purpose() == WeightStore::Purpose::kPlan) work.release();
  }

  void add_node(NodeId id) {
    const Node& node = graph_.node(id);
    if (is_host_computed(graph_, node)) {
      add_elements(node);
      return;
    }
    const auto& [work, candidate] = chosen_.at(id);
    if (candidate->tactic == nullptr) {
      const int64_t source = instance(node.inputs[0], work->input(*candidate, 0), node.name);
      PlanTensor view = describe(node.outputs[0], work->output(*candidate, 0));
      produced(node.outputs[0],
               draft_.add_tensor(view, draft_.storage_of[static_cast<size_t>(source)]));
      release(*work);
      return;
    }
    DraftStep step{.op = node.op, .tactic = candidate->tactic};
    step.step.name = node.name;
    step.step.origins = node.origins;
    step.step.seconds = candidate->seconds;
    Problem problem = work->variants[candidate->variant];
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      problem.inputs[i].layout = candidate->layouts.inputs[i];
      step.step.inputs.push_back(operand(node, i, problem.inputs[i]));
    }
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      problem.outputs[i].layout = candidate->layouts.outputs[i];
      const int64_t t = fresh_tensor(node.outputs[i], work->output(*candidate, i));
      produced(node.outputs[i], t);
      step.step.outputs.push_back(t);
    }
    step.packed = tuner_.packed(problem, *candidate->tactic);
    if (meets_concat(node)) {
      step.rivals = rivals_of(*work, *candidate);
      step.posed = std::make_shared<const Problem>(std::move(problem));
      still_posed_.push_back(work);
    } else {
      release(*work);
    }
    draft_.steps.push_back(std::move(step));
  }

  // Whether the node makes or reads what a concatenation takes.
  bool meets_concat(const Node& node) const {
    const auto taken = [&](ValueId v) { return concatenated_.contains(v); };
    return std::ranges::any_of(node.inputs, taken) || std::ranges::any_of(node.outputs, taken);
  }

  static std::vector<Candidate> rivals_of(const Work& work, const Candidate& chosen) {
    std::vector<Candidate> rivals;
    for (const auto* measured : {&work.candidates, &work.beaten}) {
      std::ranges::copy_if(*measured, std::back_inserter(rivals), [&](const Candidate& c) {
        return c.variant == chosen.variant && c.layouts == chosen.layouts &&
               c.tactic != chosen.tactic;
      });
    }
    std::ranges::sort(rivals, {}, &Candidate::seconds);
    return rivals;
  }

  PlanOperand operand(const Node& node, size_t i, const OperandDesc& desc) {
    PlanOperand o;
    if (!desc.present) return o;
    o.dtype = desc.dtype;
    if (desc.is_constant) {
      o.kind = OperandKind::kConstant;
      o.dims = desc.dims;
    } else if (desc.is_shape) {
      o.kind = OperandKind::kShape;
      o.dims = desc.dims;
      o.elements = *graph_.value(node.inputs[i]).elements;
    } else {
      o.kind = OperandKind::kTensor;
      o.tensor = instance(node.inputs[i], {desc.dtype, desc.layout}, node.name);
    }
    return o;
  }

  void add_elements(const Node& node) {
    DraftStep step{.op = node.op};
    step.step.name = node.name;
    step.step.origins = node.origins;
    step.step.elements = *graph_.value(node.outputs[0]).elements;
    const int64_t t = fresh_tensor(node.outputs[0], plain(node.outputs[0]));
    produced(node.outputs[0], t);
    step.step.outputs = {t};
    draft_.steps.push_back(std::move(step));
  }

  void add_outputs() {
    auto binding = static_cast<int>(graph_.inputs().size());
    for (const ValueId output : graph_.outputs()) {
      const int64_t t = instance(output, plain(output), "output");
      const int storage = draft_.storage_of[static_cast<size_t>(t)];
      auto& s = draft_.storages[static_cast<size_t>(storage)];
      if (s.binding == -1 && draft_.fills(t)) {
        s.binding = binding;
      } else {
        const int64_t copy = fresh_tensor(output, plain(output), binding);
        add_copy(t, copy, fmt::format("copy to output {}", graph_.value(output).name));
      }
      ++binding;
    }
  }

  // The ways to order the steps that are worth a try; on one stream first.
  std::vector<Schedule> schedules(int auxiliary_streams) const {
    std::vector<double> seconds;
    for (const DraftStep& step : draft_.steps) seconds.push_back(step.step.seconds);
    std::vector<Schedule> result{serial_schedule(seconds)};
    if (auxiliary_streams == 0) return result;
    const auto after = draft_.dependencies();
    // What another stream costs, and what it must gain at least where steps slow each other down.
    for (const double handover : {1e-6, 3e-6}) {
      Schedule schedule = schedule_steps(seconds, after, auxiliary_streams, handover);
      constexpr double kWorthATry = 0.985;
      if (schedule.seconds >= kWorthATry * result[0].seconds) continue;
      const auto same = [&](const Schedule& s) {
        return s.streams == schedule.streams && s.order == schedule.order;
      };
      if (std::ranges::none_of(result, same)) result.push_back(std::move(schedule));
    }
    return result;
  }

  static Program finished(Draft&& complete) {
    for (DraftStep& draft : complete.steps) {
      PlanStep& step = draft.step;
      ArchiveWriter archive;
      draft.op.write(archive);
      for (const std::byte b : archive.data()) step.op.push_back(static_cast<uint8_t>(b));
      if (draft.tactic) {
        step.tactic = draft.tactic->name();
        step.tactic_version = draft.tactic->version();
        for (const std::byte b : draft.packed.code) step.code.push_back(static_cast<uint8_t>(b));
      }
      complete.program.steps.push_back(std::move(step));
    }
    return std::move(complete.program);
  }

  const Graph& graph_;
  const ProfileSymbols& symbols_;
  Device& device_;
  Tuner& tuner_;
  WeightStore& weights_;
  std::map<NodeId, Chosen> chosen_;
  std::set<ValueId> concatenated_;  // inputs of concatenations
  std::vector<Work*> still_posed_;  // whose constants are wanted yet
  std::map<ValueId, int64_t> primary_;
  std::map<std::pair<ValueId, Format>, int64_t> instances_;
  Draft draft_;
};

}  // namespace

std::vector<Program> lower(const Graph& graph, std::vector<Work>& works,
                           const std::vector<size_t>& choice, const ProfileSymbols& symbols,
                           Device& device, Tuner& tuner, WeightStore& weights,
                           int auxiliary_streams) {
  return Lowering(graph, works, choice, symbols, device, tuner, weights).run(auxiliary_streams);
}

}  // namespace tenon

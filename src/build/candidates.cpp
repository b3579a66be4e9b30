#include "build/candidates.h"

#include <algorithm>
#include <limits>

namespace tenon {

bool is_shape_operand(const Graph& graph, const Node& node, size_t input) {
  const ValueId value = node.inputs[input];
  return value != kNone && input < 32 && ((node.op.traits().shape_operands >> input) & 1) != 0 &&
         graph.constant(value) == nullptr;
}

bool is_host_computed(const Graph& graph, const Node& node) {
  return node.outputs.size() == 1 && graph.value(node.outputs[0]).elements.has_value() &&
         graph.constant(node.outputs[0]) == nullptr;
}

std::vector<NodeId> running_nodes(const Graph& graph) {
  std::vector<bool> needed(graph.node_capacity(), false);
  std::vector<NodeId> pending;
  auto need = [&](ValueId value) {
    const NodeId producer = value == kNone ? kNone : graph.value(value).producer;
    if (producer == kNone || needed[static_cast<size_t>(producer)]) return;
    needed[static_cast<size_t>(producer)] = true;
    pending.push_back(producer);
  };
  for (const ValueId output : graph.outputs()) need(output);
  while (!pending.empty()) {
    const Node& node = graph.node(pending.back());
    pending.pop_back();
    if (is_host_computed(graph, node)) continue;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] == kNone || is_shape_operand(graph, node, i)) continue;
      if (graph.constant(node.inputs[i]) == nullptr) need(node.inputs[i]);
    }
  }
  std::vector<NodeId> nodes;
  for (const NodeId id : graph.order()) {
    if (needed[static_cast<size_t>(id)]) nodes.push_back(id);
  }
  return nodes;
}

Problem problem_of(const Graph& graph, NodeId id, const Symbols& symbols) {
  const Node& node = graph.node(id);
  Problem problem{.op = node.op};
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    OperandDesc desc;
    desc.present = node.inputs[i] != kNone;
    if (desc.present) {
      const Value& value = graph.value(node.inputs[i]);
      desc.dtype = value.type.dtype;
      desc.dims = symbols.evaluate(value.type.dims);
      desc.constant = graph.constant(node.inputs[i]);
      desc.is_constant = desc.constant != nullptr;
      if (is_shape_operand(graph, node, i)) {
        if (!value.elements) {
          throw Error(ErrorCode::kUnsupported, node.name,
                      fmt::format("shape operand {} depends on data", value.name));
        }
        desc.is_shape = true;
        desc.elements = symbols.evaluate_all(*value.elements);
      }
    }
    problem.inputs.push_back(std::move(desc));
  }
  for (const ValueId output : node.outputs) {
    const Value& value = graph.value(output);
    problem.outputs.push_back(
        {.dtype = value.type.dtype, .dims = symbols.evaluate(value.type.dims)});
  }
  return problem;
}

static Problem with_layouts(Problem problem, const LayoutOffer& offer) {
  for (size_t i = 0; i < problem.inputs.size(); ++i) problem.inputs[i].layout = offer.inputs.at(i);
  for (size_t i = 0; i < problem.outputs.size(); ++i) {
    problem.outputs[i].layout = offer.outputs.at(i);
  }
  return problem;
}

// Keeps the fastest candidate for each combination of layouts.
static void keep_fastest(std::vector<Candidate>& candidates, Candidate candidate) {
  for (Candidate& c : candidates) {
    if (c.layouts == candidate.layouts) {
      if (candidate.seconds < c.seconds) c = std::move(candidate);
      return;
    }
  }
  candidates.push_back(std::move(candidate));
}

static bool is_disabled(const std::vector<std::string>& disabled, std::string_view name) {
  return std::find(disabled.begin(), disabled.end(), name) != disabled.end();
}

Work find_candidates(const Graph& graph, NodeId id, const Symbols& symbols, Device& device,
                     Tuner& tuner, const std::vector<std::string>& disabled, const Log& log) {
  Work work{.node = id, .problem = problem_of(graph, id, symbols)};
  const Node& node = graph.node(id);
  log.verbose("{}: {}", node.name, work.problem.key());
  if (node.op.traits().view && graph.constant(node.inputs.at(0)) == nullptr) {
    LayoutOffer linear{std::vector<Layout>(node.inputs.size()),
                       std::vector<Layout>(node.outputs.size())};
    work.candidates.push_back({.layouts = std::move(linear)});
    return work;
  }
  std::string refusals;
  const auto tactics = device.tactics(node.op.name());
  double best = std::numeric_limits<double>::infinity();
  for (const Tactic* tactic : tactics) {
    auto refuse = [&](const std::string& why) {
      refusals += fmt::format("\n  {}: {}", tactic->name(), why);
      log.verbose("  {:<36} refused: {}", tactic->name(), why);
    };
    if (is_disabled(disabled, tactic->name())) {
      refuse("switched off");
      continue;
    }
    // The reference tactic is a last resort, not a competitor: it is not even timed.
    if (tactic == tactics.back() && !work.candidates.empty()) break;
    const Offer offer = tactic->offer(work.problem);
    if (const auto* refusal = std::get_if<Refusal>(&offer)) {
      refuse(refusal->reason);
      continue;
    }
    for (const LayoutOffer& layouts : std::get<0>(offer)) {
      std::string failure;
      const Problem problem = with_layouts(work.problem, layouts);
      if (tactic == tactics.back() && tactics.size() > 1) {
        if (!tuner.workspace_fits(problem, *tactic, &failure)) {
          refuse(failure);
          continue;
        }
        work.candidates.push_back({tactic, layouts, tactic->estimate(work.problem)});
        log.verbose("  {:<36} last resort", tactic->name());
        continue;
      }
      const auto seconds = tuner.measure(problem, *tactic, 3 * best, &failure);
      if (!seconds) {
        refuse(failure);
        continue;
      }
      best = std::min(best, *seconds);
      log.verbose("  {:<36} {:>10.4f} ms  {} -> {}", tactic->name(), *seconds * 1e3,
                  name_of(layouts.inputs.empty() ? Layout::kLinear : layouts.inputs[0]),
                  name_of(layouts.outputs[0]));
      keep_fastest(work.candidates, {tactic, layouts, *seconds});
    }
  }
  if (work.candidates.empty()) {
    throw Error(ErrorCode::kUnsupported, node.name,
                fmt::format("no implementation for {}; every tactic refused:{}", work.problem.key(),
                            refusals));
  }
  return work;
}

}  // namespace tenon

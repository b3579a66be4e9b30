#include "build/measured_joins.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>

#include "ir/rewriter.h"

namespace tenon {
namespace {

// A way to do a problem.
struct Timed {
  std::string_view tactic;
  LayoutOffer layouts;
  double seconds = std::numeric_limits<double>::infinity();
};

class Joiner {
 public:
  Joiner(const Graph& graph, std::span<const Work> works, Device& device, Tuner& tuner,
         const CandidateOptions& options)
      : graph_(graph), device_(device), tuner_(tuner), options_(options) {
    for (const Work& work : works) works_[work.node] = &work;
  }

  struct Gain {
    Join join;
    Timed joined;
    double apart = 0;  // seconds
    double saved() const { return apart - joined.seconds; }
  };

  // The best way to do the join in any of the types, nullopt where none is faster than its parts.
  std::optional<Gain> gain_of(const Join& join) {
    std::optional<Gain> best;
    for (const NodeId part : join.parts) {
      if (!works_.contains(part)) return best;
    }
    for (size_t v = 0; v < works_.at(join.parts[0])->variants.size(); ++v) {
      const Problem problem = problem_of(join, v);
      const Timed joined = fastest(problem, nullptr);
      if (joined.tactic.empty()) continue;
      Gain gain{join, joined, apart(join, v, joined.layouts)};
      // Less than this is within what measurements vary by.
      constexpr double kLeast = 0.02;
      if (!std::isfinite(gain.apart) || gain.saved() < kLeast * gain.apart) continue;
      if (!best || gain.saved() > best->saved()) best = std::move(gain);
    }
    return best;
  }

 private:
  const Problem& part_problem(NodeId part, size_t variant) const {
    return works_.at(part)->variants.at(variant);
  }

  // The problem that the joined node will pose.
  Problem problem_of(const Join& join, size_t variant) const {
    const Problem& first = part_problem(join.parts[0], variant);
    Problem problem{.op = join.op,
                    .inputs = {},
                    .outputs = {},
                    .tf32 = first.tf32,
                    .narrower_considered = first.narrower_considered};
    std::map<ValueId, const OperandDesc*> known;
    for (const NodeId part : join.parts) {
      const Node& node = graph_.node(part);
      const Problem& own = part_problem(part, variant);
      for (size_t i = 0; i < node.inputs.size(); ++i) known[node.inputs[i]] = &own.inputs[i];
      for (size_t i = 0; i < node.outputs.size(); ++i) known[node.outputs[i]] = &own.outputs[i];
    }
    for (const ValueId v : join.inputs) {
      problem.inputs.push_back(v == kNone ? OperandDesc{.present = false} : *known.at(v));
    }
    for (const ValueId v : join.outputs) problem.outputs.push_back(*known.at(v));
    return problem;
  }

  // What the parts take in the layouts of the joined node; what only they see is in the layout of
  // its first result.
  double apart(const Join& join, size_t variant, const LayoutOffer& layouts) {
    std::map<ValueId, Layout> layout_of;
    for (const NodeId part : join.parts) {
      for (const ValueId v : graph_.node(part).outputs) layout_of[v] = layouts.outputs[0];
    }
    for (size_t i = 0; i < join.inputs.size(); ++i) layout_of[join.inputs[i]] = layouts.inputs[i];
    for (size_t i = 0; i < join.outputs.size(); ++i) {
      layout_of[join.outputs[i]] = layouts.outputs[i];
    }
    double seconds = 0;
    for (const NodeId part : join.parts) {
      const Node& node = graph_.node(part);
      LayoutOffer own;
      for (const ValueId v : node.inputs) own.inputs.push_back(layout_of[v]);
      for (const ValueId v : node.outputs) own.outputs.push_back(layout_of[v]);
      seconds += seconds_of(part_problem(part, variant), own);
    }
    return seconds;
  }

  // Of the fastest tactic in the layouts. Joins share parts, and networks have equal layers: each
  // is asked about once.
  double seconds_of(const Problem& part, const LayoutOffer& layouts) {
    const std::string key = fmt::format("{:d}{:d} {}", part.tf32, part.narrower_considered,
                                        with_layouts(part, layouts).key());
    const auto known = parts_.find(key);
    if (known != parts_.end()) return known->second;
    return parts_[key] = fastest(part, &layouts).seconds;
  }

  // The fastest tactic but the reference, in the wanted layouts or in any.
  Timed fastest(const Problem& problem, const LayoutOffer* wanted) {
    Timed best;
    const auto tactics = device_.tactics(problem.op.name());
    for (size_t t = 0; t + 1 < tactics.size(); ++t) {
      const Tactic& tactic = *tactics[t];
      if (std::find(options_.disabled.begin(), options_.disabled.end(), tactic.name()) !=
          options_.disabled.end()) {
        continue;
      }
      const Offer offer = tactic.offer(problem);
      const auto* offers = std::get_if<std::vector<LayoutOffer>>(&offer);
      if (offers == nullptr) continue;
      for (const LayoutOffer& layouts : *offers) {
        if (wanted != nullptr && layouts != *wanted) continue;
        const auto seconds =
            tuner_.measure(with_layouts(problem, layouts), tactic, 3 * best.seconds);
        if (seconds && *seconds < best.seconds) best = {tactic.name(), layouts, *seconds};
      }
    }
    return best;
  }

  const Graph& graph_;
  std::map<NodeId, const Work*> works_;
  Device& device_;
  Tuner& tuner_;
  const CandidateOptions& options_;
  std::map<std::string, double> parts_;  // seconds by problem and layouts
};

// Replaces the parts by one node, whose outputs take the names of theirs.
void apply(Graph& graph, const Join& join) {
  const NodeId joined = graph.add_node(joined_names(graph, join.parts), join.op, join.inputs);
  graph.node(joined).origins = joined_origins(graph, join.parts);
  const std::vector<ValueId> outputs = graph.node(joined).outputs;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const bool takes_name = graph.is_output(join.outputs[i]);
    graph.replace_uses(join.outputs[i], outputs[i]);
    if (!takes_name) std::swap(graph.value(join.outputs[i]).name, graph.value(outputs[i]).name);
  }
  for (auto part = join.parts.rbegin(); part != join.parts.rend(); ++part) graph.remove_node(*part);
}

}  // namespace

int join_where_faster(Graph& graph, std::span<const Work> works, Device& device, Tuner& tuner,
                      const CandidateOptions& options, const Log& log) {
  std::vector<Joiner::Gain> gains;
  Joiner joiner(graph, works, device, tuner, options);
  for (const Join& join : find_joins(graph)) {
    if (auto gain = joiner.gain_of(join)) gains.push_back(std::move(*gain));
  }
  std::stable_sort(gains.begin(), gains.end(),
                   [](const auto& a, const auto& b) { return a.saved() > b.saved(); });
  std::set<NodeId> taken;
  int count = 0;
  for (const Joiner::Gain& gain : gains) {
    const auto& parts = gain.join.parts;
    if (std::any_of(parts.begin(), parts.end(), [&](NodeId n) { return taken.contains(n); })) {
      continue;
    }
    taken.insert(parts.begin(), parts.end());
    log.info("{} joined: {:.1f} us by {} instead of {:.1f} us", joined_names(graph, parts),
             gain.joined.seconds * 1e6, gain.joined.tactic, gain.apart * 1e6);
    apply(graph, *gain.join.rule(graph, parts.back()));  // earlier ones may have renamed its inputs
    ++count;
  }
  return count;
}

}  // namespace tenon

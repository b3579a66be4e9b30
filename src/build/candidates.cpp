#include "build/candidates.h"

#include <algorithm>
#include <limits>

#include "build/parallel_for.h"
#include "ops/arithmetic.h"

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

Problem with_layouts(Problem problem, const LayoutOffer& offer) {
  for (size_t i = 0; i < problem.inputs.size(); ++i) problem.inputs[i].layout = offer.inputs.at(i);
  for (size_t i = 0; i < problem.outputs.size(); ++i) {
    problem.outputs[i].layout = offer.outputs.at(i);
  }
  return problem;
}

// Keeps the fastest candidate for each combination of formats, of those that start early and of the
// others.
static void keep_fastest(std::vector<Candidate>& candidates, Candidate candidate) {
  for (Candidate& c : candidates) {
    if (c.variant == candidate.variant && c.layouts == candidate.layouts &&
        c.tactic->starts_early() == candidate.tactic->starts_early()) {
      if (candidate.seconds < c.seconds) c = std::move(candidate);
      return;
    }
  }
  candidates.push_back(std::move(candidate));
}

// Adds the problem with every FP32 tensor and constant in the narrower type; nothing where there is
// none.
static void add_narrow_variant(Work& work, DataType type) {
  Problem problem = work.variants.front();
  bool changed = false;
  const auto narrow = [&](OperandDesc& d) {
    if (!d.present || d.is_shape || d.dtype != DataType::kF32) return;
    d.dtype = type;
    changed = true;
    if (d.constant == nullptr) return;
    const Tensor& wide = *d.constant;
    work.converted.push_back(std::make_shared<const Tensor>(Tensor::make(
        type, wide.dims(), [&](const TensorView& to) { convert_elements(wide.view(), to); })));
    d.constant = work.converted.back().get();
  };
  for (OperandDesc& d : problem.inputs) narrow(d);
  for (OperandDesc& d : problem.outputs) narrow(d);
  if (!changed) return;
  work.variants.front().narrower_considered = true;
  problem.narrower_considered = false;
  work.variants.push_back(std::move(problem));
}

static bool is_one_of(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

namespace {

// The tactics that an op's work is offered to.
class Competitors {
 public:
  Competitors(const Work& work, Device& device, const std::vector<std::string>& disabled)
      : all_(device.tactics(work.variants.front().op.name())), disabled_(disabled) {}

  std::span<const Tactic* const> all() const { return all_; }
  bool is_disabled(const Tactic& tactic) const { return is_one_of(disabled_, tactic.name()); }
  // The reference tactic does not, unless it is alone.
  bool competes(const Tactic& tactic) const { return &tactic != all_.back() || all_.size() == 1; }

 private:
  std::span<const Tactic* const> all_;
  const std::vector<std::string>& disabled_;
};

// What a search among the work's tactics will want compiled.
std::vector<CodeCache::Request> requests_of(const Work& work, const Competitors& tactics) {
  std::vector<CodeCache::Request> result;
  for (const Problem& variant : work.variants) {
    for (const Tactic* tactic : tactics.all()) {
      if (tactics.is_disabled(*tactic) || !tactics.competes(*tactic)) continue;
      const Offer offer = tactic->offer(variant);
      const auto* offers = std::get_if<std::vector<LayoutOffer>>(&offer);
      for (size_t i = 0; offers != nullptr && i < offers->size(); ++i) {
        result.push_back({tactic, with_layouts(variant, (*offers)[i])});
      }
    }
  }
  return result;
}

// Asks every tactic of a device about one work item.
class Search {
 public:
  Search(Work& work, Device& device, Tuner& tuner, const std::vector<std::string>& disabled,
         const Log& log)
      : work_(work), tactics_(work, device, disabled), tuner_(tuner), log_(log) {}

  // Throws Error with every tactic's refusal when there is no candidate.
  void run(const std::string& node) {
    for (size_t v = 0; v < work_.variants.size(); ++v) {
      log_.verbose("{}: {}", node, work_.variants[v].key());
      for (const Tactic* tactic : tactics_.all()) {
        if (tactics_.is_disabled(*tactic)) {
          refuse(*tactic, "switched off");
        } else if (tactics_.competes(*tactic)) {
          ask(*tactic, v);
        }
      }
    }
    drop_losers();
    if (work_.candidates.empty() && tactics_.all().size() > 1) last_resort();
    if (!work_.candidates.empty()) return;
    throw Error(ErrorCode::kUnsupported, node,
                fmt::format("no implementation for {}; every tactic refused:{}",
                            work_.variants.front().key(), refusals_));
  }

 private:
  void refuse(const Tactic& tactic, const std::string& why) {
    refusals_ += fmt::format("\n  {}: {}", tactic.name(), why);
    log_.verbose("  {:<36} refused: {}", tactic.name(), why);
  }

  const std::vector<LayoutOffer>* offers_of(const Tactic& tactic, size_t variant, Offer& offer) {
    offer = tactic.offer(work_.variants[variant]);
    if (const auto* refusal = std::get_if<Refusal>(&offer)) refuse(tactic, refusal->reason);
    return std::get_if<std::vector<LayoutOffer>>(&offer);
  }

  void ask(const Tactic& tactic, size_t variant) {
    Offer offer;
    const auto* offers = offers_of(tactic, variant, offer);
    if (offers == nullptr) return;
    for (const LayoutOffer& layouts : *offers) {
      std::string failure;
      const auto seconds = tuner_.measure(with_layouts(work_.variants[variant], layouts), tactic,
                                          3 * best_, &failure);
      if (!seconds) {
        refuse(tactic, failure);
        continue;
      }
      best_ = std::min(best_, *seconds);
      log_.verbose("  {:<36} {:>10.4f} ms  {} -> {}", tactic.name(), *seconds * 1e3,
                   name_of(layouts.inputs.empty() ? Layout::kLinear : layouts.inputs[0]),
                   name_of(layouts.outputs[0]));
      measured_.push_back({&tactic, variant, layouts, *seconds});
      keep_fastest(work_.candidates, measured_.back());
    }
  }

  void drop_losers() {
    for (const Candidate& m : measured_) {
      const auto won = [&](const Candidate& c) {
        return c.tactic == m.tactic && c.variant == m.variant && c.layouts == m.layouts;
      };
      if (std::none_of(work_.candidates.begin(), work_.candidates.end(), won)) {
        tuner_.drop_loser(with_layouts(work_.variants[m.variant], m.layouts), *m.tactic);
      }
    }
  }

  // The reference tactic is no competitor: it is not even timed.
  void last_resort() {
    const Tactic& tactic = *tactics_.all().back();
    Offer offer;
    const auto* offers = tactics_.is_disabled(tactic) ? nullptr : offers_of(tactic, 0, offer);
    if (offers == nullptr) return;
    for (const LayoutOffer& layouts : *offers) {
      std::string failure;
      if (!tuner_.workspace_fits(with_layouts(work_.variants[0], layouts), tactic, &failure)) {
        refuse(tactic, failure);
        continue;
      }
      work_.candidates.push_back({&tactic, 0, layouts, tactic.estimate(work_.variants[0])});
      log_.verbose("  {:<36} last resort", tactic.name());
    }
  }

  Work& work_;
  Competitors tactics_;
  Tuner& tuner_;
  const Log& log_;
  std::vector<Candidate> measured_;
  double best_ = std::numeric_limits<double>::infinity();
  std::string refusals_;
};

}  // namespace

Work pose(const Graph& graph, NodeId id, const Symbols& symbols, const Precision& precision) {
  Work work{.node = id, .variants = {problem_of(graph, id, symbols)}};
  work.variants.front().tf32 = precision.tf32;
  for (const DataType type : precision.narrow) add_narrow_variant(work, type);
  const Node& node = graph.node(id);
  if (node.op.traits().view && graph.constant(node.inputs.at(0)) == nullptr) {
    const LayoutOffer linear{std::vector<Layout>(node.inputs.size()),
                             std::vector<Layout>(node.outputs.size())};
    for (size_t v = 0; v < work.variants.size(); ++v) {
      work.candidates.push_back({.variant = v, .layouts = linear});
    }
  }
  return work;
}

// Offers are asked for on all threads: a library may have to think about them.
void compile_candidates(std::span<const Work> works, Device& device, Tuner& tuner,
                        const CandidateOptions& options, const CodeCache::Progress& progress) {
  std::vector<std::vector<CodeCache::Request>> of_work(works.size());
  parallel_for(works.size(), options.threads, device, [&](size_t i) {
    if (!works[i].candidates.empty()) return;
    of_work[i] = requests_of(works[i], Competitors(works[i], device, options.disabled));
  });
  std::vector<CodeCache::Request> requests;
  for (auto& list : of_work) {
    std::move(list.begin(), list.end(), std::back_inserter(requests));
  }
  of_work.clear();
  tuner.compile_to_measure(std::move(requests), options.threads, progress);
}

void compile_chosen(std::span<const Work> works, std::span<const size_t> choice, Tuner& tuner,
                    const CandidateOptions& options) {
  std::vector<CodeCache::Request> requests;
  for (size_t i = 0; i < works.size(); ++i) {
    const Candidate& chosen = works[i].candidates.at(choice[i]);
    if (chosen.tactic == nullptr) continue;
    requests.push_back(
        {chosen.tactic, with_layouts(works[i].variants[chosen.variant], chosen.layouts)});
  }
  tuner.compile(requests, options.threads);
}

void time_candidates(Work& work, const std::string& node, Device& device, Tuner& tuner,
                     const CandidateOptions& options, const Log& log) {
  if (work.candidates.empty()) Search(work, device, tuner, options.disabled, log).run(node);
}

}  // namespace tenon

#include "build/format_choice.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "build/late_starts.h"
#include "build/reformats.h"

namespace tenon {
namespace {

constexpr double kNever = 1e9;

// An edge: output `output` of work `from` (or -1: a graph input) is input `input` of work `to`
// (or -1: a graph output, which is linear and of the network's type).
struct Edge {
  int from;
  size_t output;
  int to;
  size_t input;
  ValueId value;
};

class Chooser {
 public:
  Chooser(const Graph& graph, const std::vector<Work>& works, const Symbols& symbols,
          Device& device, Tuner& tuner)
      : graph_(graph),
        works_(works),
        symbols_(symbols),
        device_(device),
        tuner_(tuner),
        late_starts_(works, tuner) {
    collect_edges();
  }

  std::vector<size_t> choose() {
    std::vector<std::vector<size_t>> starts{fastest(), forward(), early()};
    for (const Format& format : offered()) starts.push_back(preferring(format));
    std::vector<size_t> best;
    double best_cost = std::numeric_limits<double>::infinity();
    for (auto& start : starts) {
      descend(start);
      const double cost = total(start);
      if (cost < best_cost * (1 - 1e-9)) {
        best_cost = cost;
        best = std::move(start);
      }
    }
    return best;
  }

 private:
  void collect_edges() {
    std::map<ValueId, std::pair<int, size_t>> producers;
    incoming_.resize(works_.size());
    outgoing_.resize(works_.size());
    for (size_t w = 0; w < works_.size(); ++w) {
      const Node& node = graph_.node(works_[w].node);
      for (size_t i = 0; i < node.inputs.size(); ++i) {
        const OperandDesc& desc = works_[w].variants.front().inputs[i];
        if (desc.present && !desc.is_constant && !desc.is_shape) {
          add_edge(producers, node.inputs[i], static_cast<int>(w), i);
        }
      }
      for (size_t i = 0; i < node.outputs.size(); ++i) {
        producers[node.outputs[i]] = {static_cast<int>(w), i};
      }
    }
    for (const ValueId output : graph_.outputs()) add_edge(producers, output, -1, 0);
  }

  void add_edge(const std::map<ValueId, std::pair<int, size_t>>& producers, ValueId value, int to,
                size_t input) {
    const auto it = producers.find(value);
    const int from = it == producers.end() ? -1 : it->second.first;
    const size_t output = it == producers.end() ? 0 : it->second.second;
    const auto edge = static_cast<int>(edges_.size());
    edges_.push_back({from, output, to, input, value});
    if (from >= 0) outgoing_[static_cast<size_t>(from)].push_back(edge);
    if (to >= 0) incoming_[static_cast<size_t>(to)].push_back(edge);
  }

  const Candidate& candidate(size_t work, size_t choice) const {
    return works_[work].candidates[choice];
  }

  // Of the network's inputs and outputs.
  Format plain(ValueId value) const { return {graph_.value(value).type.dtype, Layout::kLinear}; }
  Format from_format(const Edge& e, const std::vector<size_t>& choice) const {
    if (e.from < 0) return plain(e.value);
    const auto w = static_cast<size_t>(e.from);
    return works_[w].output(candidate(w, choice[w]), e.output);
  }
  Format to_format(const Edge& e, const std::vector<size_t>& choice) const {
    if (e.to < 0) return plain(e.value);
    const auto w = static_cast<size_t>(e.to);
    return works_[w].input(candidate(w, choice[w]), e.input);
  }

  double reformat(ValueId value, const Format& from, const Format& to) {
    const auto [it, fresh] = reformats_.try_emplace({value, from, to}, 0.0);
    if (!fresh) return it->second;
    const TensorType& type = graph_.value(value).type;
    if (same_bytes(type.dims, from, to)) return 0;
    const Dims dims = symbols_.evaluate(type.dims);
    try {
      reformat_tactic(reformat_problem(dims, from, to), device_, tuner_, &it->second);
    } catch (const Error&) {
      it->second = kNever;
    }
    return it->second;
  }

  // What an edge costs; readers of one value that want the same layout share one reformat.
  double edge_cost(int index, const std::vector<size_t>& choice) {
    const Edge& e = edges_[static_cast<size_t>(index)];
    const Format to = to_format(e, choice);
    const double cost = reformat(e.value, from_format(e, choice), to);
    if (cost == 0 || e.from < 0) return cost;
    int sharing = 0;
    for (const int other : outgoing_[static_cast<size_t>(e.from)]) {
      const Edge& o = edges_[static_cast<size_t>(other)];
      if (o.value == e.value && to_format(o, choice) == to) ++sharing;
    }
    return cost / sharing;
  }

  double local(size_t work, const std::vector<size_t>& choice) {
    double cost = candidate(work, choice[work]).seconds + late_starts_.around(work, choice);
    for (const int e : incoming_[work]) cost += edge_cost(e, choice);
    for (const int e : outgoing_[work]) cost += edge_cost(e, choice);
    return cost;
  }

  double total(const std::vector<size_t>& choice) {
    double cost = 0;
    for (size_t w = 0; w < works_.size(); ++w) {
      cost += candidate(w, choice[w]).seconds + late_starts_.before(w, choice);
    }
    for (size_t e = 0; e < edges_.size(); ++e) cost += edge_cost(static_cast<int>(e), choice);
    return cost;
  }

  std::vector<size_t> fastest() const {
    std::vector<size_t> choice(works_.size(), 0);
    for (size_t w = 0; w < works_.size(); ++w) {
      const auto& list = works_[w].candidates;
      const auto it = std::min_element(list.begin(), list.end(), [](const auto& a, const auto& b) {
        return a.seconds < b.seconds;
      });
      choice[w] = static_cast<size_t>(it - list.begin());
    }
    return choice;
  }

  // The fastest of those that start early, where there are such.
  std::vector<size_t> early() const {
    std::vector<size_t> choice = fastest();
    for (size_t w = 0; w < works_.size(); ++w) {
      const auto& list = works_[w].candidates;
      double best = std::numeric_limits<double>::infinity();
      for (size_t c = 0; c < list.size(); ++c) {
        if (list[c].tactic == nullptr || !list[c].tactic->starts_early()) continue;
        if (list[c].seconds >= best) continue;
        best = list[c].seconds;
        choice[w] = c;
      }
    }
    return choice;
  }

  // Every format that some candidate gives.
  std::set<Format> offered() const {
    std::set<Format> formats;
    for (const Work& work : works_) {
      for (const Candidate& c : work.candidates) formats.insert(work.output(c, 0));
    }
    return formats;
  }

  std::vector<size_t> preferring(const Format& format) const {
    std::vector<size_t> choice = fastest();
    for (size_t w = 0; w < works_.size(); ++w) {
      const auto& list = works_[w].candidates;
      double best = std::numeric_limits<double>::infinity();
      for (size_t c = 0; c < list.size(); ++c) {
        const bool in = list[c].layouts.inputs.empty() || works_[w].input(list[c], 0) == format ||
                        edge_from_input(w);
        if (works_[w].output(list[c], 0) == format && in && list[c].seconds < best) {
          best = list[c].seconds;
          choice[w] = c;
        }
      }
    }
    return choice;
  }

  bool edge_from_input(size_t work) const {
    return !incoming_[work].empty() &&
           edges_[static_cast<size_t>(incoming_[work].front())].from < 0;
  }

  // Every item in order takes what is best given its producers, each of which is costed by the
  // best path to each of its candidates (exact on chains).
  std::vector<size_t> forward() {
    std::vector<std::vector<double>> reach(works_.size());
    std::vector<std::vector<std::vector<size_t>>> via(works_.size());
    std::vector<size_t> choice(works_.size(), 0);
    for (size_t w = 0; w < works_.size(); ++w) {
      const size_t n = works_[w].candidates.size();
      reach[w].resize(n);
      via[w].assign(n, std::vector<size_t>(incoming_[w].size(), 0));
      for (size_t c = 0; c < n; ++c) {
        reach[w][c] = candidate(w, c).seconds;
        for (size_t i = 0; i < incoming_[w].size(); ++i) {
          const Edge& e = edges_[static_cast<size_t>(incoming_[w][i])];
          const Format to = works_[w].input(candidate(w, c), e.input);
          if (e.from < 0) {
            reach[w][c] += reformat(e.value, plain(e.value), to);
            continue;
          }
          const auto from = static_cast<size_t>(e.from);
          double best = std::numeric_limits<double>::infinity();
          for (size_t p = 0; p < reach[from].size(); ++p) {
            // A producer with several readers is paid for by all of them.
            const double shared =
                reach[from][p] / static_cast<double>(std::max<size_t>(outgoing_[from].size(), 1));
            const Format produced = works_[from].output(candidate(from, p), e.output);
            const double cost = shared + reformat(e.value, produced, to);
            if (cost < best) {
              best = cost;
              via[w][c][i] = p;
            }
          }
          reach[w][c] += best;
        }
      }
    }
    std::vector<bool> fixed(works_.size(), false);
    for (size_t w = works_.size(); w-- > 0;) {
      if (!fixed[w]) {
        const auto it = std::min_element(reach[w].begin(), reach[w].end());
        choice[w] = static_cast<size_t>(it - reach[w].begin());
      }
      for (size_t i = 0; i < incoming_[w].size(); ++i) {
        const Edge& e = edges_[static_cast<size_t>(incoming_[w][i])];
        if (e.from < 0) continue;
        const auto from = static_cast<size_t>(e.from);
        if (!fixed[from]) choice[from] = via[w][choice[w]][i];
        fixed[from] = true;
      }
    }
    return choice;
  }

  void descend(std::vector<size_t>& choice) {
    constexpr int kSweeps = 30;
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      bool changed = false;
      for (size_t w = 0; w < works_.size(); ++w) {
        const size_t before = choice[w];
        size_t best = before;
        double best_cost = local(w, choice);
        for (size_t c = 0; c < works_[w].candidates.size(); ++c) {
          choice[w] = c;
          const double cost = local(w, choice);
          if (cost < best_cost * (1 - 1e-9)) {
            best_cost = cost;
            best = c;
          }
        }
        choice[w] = best;
        changed = changed || best != before;
      }
      if (!changed) return;
    }
  }

  const Graph& graph_;
  const std::vector<Work>& works_;
  const Symbols& symbols_;
  Device& device_;
  Tuner& tuner_;
  std::vector<Edge> edges_;
  std::vector<std::vector<int>> incoming_, outgoing_;
  LateStarts late_starts_;
  std::map<std::tuple<ValueId, Format, Format>, double> reformats_;
};

}  // namespace

std::vector<size_t> choose_candidates(const Graph& graph, const std::vector<Work>& works,
                                      const Symbols& symbols, Device& device, Tuner& tuner) {
  return Chooser(graph, works, symbols, device, tuner).choose();
}

}  // namespace tenon

#include "build/close_choices.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace tenon {
namespace {

// Above, what a kernel gains or loses by its neighbours is little against what it takes.
constexpr double kShort = 30e-6;
// How much slower on their own tactics may be to be tried: what another start (see
// Tactic::starts_early()) may gain is more than what the kernels do.
constexpr double kNear = 1.12;
constexpr double kNearWithOtherStart = 1.4;
constexpr size_t kRivals = 3;      // for one problem
constexpr double kFaster = 0.997;  // what counts as a gain

// Layers of equal problems and equal choices.
struct Group {
  std::vector<size_t> works;
  double seconds = 0;  // of all of them
};

const Candidate& chosen(const std::vector<Work>& works, const std::vector<size_t>& choice,
                        size_t w) {
  return works[w].candidates[choice[w]];
}

// The groups that take most of the time first.
std::vector<Group> groups_of(const std::vector<Work>& works, const std::vector<size_t>& choice) {
  std::map<std::string, Group> groups;
  for (size_t w = 0; w < works.size(); ++w) {
    const Candidate& c = chosen(works, choice, w);
    if (c.tactic == nullptr || c.seconds > kShort) continue;
    Group& group = groups[fmt::format("{} {}", c.tactic->name(),
                                      with_layouts(works[w].variants[c.variant], c.layouts).key())];
    group.works.push_back(w);
    group.seconds += c.seconds;
  }
  std::vector<Group> result;
  result.reserve(groups.size());
  for (auto& [key, group] : groups) result.push_back(std::move(group));
  std::ranges::stable_sort(result, std::greater<>(), &Group::seconds);
  return result;
}

bool same_formats(const Candidate& a, const Candidate& b) {
  return a.variant == b.variant && a.layouts == b.layouts;
}

// The code of beaten ones that is compiled for dims is gone.
std::vector<const Tactic*> rivals_of(const Work& work, const Candidate& to_beat) {
  std::vector<Candidate> near;
  const auto add = [&](const Candidate& c) {
    if (!same_formats(c, to_beat) || c.tactic == to_beat.tactic) return;
    const bool other_start = c.tactic->starts_early() != to_beat.tactic->starts_early();
    if (c.seconds > (other_start ? kNearWithOtherStart : kNear) * to_beat.seconds) return;
    near.push_back(c);
  };
  std::ranges::for_each(work.candidates, add);
  for (const Candidate& c : work.beaten) {
    if (!c.tactic->compiles_for_dims()) add(c);
  }
  std::ranges::stable_sort(near, {}, &Candidate::seconds);
  std::vector<const Tactic*> tactics;
  for (const Candidate& c : near) {
    if (tactics.size() < kRivals) tactics.push_back(c.tactic);
  }
  return tactics;
}

// The index of the tactic's candidate in the formats of another one; a beaten one becomes a
// candidate again. nullopt where it is neither: it may have failed on one of several equal layers.
std::optional<size_t> index_of(Work& work, const Tactic* tactic, const Candidate& formats) {
  const auto is_it = [&](const Candidate& c) {
    return c.tactic == tactic && same_formats(c, formats);
  };
  const auto it = std::ranges::find_if(work.candidates, is_it);
  if (it != work.candidates.end()) return static_cast<size_t>(it - work.candidates.begin());
  const auto beaten = std::ranges::find_if(work.beaten, is_it);
  if (beaten == work.beaten.end()) return std::nullopt;
  work.candidates.push_back(*beaten);
  work.beaten.erase(beaten);
  return work.candidates.size() - 1;
}

// The choice with the tactic for all layers of the group that have it.
std::vector<size_t> with_rival(std::vector<Work>& works, std::vector<size_t> choice,
                               const Group& group, const Tactic* rival, const Candidate& formats) {
  for (const size_t w : group.works) {
    choice[w] = index_of(works[w], rival, formats).value_or(choice[w]);
  }
  return choice;
}

}  // namespace

std::vector<size_t> settle_close_choices(std::vector<Work>& works, std::vector<size_t> choice,
                                         int most, const ChoiceTimes& times, const Log& log) {
  auto left = static_cast<size_t>(std::max(most, 0));
  for (const Group& group : groups_of(works, choice)) {
    const size_t first = group.works.front();
    const Candidate to_beat = chosen(works, choice, first);
    std::vector<const Tactic*> rivals = rivals_of(works[first], to_beat);
    rivals.resize(std::min(rivals.size(), left));
    if (rivals.empty()) continue;
    left -= rivals.size();
    std::vector<std::vector<size_t>> choices{choice};
    for (const Tactic* rival : rivals) {
      choices.push_back(with_rival(works, choice, group, rival, to_beat));
    }
    std::vector<double> seconds;
    try {
      seconds = times(choices);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kInternal) throw;
      log.warning("close choices are left to single times: a program could not be timed: {}",
                  error.what());
      return choice;
    }
    const auto best = static_cast<size_t>(std::ranges::min_element(seconds) - seconds.begin());
    if (seconds[best] >= kFaster * seconds[0]) continue;
    choice = choices[best];
    log.info("{} instead of {} for {} layers: {:.4f} ms, {:.4f} ms before",
             rivals[best - 1]->name(), to_beat.tactic->name(), group.works.size(),
             seconds[best] * 1e3, seconds[0] * 1e3);
  }
  return choice;
}

}  // namespace tenon

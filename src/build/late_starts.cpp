#include "build/late_starts.h"

#include <algorithm>

namespace tenon {
namespace {

// Kernels that take less than so many early starts let the next one gain: those of many waves of
// blocks leave nothing free while they end.
constexpr double kShortGains = 6;

}  // namespace

LateStarts::LateStarts(const std::vector<Work>& works, Tuner& tuner)
    : works_(works), before_(works.size(), works.size()), after_(works.size(), works.size()) {
  const size_t none = works.size();
  size_t last = none;
  bool some = false;
  for (size_t w = 0; w < works.size(); ++w) {
    const auto& list = works[w].candidates;
    const auto launches = [](const Candidate& c) { return c.tactic != nullptr; };
    if (!std::ranges::all_of(list, launches)) continue;
    const auto early = [](const Candidate& c) { return c.tactic->starts_early(); };
    some = some || std::ranges::any_of(list, early);
    before_[w] = last;
    if (last != none) after_[last] = w;
    last = w;
  }
  if (some) gain_ = tuner.early_start_seconds();
}

double LateStarts::before(size_t work, const std::vector<size_t>& choice) const {
  if (work == works_.size() || gain_ == 0) return 0;
  const Tactic* own = works_[work].candidates[choice[work]].tactic;
  const size_t last = before_[work];
  if (last == works_.size() || own == nullptr || !own->starts_early()) return 0;
  const Candidate& earlier = works_[last].candidates[choice[last]];
  const bool gains = earlier.seconds < kShortGains * gain_;
  return gains && !earlier.tactic->starts_early() ? gain_ : 0;
}

}  // namespace tenon

#include "trtexec/profile.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "base/error.h"
#include "trtexec/statistics.h"

namespace tenon::trtexec {

double LayerProfile::total() const {
  return std::accumulate(times_ms.begin(), times_ms.end(), 0.0);
}

double LayerProfile::median() const {
  if (times_ms.empty()) return 0;
  std::vector<double> sorted = times_ms;
  std::sort(sorted.begin(), sorted.end());
  return median_of(sorted);
}

// Layers come in the same order in each inference, the first of them starts the next one.
void Profile::reportLayerTime(const char* layer, float ms) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (!layers_.empty() && next_ == layers_.size() && layers_.front().name == layer) next_ = 0;
    if (next_ == layers_.size() || layers_[next_].name != layer) {
      const auto is_it = [&](const LayerProfile& known) { return known.name == layer; };
      const auto found = std::find_if(layers_.begin(), layers_.end(), is_it);
      const bool first_inference = layers_.empty() || layers_.front().times_ms.size() == 1;
      if (found == layers_.end() || (first_inference && next_ == layers_.size())) {
        next_ = layers_.size();
        layers_.push_back({layer, {}});
      } else {
        next_ = static_cast<size_t>(found - layers_.begin());
      }
    }
    layers_[next_++].times_ms.push_back(static_cast<double>(ms));
  } catch (...) {
    std::fputs("out of memory while profiling\n", stderr);
  }
}

int Profile::inferences() const {
  return layers_.empty() ? 0 : static_cast<int>(layers_.front().times_ms.size());
}

double Profile::total_ms() const {
  double total = 0;
  for (const LayerProfile& layer : layers_) total += layer.total();
  return total;
}

std::vector<std::string> Profile::table() const {
  const auto row = [&](double total, double average, double median, double share,
                       const std::string& name) {
    return fmt::format("{:>12.2f} {:>14.4f} {:>14.4f} {:>10.1f}   {}", total, average, median,
                       share, name);
  };
  std::vector<std::string> lines;
  const double count = std::max(inferences(), 1);
  const double total = total_ms();
  lines.push_back(fmt::format("=== Profile ({} iterations ) ===", inferences()));
  lines.push_back(fmt::format("{:>12} {:>14} {:>14} {:>10}   {}", "Time(ms)", "Avg.(ms)",
                              "Median(ms)", "Time(%)", "Layer"));
  double medians = 0;
  for (const LayerProfile& layer : layers_) {
    const double share = total > 0 ? 100 * layer.total() / total : 0;
    medians += layer.median();
    lines.push_back(row(layer.total(), layer.total() / count, layer.median(), share, layer.name));
  }
  lines.push_back(row(total, total / count, medians, total > 0 ? 100 : 0, "Total"));
  return lines;
}

}  // namespace tenon::trtexec

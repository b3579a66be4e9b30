#include "cuda/kernels/igemm/igemm_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "cuda/device_facts.h"

namespace tenon {
namespace {

constexpr int kMostSplits = 8;  // blocks of a cluster that every GPU with clusters takes
constexpr size_t kMostOffers = 8;
constexpr int kMinimumClusterSm = 90;

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// What the guess rests on, measured on an H200, in seconds and bytes a second.
constexpr double kLaunch = 2.0e-6;       // from launch to the first product, and the tile's way out
constexpr double kExchange = 0.5e-6;     // the blocks' sums through the cluster
constexpr double kStepLatency = 0.2e-6;  // of a step whose operands are at hand
constexpr double kBlockLoadRate = 60e9;  // into one multiprocessor
constexpr double kProductShare = 0.55;   // of the tensor cores' rate that the instructions reach

}  // namespace

std::string name_of(const IgemmChoice& choice) {
  const IgemmTile& t = igemm_tiles()[choice.tile];
  return fmt::format("{}x{}_k{}", t.rows, t.columns, choice.splits);
}

const std::vector<IgemmChoice>& igemm_choices() {
  static const std::vector<IgemmChoice> all = [] {
    std::vector<IgemmChoice> choices;
    for (int tile = 0; tile < kIgemmTiles; ++tile) {
      // The largest tile leaves no room for other blocks' sums.
      const int most = igemm_tiles()[tile].rows > 128 ? 1 : kMostSplits;
      for (int splits = 1; splits <= most; splits *= 2) choices.push_back({tile, splits});
    }
    return choices;
  }();
  return all;
}

double igemm_seconds(const IgemmSize& size, const IgemmChoice& choice) {
  const DeviceFacts& gpu = device_facts();
  const IgemmTile& t = igemm_tiles()[choice.tile];
  const double impossible = std::numeric_limits<double>::infinity();
  if (choice.splits > 1 && (gpu.sm < kMinimumClusterSm || size.depth_steps < choice.splits)) {
    return impossible;
  }
  const int64_t steps = ceil_div(std::max<int64_t>(size.depth_steps, 1), choice.splits);
  const auto stages = static_cast<size_t>(std::min<int64_t>(t.stages, steps));
  const size_t ring = t.stage_bytes() * stages;
  const size_t shared = choice.splits == 1 ? std::max(ring, t.staging_bytes())
                                           : ring + t.staging_bytes();
  if (shared > gpu.shared_bytes) return impossible;

  const int64_t blocks =
      ceil_div(size.rows, t.rows) * ceil_div(size.columns, t.columns) * choice.splits;
  const int64_t at_once = std::min<int64_t>(static_cast<int64_t>(gpu.shared_bytes / shared),
                                            t.threads > 128 ? (t.rows > 128 ? 1 : 2) : 4);
  const int64_t waves = ceil_div(blocks, gpu.multiprocessors * at_once);
  const auto together = static_cast<double>(
      std::min(at_once, ceil_div(blocks, gpu.multiprocessors)));  // on one multiprocessor
  const double products = 2.0 * t.rows * t.columns * kIgemmDepth * gpu.multiprocessors /
                          (gpu.f16_flops * kProductShare);
  const double loads = static_cast<double>(t.stage_bytes()) / kBlockLoadRate;
  const double step = std::max(kStepLatency, together * std::max(products, loads));
  const double out = together * t.rows * t.columns * 2 / kBlockLoadRate;
  const double block = kLaunch + (choice.splits > 1 ? kExchange : 0) +
                       static_cast<double>(steps) * step + out;
  return static_cast<double>(waves) * block;
}

bool is_promising(const IgemmSize& size, const IgemmChoice& choice) {
  const double own = igemm_seconds(size, choice);
  if (!std::isfinite(own)) return false;
  size_t better = 0;
  bool before = true;  // equal guesses rank in the choices' order
  for (const IgemmChoice& other : igemm_choices()) {
    if (other == choice) {
      before = false;
      continue;
    }
    const double seconds = igemm_seconds(size, other);
    if (seconds < own || (before && seconds == own)) ++better;
  }
  return better < kMostOffers;
}

}  // namespace tenon

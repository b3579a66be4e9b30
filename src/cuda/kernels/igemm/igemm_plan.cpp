#include "cuda/kernels/igemm/igemm_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/rounding.h"
#include "cuda/device_facts.h"
#include "cuda/kernels/igemm/igemm_tensor_params.h"

namespace tenon {
namespace {

constexpr int kMostSplits = 8;  // blocks of a cluster that every GPU with clusters takes
constexpr size_t kMostOffers = 8;
constexpr int kMinimumClusterSm = 90;
constexpr int kEngineSm = 90;
constexpr int kLargeTile = 192 * 128;  // leaves no room for other blocks' sums

// What the guess rests on, fitted to measurements on an H200, in seconds and bytes a second.
struct SourceRates {
  double block;          // from a block's begin to its first product, and the tile's way out
  double step;           // the least that a step takes
  double block_load;     // into one block
  double shared_load;    // into one multiprocessor
  double product_share;  // of the tensor cores' rate
};
constexpr SourceRates kThreadRates{0.8e-6, 0.26e-6, 38e9, 250e9, 0.52};
constexpr SourceRates kEngineRates{0.8e-6, 0.12e-6, 81e9, 108e9, 0.64};
constexpr double kLaunch = 1.0e-6;
constexpr double kExchange = 1.0e-6;    // the blocks' sums through the cluster
constexpr double kSumsKernel = 0.7e-6;  // or by the kernel behind, beside its traffic
constexpr double kSumsRate = 6e12;      // in the L2 cache
constexpr double kStoreRate = 10e9;     // of one multiprocessor

int64_t blocks_at_once(const IgemmTile& t, IgemmSource source, size_t shared) {
  constexpr size_t kReserved = 1024;  // of each block
  const auto by_memory = static_cast<int64_t>(device_facts().shared_bytes / (shared + kReserved));
  const int sums = t.rows * t.columns;
  int64_t by_registers = sums >= kLargeTile ? 1 : t.threads > 128 ? 2 : 4;
  if (sums >= 128 * 64) by_registers = std::min<int64_t>(by_registers, 2);
  if (source == IgemmSource::kEngine && sums == 128 * 64) by_registers = 3;
  return std::clamp<int64_t>(by_memory, 1, by_registers);
}

// Few waves come whole; of many, the last one's end and the next one's begin overlap.
double waves_of(int64_t blocks, int64_t at_once) {
  constexpr double kFew = 2.9;
  const double waves = static_cast<double>(blocks) / static_cast<double>(at_once);
  return std::max(1.0, waves < kFew ? std::ceil(waves) : waves + 0.3);
}

}  // namespace

const IgemmTile& tile_of(const IgemmChoice& choice) {
  return igemm_tiles(choice.source, choice.element_bytes)[static_cast<size_t>(choice.tile)];
}

std::string name_of(const IgemmChoice& choice) {
  const IgemmTile& t = tile_of(choice);
  return fmt::format("{}x{}_k{}", t.rows, t.columns, choice.splits);
}

const std::vector<IgemmChoice>& igemm_choices(IgemmSource source, int element_bytes) {
  static const auto make = [](IgemmSource from, int bytes) {
    std::vector<IgemmChoice> choices;
    const auto tiles = igemm_tiles(from, bytes);
    for (int tile = 0; tile < static_cast<int>(tiles.size()); ++tile) {
      const IgemmTile& t = tiles[static_cast<size_t>(tile)];
      const bool large = t.rows * t.columns >= kLargeTile;
      const int most = large ? 1 : kMostSplits;
      for (int splits = 1; splits <= most; splits *= 2) {
        choices.push_back({tile, splits, bytes, from});
      }
    }
    return choices;
  };
  static const auto of_bytes = [](int bytes) {
    return std::array{make(IgemmSource::kThreads, bytes), make(IgemmSource::kEngine, bytes)};
  };
  static const auto narrow = of_bytes(2), wide = of_bytes(4);
  return (element_bytes == 2 ? narrow : wide)[source == IgemmSource::kThreads ? 0 : 1];
}

double igemm_seconds(const IgemmParams& params, const IgemmChoice& choice) {
  const DeviceFacts& gpu = device_facts();
  const IgemmTile& t = tile_of(choice);
  const double impossible = std::numeric_limits<double>::infinity();
  const bool narrow = choice.element_bytes == 2;
  if (choice.splits > 1 &&
      (params.depth_steps < choice.splits || (narrow && gpu.sm < kMinimumClusterSm))) {
    return impossible;
  }
  if (choice.source == IgemmSource::kEngine && (gpu.sm != kEngineSm || !has_window_map(params))) {
    return impossible;
  }
  IgemmParams p = params;
  p.splits = choice.splits;
  const size_t shared = igemm_shared_bytes(choice.tile, choice.source, p);
  if (shared > gpu.shared_bytes) return impossible;

  const int64_t blocks = ceil_div(p.rows, t.rows) * ceil_div(p.columns, t.columns) * p.splits;
  const int64_t at_once = blocks_at_once(t, choice.source, shared);
  const auto together = static_cast<double>(
      std::min(at_once, ceil_div(blocks, gpu.multiprocessors)));  // on one multiprocessor
  const SourceRates& rates = choice.source == IgemmSource::kEngine ? kEngineRates : kThreadRates;
  const double product = 2.0 * t.rows * t.columns * kIgemmDepth * gpu.multiprocessors /
                         (gpu.f16_flops * rates.product_share);
  const auto bytes = static_cast<double>(t.stage_bytes());
  const double step = std::max({rates.step, bytes / rates.block_load,
                                together * std::max(product, bytes / rates.shared_load)});
  const auto steps = static_cast<double>(ceil_div(std::max(p.depth_steps, 1), p.splits));
  const double block = rates.block + (narrow && p.splits > 1 ? kExchange : 0) + steps * step +
                       together * t.rows * t.columns * choice.element_bytes / kStoreRate;
  const double sums = 2.0 * p.splits * p.rows * p.columns * choice.element_bytes;
  return kLaunch + waves_of(blocks, gpu.multiprocessors * at_once) * block +
         (!narrow && p.splits > 1 ? kSumsKernel + sums / kSumsRate : 0);
}

bool is_promising(const IgemmParams& params, const IgemmChoice& choice) {
  const double own = igemm_seconds(params, choice);
  if (!std::isfinite(own)) return false;
  size_t better = 0;
  bool before = true;  // equal guesses rank in the choices' order
  for (const IgemmSource source : {IgemmSource::kThreads, IgemmSource::kEngine}) {
    for (const IgemmChoice& other : igemm_choices(source, choice.element_bytes)) {
      if (other == choice) {
        before = false;
        continue;
      }
      const double seconds = igemm_seconds(params, other);
      if (seconds < own || (before && seconds == own)) ++better;
    }
  }
  return better < kMostOffers;
}

}  // namespace tenon

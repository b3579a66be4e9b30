#include <algorithm>

#include "cuda/kernels/conv_pair/pair_params.h"

namespace tenon {
namespace {

constexpr size_t kBarriers = 1024;
constexpr int kProducers = 128;  // threads of a block that do not multiply

constexpr ConvPairTile tile(int rows, int columns) {
  return {rows, columns, rows / 64 * 128 + kProducers};
}
constexpr ConvPairTile kTiles[kConvPairTiles] = {tile(256, 64),  tile(192, 64),  tile(128, 64),
                                                 tile(192, 128), tile(128, 128), tile(128, 256)};

}  // namespace

std::span<const ConvPairTile> conv_pair_tiles() { return kTiles; }

size_t fit_conv_pair(const ConvPairTile& tile, int x_stages, size_t shared_bytes,
                     ConvPairParams& p) {
  constexpr int kMostSlots = 4, kMostWeights = 4;
  const auto slot = static_cast<size_t>(tile.rows) * 128;
  const auto slabs = static_cast<size_t>(p.slabs);
  const size_t weights = (slabs * kPairSlice + static_cast<size_t>(tile.columns)) * 128;
  size_t bytes = kBarriers + static_cast<size_t>(x_stages) * slabs * slot + 2 * weights + 2 * slot;
  if (bytes > shared_bytes) return 0;
  p.x_stages = x_stages;
  p.weight_stages = p.slots = 2;
  // The third slot is loaded while one is written and one read; then weights can come further
  // ahead.
  while (p.slots < kMostSlots && bytes + slot <= shared_bytes) {
    bytes += slot;
    ++p.slots;
  }
  while (p.weight_stages < kMostWeights && bytes + weights <= shared_bytes) {
    bytes += weights;
    ++p.weight_stages;
  }
  return bytes;
}

IgemmKernel prepare_conv_pair(int index, ProductType type, const GpuLimits& limits,
                              int multiprocessors, size_t shared_bytes, ConvPairParams& p) {
  const ConvPairTile& tile = kTiles[index];
  p.tiles = (p.z.rows + tile.rows - 1) / tile.rows;
  IgemmKernel kernel{.function = type == ProductType::kF16 ? conv_pair_function_f16(index)
                                                           : conv_pair_function_bf16(index),
                     .shape = {.blocks = static_cast<unsigned>(std::min(p.tiles, multiprocessors)),
                               .threads = static_cast<unsigned>(tile.threads),
                               .shared_bytes = shared_bytes,
                               .dependent = limits.dependent_launches}};
  cudaFuncSetAttribute(kernel.function, cudaFuncAttributeMaxDynamicSharedMemorySize,
                       limits.shared_bytes);
  return kernel;
}

}  // namespace tenon

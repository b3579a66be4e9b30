#include <algorithm>

#include "cuda/kernels/conv_rows/rows_params.h"

namespace tenon {
namespace {

constexpr int kMostPitch = 64;  // pixels that are multiplied together
constexpr int kMostBox = 256;   // of the copy engine
constexpr int kBarriers = 1024;
constexpr int kMostStages = 8;
constexpr double kLeastUse = 0.7;  // of the positions

int ceil_div(int a, int b) { return (a + b - 1) / b; }

void choose_pitch(int out_width, ConvRowsParams& p) {
  const int margin = p.product.kernel_w - 1;
  p.pitch_shift = 3;
  while (p.pitch() < std::min(out_width + margin, kMostPitch)) ++p.pitch_shift;
  p.tile_width = ceil_div(out_width, ceil_div(out_width, p.pitch() - margin));
}

bool choose_stages(const ConvRowsTile& t, int shared_bytes, ConvRowsParams& p) {
  constexpr int kReserved = 1024;  // of each block
  const int own = (shared_bytes + kReserved) / t.blocks_at_once - kReserved;
  p.patch_stages = std::min(2, p.product.slabs);
  const int left = own - kBarriers - p.patch_stages * p.patch_bytes();
  p.weight_stages = std::min(kMostStages, left / (t.columns * 128));
  return left > 0 && p.weight_stages >= 2;
}

size_t shared_bytes_of(const ConvRowsTile& t, const ConvRowsParams& p) {
  const int rings =
      kBarriers + p.patch_stages * p.patch_bytes() + p.weight_stages * t.columns * 128;
  return static_cast<size_t>(std::max(rings, t.rows * t.columns * 4));
}

const void* function_of(ProductType type, int tile) {
  switch (type) {
    case ProductType::kF16: return conv_rows_function_f16(tile);
    case ProductType::kBF16: return conv_rows_function_bf16(tile);
    case ProductType::kTf32: return conv_rows_function_tf32(tile);
  }
  return nullptr;
}

}  // namespace

std::span<const ConvRowsTile> conv_rows_tiles() {
  static constexpr ConvRowsTile kTiles[kConvRowsTiles] = {
      {512, 64, 512, 1}, {256, 128, 256, 1}, {256, 64, 256, 2}, {128, 128, 256, 2}};
  return kTiles;
}

bool fit_conv_rows(const ConvRowsTile& t, int shared_bytes, int out_height, int out_width,
                   ConvRowsParams& p) {
  if (p.product.kernel_w > kMostPitch / 2) return false;
  p.product.slabs = ceil_div(p.product.channels, igemm_depth(p.product.element_bytes));
  choose_pitch(out_width, p);
  p.tile_rows = t.rows >> p.pitch_shift;
  p.patch_rows = p.tile_rows + p.product.kernel_h - 1;
  if (p.patch_rows > kMostBox || !choose_stages(t, shared_bytes, p)) return false;
  const int x_tiles = ceil_div(out_width, p.tile_width),
            y_tiles = ceil_div(out_height, p.tile_rows);
  p.by_x_tiles = FastDivisor(x_tiles);
  p.by_y_tiles = FastDivisor(y_tiles);
  p.by_column_tiles = FastDivisor(ceil_div(p.product.columns, t.columns));
  return out_height * out_width >= kLeastUse * x_tiles * y_tiles * t.rows;
}

IgemmKernel prepare_conv_rows(int tile, ProductType type, int images, const GpuLimits& limits,
                              ConvRowsParams& p) {
  const ConvRowsTile& t = conv_rows_tiles()[static_cast<size_t>(tile)];
  const auto tiles = static_cast<unsigned>(p.by_column_tiles.divisor * p.by_x_tiles.divisor *
                                           p.by_y_tiles.divisor);
  const IgemmKernel kernel{.function = function_of(type, tile),
                           .shape = {.blocks = static_cast<unsigned>(images) * tiles,
                                     .threads = static_cast<unsigned>(t.threads + 32),
                                     .shared_bytes = shared_bytes_of(t, p),
                                     .dependent = limits.dependent_launches}};
  cudaFuncSetAttribute(kernel.function, cudaFuncAttributeMaxDynamicSharedMemorySize,
                       limits.shared_bytes);
  return kernel;
}

}  // namespace tenon

#include <algorithm>

#include "cuda/kernels/conv_depthwise/conv_depthwise_params.h"

namespace tenon {
namespace {

constexpr ConvDepthwiseShape kShapes[kConvDepthwiseShapes] = {
    {16, 4, 2, 128}, {48, 8, 2, 256}, {48, 8, 4, 256}, {48, 4, 1, 192}};

int parts(int whole, int part) { return (whole + part - 1) / part; }

}  // namespace

std::span<const ConvDepthwiseShape> conv_depthwise_shapes() { return kShapes; }

size_t fit_conv_depthwise(const ConvDepthwiseShape& shape, const ConvDepthwiseWindow& window,
                          ConvDepthwiseParams& p) {
  const auto seen = [&](int pixels) { return (pixels - 1) * window.stride + window.kernel; };
  p.pieces = parts(p.tile_columns, shape.pixels);
  // So that the same channels of pixels below one another are in different banks.
  p.patch_pitch = (seen(p.tile_columns) + 2) / 4 * 4 + 1;
  p.odd_columns = (seen(p.tile_columns) + 1) / 2;
  // The last piece of the last row may read behind it.
  const int last = p.pieces * shape.pixels + window.kernel;
  const int pixels = (seen(p.tile_rows) - 1) * p.patch_pitch +
                     std::max(p.patch_pitch, window.stride == 2 ? p.odd_columns + last : last);
  p.patch_bytes = pixels * shape.chunk * 2;
  const ChunkConstants constants{shape.chunk, shape.vector, p.steps, window.kernel * window.kernel};
  return static_cast<size_t>(constants.bytes()) + static_cast<size_t>(p.patch_bytes);
}

ConvDepthwiseKernel prepare_conv_depthwise(int index, const ConvDepthwiseWindow& window,
                                           ConvDepthwiseType type, int images, int shared_bytes,
                                           ConvDepthwiseParams& p) {
  const ConvDepthwiseShape& shape = kShapes[index];
  const int chunks = parts(p.expanded, shape.chunk), across = parts(p.out_width, p.tile_columns),
            down = parts(p.out_height, p.tile_rows);
  p.by_chunks = FastDivisor(chunks);
  p.by_tiles_across = FastDivisor(across);
  p.by_tiles_down = FastDivisor(down);
  p.by_tile_rows = FastDivisor(p.tile_rows);
  ConvDepthwiseKernel kernel{
      .function = type == ConvDepthwiseType::kF16 ? conv_depthwise_function_f16(index, window)
                                                  : conv_depthwise_function_bf16(index, window),
      .shape = {.blocks = static_cast<unsigned>(images * down * across * chunks),
                .threads = static_cast<unsigned>(shape.threads),
                .shared_bytes = fit_conv_depthwise(shape, window, p)}};
  cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel.function),
                       cudaFuncAttributeMaxDynamicSharedMemorySize, shared_bytes);
  return kernel;
}

}  // namespace tenon

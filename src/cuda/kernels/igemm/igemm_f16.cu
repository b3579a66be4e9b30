#include <algorithm>
#include <iterator>

#include "cuda/kernels/igemm/igemm_instances.cuh"

namespace tenon {

const void* igemm_function_f16(IgemmSource source, int tile) {
  return igemm_function<__half>(source, tile);
}

std::span<const IgemmTile> igemm_tiles(IgemmSource source) {
  if (source == IgemmSource::kWide) return IgemmInstances<__half>::wide_tiles;
  return IgemmInstances<__half>::tiles;
}

namespace {

int ceil_div(int a, int b) { return (a + b - 1) / b; }

// What the product keeps in shared memory.
size_t product_bytes(const IgemmTile& t, IgemmSource source, IgemmParams& p) {
  p.stages = std::min(t.stages, ceil_div(p.depth_steps, p.splits));
  const auto stages = static_cast<size_t>(p.stages);
  constexpr size_t kBarriers = 1024;  // and the alignment of what follows
  p.slabs = ceil_div(p.channels, kIgemmDepth);
  p.by_slabs = FastDivisor(p.slabs);
  if (source == IgemmSource::kGather) return t.stage_bytes() * stages;
  if (source == IgemmSource::kWide) return kBarriers + t.stage_bytes() * stages;
  constexpr int kZeros = 1024;  // the row of zeros, and the alignment of what follows
  const int reach = (p.kernel_h - 1) * p.dilation_h * p.width + (p.kernel_w - 1) * p.dilation_w;
  p.patch_before = p.pad_top * p.width + p.pad_left;
  p.patch_rows = t.rows + reach;
  p.patch_bytes = ceil_div(p.patch_rows * 128, 1024) * 1024;
  p.by_taps = FastDivisor(p.kernel_h * p.kernel_w);
  p.patch_buffers = 1;
  const int taps = p.kernel_h * p.kernel_w;
  for (int split = 0; split < p.splits; ++split) {
    const int begin = p.depth_steps * split / p.splits, end = p.depth_steps * (split + 1) / p.splits;
    if (end > begin && begin / taps != (end - 1) / taps) p.patch_buffers = 2;
  }
  return kZeros + static_cast<size_t>(p.patch_buffers * p.patch_bytes) +
         t.weight_stage_bytes() * stages;
}

}  // namespace

size_t igemm_shared_bytes(int tile, IgemmSource source, IgemmParams& p) {
  const IgemmTile& t = igemm_tiles(source)[static_cast<size_t>(tile)];
  const size_t product = product_bytes(t, source, p);
  return p.splits == 1 ? std::max(product, t.staging_bytes()) : product + t.staging_bytes();
}

IgemmKernel prepare_igemm(int tile, IgemmSource source, NarrowType type, IgemmParams& p,
                          const GpuLimits& limits) {
  const IgemmTile& t = igemm_tiles(source)[static_cast<size_t>(tile)];
  const int column_tiles = ceil_div(p.columns, t.columns);
  p.by_column_tiles = FastDivisor(column_tiles);
  p.split_shift = 0;
  while (1 << p.split_shift < p.splits) ++p.split_shift;
  IgemmKernel kernel{
      .function = type == NarrowType::kF16 ? igemm_function_f16(source, tile)
                                           : igemm_function_bf16(source, tile),
      .shape = {.blocks = static_cast<unsigned>(ceil_div(p.rows, t.rows) * column_tiles * p.splits),
                .threads = static_cast<unsigned>(t.threads + (source == IgemmSource::kWide ? 32 : 0)),
                .shared_bytes = igemm_shared_bytes(tile, source, p),
                .cluster = static_cast<unsigned>(p.splits),
                .dependent = limits.dependent_launches}};
  // The most that there is: other launches of the kernel may need more than this one.
  cudaFuncSetAttribute(kernel.function, cudaFuncAttributeMaxDynamicSharedMemorySize,
                       limits.shared_bytes);
  return kernel;
}

void launch_igemm(const IgemmKernel& kernel, const void* params, cudaStream_t stream) {
  launch_kernel(kernel.function, kernel.shape, params, stream);
}

}  // namespace tenon

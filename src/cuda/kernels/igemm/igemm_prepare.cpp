#include <algorithm>

#include "base/rounding.h"
#include "cuda/kernels/igemm/igemm_functions.h"

namespace tenon {

std::span<const IgemmTile> igemm_tiles(IgemmSource source, int element_bytes) {
  return element_bytes == 4 ? igemm_tiles_tf32(source) : igemm_tiles_narrow(source);
}

namespace {

const void* function_of(ProductType type, IgemmSource source, int tile) {
  switch (type) {
    case ProductType::kF16: return igemm_function_f16(source, tile);
    case ProductType::kBF16: return igemm_function_bf16(source, tile);
    case ProductType::kTf32: return igemm_function_tf32(source, tile);
  }
  return nullptr;
}

// What the product keeps in shared memory.
size_t product_bytes(const IgemmTile& t, IgemmSource source, IgemmParams& p) {
  p.stages = std::min(t.stages, ceil_div(p.depth_steps, p.splits));
  const auto stages = static_cast<size_t>(p.stages);
  constexpr size_t kBarriers = 1024;  // and the alignment of what follows
  p.slabs = ceil_div(p.channels, igemm_depth(p.element_bytes));
  p.by_slabs = FastDivisor(p.slabs);
  return t.stage_bytes() * stages + (source == IgemmSource::kEngine ? kBarriers : 0);
}

}  // namespace

size_t igemm_shared_bytes(int tile, IgemmSource source, IgemmParams& p) {
  const IgemmTile& t = igemm_tiles(source, p.element_bytes)[static_cast<size_t>(tile)];
  const size_t product = product_bytes(t, source, p);
  if (p.splits > 1) return p.element_bytes == 4 ? product : product + t.staging_bytes();
  if (!t.direct) return std::max(product, t.staging_bytes());
  return product;
}

IgemmKernel prepare_igemm(int tile, IgemmSource source, ProductType type, IgemmParams& p,
                          const GpuLimits& limits) {
  const IgemmTile& t = igemm_tiles(source, p.element_bytes)[static_cast<size_t>(tile)];
  const int column_tiles = ceil_div(p.columns, t.columns);
  p.by_column_tiles = FastDivisor(column_tiles);
  p.split_shift = 0;
  while (1 << p.split_shift < p.splits) ++p.split_shift;
  IgemmKernel kernel{
      .function = function_of(type, source, tile),
      .shape = {.blocks = static_cast<unsigned>(ceil_div(p.rows, t.rows) * column_tiles * p.splits),
                .threads = static_cast<unsigned>(t.threads + t.more_threads),
                .shared_bytes = igemm_shared_bytes(tile, source, p),
                .cluster = p.element_bytes == 4 ? 1 : static_cast<unsigned>(p.splits),
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

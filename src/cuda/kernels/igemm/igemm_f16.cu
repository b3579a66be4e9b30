#include <algorithm>
#include <iterator>

#include "cuda/kernels/igemm/igemm_instances.cuh"

namespace tenon {

const IgemmFunction* const kIgemmF16 = IgemmInstances<__half>::functions;

const IgemmTile (&igemm_tiles())[kIgemmTiles] { return IgemmInstances<__half>::tiles; }

IgemmKernel prepare_igemm(int tile, NarrowType type, IgemmParams& p, const GpuLimits& limits) {
  const IgemmTile& t = igemm_tiles()[tile];
  const auto ceil_div = [](int a, int b) { return (a + b - 1) / b; };
  const int column_tiles = ceil_div(p.columns, t.columns);
  p.by_column_tiles = FastDivisor(column_tiles);
  p.split_shift = 0;
  while (1 << p.split_shift < p.splits) ++p.split_shift;
  p.stages = std::min(t.stages, ceil_div(p.depth_steps, p.splits));
  const size_t ring = t.stage_bytes() * static_cast<size_t>(p.stages);
  IgemmKernel kernel{
      .function = (type == NarrowType::kF16 ? kIgemmF16 : kIgemmBF16)[tile],
      .shape = {.blocks = static_cast<unsigned>(ceil_div(p.rows, t.rows) * column_tiles * p.splits),
                .threads = static_cast<unsigned>(t.threads),
                .shared_bytes = p.splits == 1 ? std::max(ring, t.staging_bytes())
                                              : ring + t.staging_bytes(),
                .cluster = static_cast<unsigned>(p.splits),
                .dependent = limits.dependent_launches}};
  cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel.function),
                       cudaFuncAttributeMaxDynamicSharedMemorySize,
                       limits.shared_bytes);
  return kernel;
}

void launch_igemm(const IgemmKernel& kernel, const IgemmParams& params, cudaStream_t stream) {
  launch_kernel(kernel.function, kernel.shape, params, stream);
}

}  // namespace tenon

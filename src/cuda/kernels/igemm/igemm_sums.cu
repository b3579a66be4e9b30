#include "cuda/dependent_launch.h"
#include "cuda/kernels/igemm/tile_writer.cuh"

namespace tenon {
namespace {

constexpr int kThreads = 128;
constexpr int kPiece = 4;  // columns a thread

int pieces_of(const IgemmParams& p) { return (p.columns + kPiece - 1) / kPiece; }

// y of the sums that blocks with shares of the depth left.
__global__ void __launch_bounds__(kThreads)
    igemm_sums_kernel(const __grid_constant__ IgemmParams p) {
  follow_producers();
  const PieceWriter<float> writer(p);
  const auto pieces = static_cast<unsigned>(p.columns + kPiece - 1) / kPiece;
  const unsigned item = blockIdx.x * kThreads + threadIdx.x;
  const TilePiece at =
      writer.piece(static_cast<int>(item / pieces), static_cast<int>(item % pieces) * kPiece);
  if (!at.wanted) return;
  uint4 residual;
  writer.fetch_residual(at, residual);
  const int64_t share = static_cast<int64_t>(p.rows) * p.columns_padded;
  const float* from = p.sums + static_cast<int64_t>(at.row) * p.columns_padded + at.column;
  float v[kPiece] = {};
#pragma unroll 8
  for (int s = 0; s < p.splits; ++s) {
    const float4 sums = *reinterpret_cast<const float4*>(from + s * share);
    v[0] += sums.x, v[1] += sums.y, v[2] += sums.z, v[3] += sums.w;
  }
  writer.write(at, residual, v, AnyActivation{p.act});
}

}  // namespace

IgemmKernel prepare_igemm_sums(const IgemmParams& p, const GpuLimits& limits) {
  const int64_t items = static_cast<int64_t>(p.rows) * pieces_of(p);
  return {.function = reinterpret_cast<const void*>(igemm_sums_kernel),
          .shape = {.blocks = static_cast<unsigned>((items + kThreads - 1) / kThreads),
                    .threads = kThreads,
                    .dependent = limits.dependent_launches}};
}

}  // namespace tenon

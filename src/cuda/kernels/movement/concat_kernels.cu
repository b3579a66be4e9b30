#include "cuda/dependent_launch.h"
#include "cuda/kernels/movement/concat_kernels.h"

namespace tenon {
namespace {

constexpr int kThreads = 256;

template <typename Unit>
__global__ void __launch_bounds__(kThreads) concat_units(const __grid_constant__ ConcatWork work) {
  follow_producers();
  int index = 0;
  while (index + 1 < work.count && work.parts[index + 1].first_block <= blockIdx.x) ++index;
  const ConcatPart& part = work.parts[index];
  const auto* in = static_cast<const Unit*>(part.in);
  auto* out = static_cast<Unit*>(part.out);
  const uint32_t first = (blockIdx.x - part.first_block) * kConcatUnits + threadIdx.x;
  constexpr int kUnits = kConcatUnits / kThreads;
  Unit unit[kUnits];
  int64_t to[kUnits];
#pragma unroll
  for (int u = 0; u < kUnits; ++u) {
    const uint32_t i = first + u * kThreads;
    uint32_t column, row;
    const uint32_t image = part.rows.divide(part.row.divide(i, column), row);
    to[u] = image * part.out_image + row * part.out_row + column;
    if (i < part.count) unit[u] = in[image * part.in_image + row * part.in_row + column];
  }
#pragma unroll
  for (int u = 0; u < kUnits; ++u) {
    if (first + u * kThreads < part.count) out[to[u]] = unit[u];
  }
}

}  // namespace

void launch_concat(const ConcatWork& work, uint32_t blocks, int bytes, cudaStream_t stream) {
  if (blocks == 0) return;
  switch (bytes) {
    case 1: launch_dependent(concat_units<uint8_t>, blocks, kThreads, 0, stream, work); break;
    case 2: launch_dependent(concat_units<uint16_t>, blocks, kThreads, 0, stream, work); break;
    case 4: launch_dependent(concat_units<uint32_t>, blocks, kThreads, 0, stream, work); break;
    case 8: launch_dependent(concat_units<uint2>, blocks, kThreads, 0, stream, work); break;
    default: launch_dependent(concat_units<uint4>, blocks, kThreads, 0, stream, work); break;
  }
}

}  // namespace tenon

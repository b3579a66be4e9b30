#include "cuda/dependent_launch.h"
#include "cuda/kernels/movement/gather_kernels.h"

namespace tenon {
namespace {

constexpr int kThreads = 256;

// -1 when it is out of range.
__device__ int64_t index_at(const void* indices, uint32_t i, bool wide, int64_t extent) {
  int64_t index =
      wide ? static_cast<const int64_t*>(indices)[i] : static_cast<const int32_t*>(indices)[i];
  if (index < 0) index += extent;
  return index < 0 || index >= extent ? -1 : index;
}

template <typename Unit>
__global__ void __launch_bounds__(kThreads)
    gather_units(const Unit* in, const void* indices, Unit* out,
                 const __grid_constant__ GatherWork work) {
  follow_producers();
  const uint32_t i = blockIdx.x * kThreads + threadIdx.x;
  if (i >= work.count) return;
  uint32_t column, which;
  const uint32_t row = work.block.divide(i, column);
  const uint32_t outer = work.indices.divide(row, which);
  const int64_t index = index_at(indices, which, work.wide, work.extent);
  Unit unit{};
  if (index >= 0) unit = in[(outer * work.extent + index) * work.block.divisor + column];
  out[i] = unit;
}

template <typename Element>
__global__ void __launch_bounds__(kThreads)
    gather_each(const Element* in, const void* indices, Element* out,
                const __grid_constant__ GatherElementsWork work) {
  follow_producers();
  const uint32_t i = blockIdx.x * kThreads + threadIdx.x;
  if (i >= work.loop.count) return;
  int64_t from, to;
  work.loop.offsets(i, from, to);
  const int64_t index = index_at(indices, i, work.wide, work.extent);
  out[i] = index >= 0 ? in[from + index * work.along] : Element{};
}

template <typename Unit>
void gather(const void* in, const void* indices, void* out, const GatherWork& work,
            cudaStream_t stream) {
  const uint32_t blocks = (work.count + kThreads - 1) / kThreads;
  launch_dependent(gather_units<Unit>, blocks, kThreads, 0, stream, static_cast<const Unit*>(in),
                   indices, static_cast<Unit*>(out), work);
}

template <typename Element>
void each(const void* in, const void* indices, void* out, const GatherElementsWork& work,
          cudaStream_t stream) {
  const uint32_t blocks = (work.loop.count + kThreads - 1) / kThreads;
  launch_dependent(gather_each<Element>, blocks, kThreads, 0, stream,
                   static_cast<const Element*>(in), indices, static_cast<Element*>(out), work);
}

}  // namespace

void launch_gather(const void* in, const void* indices, void* out, const GatherWork& work,
                   int bytes, cudaStream_t stream) {
  if (work.count == 0) return;
  switch (bytes) {
    case 1: gather<uint8_t>(in, indices, out, work, stream); break;
    case 2: gather<uint16_t>(in, indices, out, work, stream); break;
    case 4: gather<uint32_t>(in, indices, out, work, stream); break;
    case 8: gather<uint2>(in, indices, out, work, stream); break;
    default: gather<uint4>(in, indices, out, work, stream); break;
  }
}

void launch_gather_elements(const void* in, const void* indices, void* out,
                            const GatherElementsWork& work, int element, cudaStream_t stream) {
  if (work.loop.count == 0) return;
  switch (element) {
    case 1: each<uint8_t>(in, indices, out, work, stream); break;
    case 2: each<uint16_t>(in, indices, out, work, stream); break;
    case 4: each<uint32_t>(in, indices, out, work, stream); break;
    default: each<uint64_t>(in, indices, out, work, stream); break;
  }
}

}  // namespace tenon

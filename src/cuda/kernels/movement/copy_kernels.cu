#include "cuda/dependent_launch.h"
#include "cuda/kernels/movement/copy_kernels.h"

namespace tenon {
namespace {

constexpr int kThreads = 256;
constexpr uint32_t kManyUnits = 1 << 20;  // from here on every thread moves several

// All loads are on their way before the first store.
template <typename Unit, int kUnits>
__global__ void __launch_bounds__(kThreads)
    copy_units(const Unit* in, Unit* out, const __grid_constant__ CopyLoop loop) {
  follow_producers();
  const uint32_t first = blockIdx.x * (kThreads * kUnits) + threadIdx.x;
  Unit unit[kUnits];
  int64_t to[kUnits];
#pragma unroll
  for (int u = 0; u < kUnits; ++u) {
    const uint32_t i = first + u * kThreads;
    int64_t from;
    loop.offsets(i, from, to[u]);
    if (i < loop.count) unit[u] = in[from];
  }
#pragma unroll
  for (int u = 0; u < kUnits; ++u) {
    if (first + u * kThreads < loop.count) out[to[u]] = unit[u];
  }
}

template <typename Element>
__global__ void __launch_bounds__(kThreads)
    splat_units(const Element* in, uint4* out, const __grid_constant__ CopyLoop loop) {
  follow_producers();
  const uint32_t i = blockIdx.x * kThreads + threadIdx.x;
  if (i >= loop.count) return;
  int64_t from, to;
  loop.offsets(i, from, to);
  const Element element = in[from];
  union {
    uint4 unit;
    Element elements[16 / sizeof(Element)];
  };
#pragma unroll
  for (Element& e : elements) e = element;
  out[to] = unit;
}

template <typename Unit>
void copy(const void* in, void* out, const CopyLoop& loop, cudaStream_t stream) {
  const auto* from = static_cast<const Unit*>(in);
  auto* to = static_cast<Unit*>(out);
  if (loop.count >= kManyUnits) {
    constexpr int kUnits = 4;
    const uint32_t blocks = (loop.count + kThreads * kUnits - 1) / (kThreads * kUnits);
    launch_dependent(copy_units<Unit, kUnits>, blocks, kThreads, 0, stream, from, to, loop);
  } else {
    const uint32_t blocks = (loop.count + kThreads - 1) / kThreads;
    launch_dependent(copy_units<Unit, 1>, blocks, kThreads, 0, stream, from, to, loop);
  }
}

template <typename Element>
void splat(const void* in, void* out, const CopyLoop& loop, cudaStream_t stream) {
  const uint32_t blocks = (loop.count + kThreads - 1) / kThreads;
  launch_dependent(splat_units<Element>, blocks, kThreads, 0, stream,
                   static_cast<const Element*>(in), static_cast<uint4*>(out), loop);
}

}  // namespace

void launch_copy(const void* in, void* out, const CopyLoop& loop, int bytes, cudaStream_t stream) {
  if (loop.count == 0) return;
  switch (bytes) {
    case 1: copy<uint8_t>(in, out, loop, stream); break;
    case 2: copy<uint16_t>(in, out, loop, stream); break;
    case 4: copy<uint32_t>(in, out, loop, stream); break;
    case 8: copy<uint2>(in, out, loop, stream); break;
    default: copy<uint4>(in, out, loop, stream); break;
  }
}

void launch_splat(const void* in, void* out, const CopyLoop& loop, int element,
                  cudaStream_t stream) {
  if (loop.count == 0) return;
  switch (element) {
    case 1: splat<uint8_t>(in, out, loop, stream); break;
    case 2: splat<uint16_t>(in, out, loop, stream); break;
    case 4: splat<uint32_t>(in, out, loop, stream); break;
    default: splat<uint64_t>(in, out, loop, stream); break;
  }
}

}  // namespace tenon

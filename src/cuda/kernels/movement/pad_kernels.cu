#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <algorithm>

#include "cuda/dependent_launch.h"
#include "cuda/kernels/movement/pad_kernels.h"

namespace tenon {
namespace {

constexpr int kThreads = 256;

// The place among `kept` ones whose value pads place `at`.
__device__ int mirrored(int at, int kept, PadSource source) {
  if (source == PadSource::kEdge || kept == 1) return at < 0 ? 0 : kept - 1;
  const int period = source == PadSource::kWrap ? kept : 2 * (kept - 1);
  int within = at % period;
  if (within < 0) within += period;
  return within < kept ? within : period - within;
}

template <typename Unit>
__device__ Unit unit_of(const uint4& pattern) {
  return *reinterpret_cast<const Unit*>(&pattern);
}

template <typename Unit>
__global__ void __launch_bounds__(kThreads)
    pad_units(const Unit* in, Unit* out, const __grid_constant__ PadLoop loop) {
  follow_producers();
  uint32_t i = blockIdx.x * kThreads + threadIdx.x;
  if (i >= loop.count) return;
  int64_t from = loop.in_offset;
  int64_t to = 0;
  bool inside = true;
  for (int a = loop.axes - 1; a >= 0; --a) {
    uint32_t place = i;
    if (a > 0) i = loop.extent[a].divide(i, place);
    to += place * loop.out_stride[a];
    int at = static_cast<int>(place) - loop.before[a];
    if (at < 0 || at >= loop.kept[a]) {
      inside = inside && loop.source != PadSource::kValue;
      if (inside) at = mirrored(at, loop.kept[a], loop.source);
    }
    from += at * loop.in_stride[a];
  }
  out[to] = inside ? in[from] : unit_of<Unit>(loop.value);
}

// Every thread makes a unit of the output, element by element.
template <typename Element, bool kMirror>
__global__ void __launch_bounds__(kThreads)
    pad_flat(const Element* in, uint4* out, const __grid_constant__ PadLoop loop) {
  follow_producers();
  constexpr int kElements = 16 / sizeof(Element);
  const uint32_t unit = blockIdx.x * kThreads + threadIdx.x;
  if (unit >= loop.count / kElements) return;
  uint32_t i[kElements];
  int64_t from[kElements];
  bool inside[kElements];
#pragma unroll
  for (int e = 0; e < kElements; ++e) {
    i[e] = unit * kElements + e;
    from[e] = loop.in_offset;
    inside[e] = true;
  }
  for (int a = loop.axes - 1; a >= 0; --a) {
    const FastDivisor extent = loop.extent[a];
    const int before = loop.before[a], kept = loop.kept[a];
    const int64_t stride = loop.in_stride[a];
#pragma unroll
    for (int e = 0; e < kElements; ++e) {
      uint32_t place;
      i[e] = extent.divide(i[e], place);
      int at = static_cast<int>(place) - before;
      const bool here = static_cast<uint32_t>(at) < static_cast<uint32_t>(kept);
      if constexpr (kMirror) {
        if (!here) at = mirrored(at, kept, loop.source);
      } else {
        inside[e] = inside[e] && here;
      }
      from[e] += at * stride;
    }
  }
  union {
    uint4 whole;
    Element elements[kElements];
  };
  whole = loop.value;
#pragma unroll
  for (int e = 0; e < kElements; ++e) {
    if (inside[e]) elements[e] = in[from[e]];
  }
  out[unit] = whole;
}

template <typename Element>
void flat(const void* in, void* out, const PadLoop& loop, cudaStream_t stream) {
  constexpr uint32_t kElements = 16 / sizeof(Element);
  const uint32_t blocks = (loop.count / kElements + kThreads - 1) / kThreads;
  const auto* from = static_cast<const Element*>(in);
  auto* to = static_cast<uint4*>(out);
  if (loop.source == PadSource::kValue) {
    launch_dependent(pad_flat<Element, false>, blocks, kThreads, 0, stream, from, to, loop);
  } else {
    launch_dependent(pad_flat<Element, true>, blocks, kThreads, 0, stream, from, to, loop);
  }
}

template <typename Unit>
void pad(const void* in, void* out, const PadLoop& loop, cudaStream_t stream) {
  const uint32_t blocks = (loop.count + kThreads - 1) / kThreads;
  launch_dependent(pad_units<Unit>, blocks, kThreads, 0, stream, static_cast<const Unit*>(in),
                   static_cast<Unit*>(out), loop);
}

// Enough blocks to fill a large GPU; threads go on from there in steps of the grid.
constexpr int64_t kMostBlocks = 4096;
int blocks_for(int64_t count) {
  return static_cast<int>(std::min((count + kThreads - 1) / kThreads, kMostBlocks));
}

template <typename Unit>
__global__ void __launch_bounds__(kThreads) fill_units(Unit* out, int64_t count, uint4 pattern) {
  follow_producers();
  const Unit unit = unit_of<Unit>(pattern);
  const int64_t step = static_cast<int64_t>(gridDim.x) * kThreads;
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x; i < count;
       i += step) {
    out[i] = unit;
  }
}

template <typename Unit>
void fill(void* out, int64_t bytes, uint4 pattern, cudaStream_t stream) {
  const int64_t count = bytes / static_cast<int64_t>(sizeof(Unit));
  launch_dependent(fill_units<Unit>, blocks_for(count), kThreads, 0, stream,
                   static_cast<Unit*>(out), count, pattern);
}

__global__ void __launch_bounds__(kThreads)
    iota_elements(void* out, int64_t count, Progression progression) {
  follow_producers();
  const int64_t step = static_cast<int64_t>(gridDim.x) * kThreads;
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x; i < count;
       i += step) {
    const auto real =
        static_cast<float>(progression.start + static_cast<double>(i) * progression.step);
    const int64_t whole = progression.whole_start + i * progression.whole_step;
    switch (progression.type) {
      case IotaType::kF32: static_cast<float*>(out)[i] = real; break;
      case IotaType::kF16: static_cast<__half*>(out)[i] = __float2half_rn(real); break;
      case IotaType::kBF16: static_cast<__nv_bfloat16*>(out)[i] = __float2bfloat16_rn(real); break;
      case IotaType::kI64: static_cast<int64_t*>(out)[i] = whole; break;
      case IotaType::kI32: static_cast<int32_t*>(out)[i] = static_cast<int32_t>(whole); break;
      case IotaType::kI8: static_cast<int8_t*>(out)[i] = static_cast<int8_t>(whole); break;
      case IotaType::kBool: static_cast<uint8_t*>(out)[i] = whole != 0; break;
    }
  }
}

}  // namespace

void launch_pad(const void* in, void* out, const PadLoop& loop, int bytes, cudaStream_t stream) {
  if (loop.count == 0) return;
  switch (bytes) {
    case 1: pad<uint8_t>(in, out, loop, stream); break;
    case 2: pad<uint16_t>(in, out, loop, stream); break;
    case 4: pad<uint32_t>(in, out, loop, stream); break;
    case 8: pad<uint2>(in, out, loop, stream); break;
    default: pad<uint4>(in, out, loop, stream); break;
  }
}

void launch_flat_pad(const void* in, void* out, const PadLoop& loop, int element,
                     cudaStream_t stream) {
  if (loop.count == 0) return;
  switch (element) {
    case 1: flat<uint8_t>(in, out, loop, stream); break;
    case 2: flat<uint16_t>(in, out, loop, stream); break;
    case 4: flat<uint32_t>(in, out, loop, stream); break;
    default: flat<uint64_t>(in, out, loop, stream); break;
  }
}

void launch_fill(void* out, int64_t bytes, uint4 pattern, int alignment, cudaStream_t stream) {
  if (bytes == 0) return;
  switch (alignment) {
    case 1: fill<uint8_t>(out, bytes, pattern, stream); break;
    case 2: fill<uint16_t>(out, bytes, pattern, stream); break;
    case 4: fill<uint32_t>(out, bytes, pattern, stream); break;
    case 8: fill<uint2>(out, bytes, pattern, stream); break;
    default: fill<uint4>(out, bytes, pattern, stream); break;
  }
}

void launch_iota(void* out, int64_t count, const Progression& progression, cudaStream_t stream) {
  if (count == 0) return;
  launch_dependent(iota_elements, blocks_for(count), kThreads, 0, stream, out, count, progression);
}

}  // namespace tenon

#include "cuda/kernels/squeeze/squeeze_layers.cuh"

namespace tenon {
namespace squeeze {
namespace {

using rows::store;

constexpr int kMostThreads = 512;

template <int V, typename T>
__device__ inline void multiply_pixels(const SqueezeParams& p, const Region& region,
                                       const float* gates, const T* x, T* y) {
  const int vectors = region.channels / V;
  for (int base = 0; base < vectors; base += blockDim.x) {
    const int width = min(vectors - base, static_cast<int>(blockDim.x));
    const int groups = blockDim.x / width;
    const int group = threadIdx.x / width, thread = threadIdx.x % width;
    const int channel = (base + thread) * V;  // of the region
    float gate[V];
#pragma unroll
    for (int i = 0; i < V; ++i) gate[i] = gates[channel + i];
    const int end = group < groups ? region.pixel_end : 0;
#pragma unroll 4
    for (int pixel = region.pixel + group; pixel < end; pixel += groups) {
      const int64_t offset = static_cast<int64_t>(pixel) * p.channels + region.channel + channel;
      float v[V];
      load(x + offset, v);
#pragma unroll
      for (int i = 0; i < V; ++i) v[i] *= gate[i];
      store(y + offset, v);
    }
  }
}

template <int V, typename T>
__device__ inline void multiply_planes(const SqueezeParams& p, const Region& region,
                                       const float* gates, const T* x, T* y) {
  const auto scale = [&](int plane, int i) {
    const int64_t offset = static_cast<int64_t>(region.channel + plane) * p.pixels + i;
    float v[V];
    load(x + offset, v);
#pragma unroll
    for (int k = 0; k < V; ++k) v[k] *= gates[plane];
    store(y + offset, v);
  };
  for_planes<V>(p, region, scale, [](int, int, int) {});
}

// The region's part of the hidden vector's sums, at `part`.
template <SqueezeForm kForm, int V, typename T>
__device__ inline void make_hidden(const SqueezeParams& p, const Region& region,
                                   const Weights<T>& weights, float* shared, float* part) {
  const T* const x = static_cast<const T*>(p.x) + region.image * p.x_image;
  if constexpr (kForm == SqueezeForm::kPlanes) {
    sum_planes<V>(p, region, x, shared);
  } else {
    sum_pixels<V>(p, region, x, shared);
  }
  float* const means = shared + p.means;
  for (int i = region.channels + threadIdx.x; i < p.slice; i += blockDim.x) means[i] = 0;
  wait_for_weights();
  __syncthreads();
  make_part(p, region, weights, means, part);
}

// The region's gates, from the image's parts.
template <SqueezeForm kForm, int V, bool kMultiply, typename T>
__device__ inline void excite(const SqueezeParams& p, const Region& region,
                              const Weights<T>& weights, const float* parts, float* shared) {
  T* const y = static_cast<T*>(p.y) + region.image * p.y_image;
  float* const gates = shared + p.gates;
  join_parts(p, parts, shared);
  wait_for_weights();
  __syncthreads();
  make_gates(p, region, weights, shared + p.hidden_vector, [&](int row, float gate) {
    if constexpr (kMultiply) {
      gates[row] = gate;
    } else {
      y[region.channel + row] = rows::from_float<T>(gate);
    }
  });
  if constexpr (kMultiply) {
    __syncthreads();
    const T* const x = static_cast<const T*>(p.x) + region.image * p.x_image;
    if constexpr (kForm == SqueezeForm::kPlanes) {
      multiply_planes<V>(p, region, gates, x, y);
    } else {
      multiply_pixels<V>(p, region, gates, x, y);
    }
  }
}

template <typename T, int V, SqueezeForm kForm, SqueezeStage kStage, bool kMultiply>
__global__ void __launch_bounds__(kMostThreads, 2)
    squeeze_excite(const __grid_constant__ SqueezeParams p) {
  extern __shared__ __align__(16) float shared[];
  allow_dependents();
  const Region region = region_of<kForm, kStage>(p);
  if constexpr (kForm == SqueezeForm::kPixels && kStage == SqueezeStage::kExcite && !kMultiply) {
    if (region.block > 0) return;  // the first one makes all gates
  }
  Weights<T> hidden{}, gate{};
  if constexpr (kStage != SqueezeStage::kExcite) hidden = stage_hidden<T>(p, region, shared);
  if constexpr (kStage != SqueezeStage::kSqueeze) gate = stage_gate<T>(p, region, shared);
  wait_for_producers();
  float* parts = p.parts + static_cast<int64_t>(region.image) * p.blocks * p.hidden_pitch;
  if constexpr (kStage == SqueezeStage::kBoth) {
    float* const sums = shared + p.hidden_vector;  // in place of what becomes of them
    make_hidden<kForm, V>(p, region, hidden, shared, sums);
    __syncthreads();
    excite<kForm, V, kMultiply>(p, region, gate, sums, shared);
  } else if constexpr (kStage == SqueezeStage::kSqueeze) {
    make_hidden<kForm, V>(p, region, hidden, shared, parts + region.block * p.hidden_pitch);
  } else {
    excite<kForm, V, kMultiply>(p, region, gate, parts, shared);
  }
}

using Function = void (*)(SqueezeParams);

template <typename T, int V, SqueezeForm kForm>
Function with_stage(SqueezeStage stage, bool multiply) {
  using enum SqueezeStage;
  switch (stage) {
    case kSqueeze: return squeeze_excite<T, V, kForm, kSqueeze, false>;
    case kExcite:
      return multiply ? squeeze_excite<T, V, kForm, kExcite, true>
                      : squeeze_excite<T, V, kForm, kExcite, false>;
    default:
      return multiply ? squeeze_excite<T, V, kForm, kBoth, true>
                      : squeeze_excite<T, V, kForm, kBoth, false>;
  }
}

template <typename T, int V>
Function with_form(SqueezeForm form, SqueezeStage stage, bool multiply) {
  switch (form) {
    case SqueezeForm::kPixels: return with_stage<T, V, SqueezeForm::kPixels>(stage, multiply);
    case SqueezeForm::kChannels: return with_stage<T, V, SqueezeForm::kChannels>(stage, multiply);
    default: return with_stage<T, V, SqueezeForm::kPlanes>(stage, multiply);
  }
}

}  // namespace
}  // namespace squeeze

squeeze::Function squeeze_function(DataType type, SqueezeForm form, SqueezeStage stage, bool wide,
                                   bool multiply) {
  squeeze::Function function = nullptr;
  rows::with_float_type(type, [&](auto zero) {
    using T = decltype(zero);
    function = wide ? squeeze::with_form<T, rows::kWidest<T>>(form, stage, multiply)
                    : squeeze::with_form<T, 1>(form, stage, multiply);
  });
  return function;
}

void allow_shared(const SqueezeKernel& kernel) {
  cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel.function),
                       cudaFuncAttributeMaxDynamicSharedMemorySize,
                       static_cast<int>(kernel.shape.shared_bytes));
}

void launch_squeeze(const SqueezeKernel& kernel, const SqueezeParams& params, cudaStream_t stream) {
  launch_kernel(kernel.function, kernel.shape, params, stream);
}

}  // namespace tenon

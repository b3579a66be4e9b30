#include "cuda/dependent_launch.h"
#include "cuda/kernels/normalization/moments.cuh"
#include "cuda/kernels/normalization/normalization_kernels.h"
#include "cuda/kernels/rows/packets.cuh"

namespace tenon {
namespace {

using namespace rows;

template <typename T>
__device__ float element_of(const NormalizationParameter& p, int i, float otherwise) {
  if (p.data == nullptr) return otherwise;
  return to_float(static_cast<const T*>(p.data)[place(p.elements, i)]);
}

// A thread has V columns side by side; the threads of one x share the columns' elements.
template <typename T, int V>
__global__ void normalize_columns(NormalizationShape s, int packets, const T* x,
                                  NormalizationParameter scale, NormalizationParameter bias, T* y) {
  follow_producers();
  extern __shared__ Moments shared[];  // [y][V][x]
  const int packet = blockIdx.x * blockDim.x + threadIdx.x;
  const bool inside = packet < packets;
  const int64_t column = static_cast<int64_t>(packet) * V;
  const int64_t first = column / s.inner * s.n * s.inner + column % s.inner;
  const int n = static_cast<int>(s.n);
  Moments m[V];
#pragma unroll
  for (int j = 0; j < V; ++j) m[j] = no_moments();
#pragma unroll 4
  for (int i = threadIdx.y; inside && i < n; i += blockDim.y) {
    float v[V];
    load(x + first + i * s.inner, v);
#pragma unroll
    for (int j = 0; j < V; ++j) add(m[j], {v[j]}, s.rms);
  }
#pragma unroll
  for (int j = 0; j < V; ++j) {
    shared[(threadIdx.y * V + j) * blockDim.x + threadIdx.x] = m[j];
  }
  __syncthreads();
  float factor[V];
#pragma unroll
  for (int j = 0; j < V; ++j) {
    m[j] = shared[j * blockDim.x + threadIdx.x];
    for (unsigned other = 1; other < blockDim.y; ++other) {
      m[j] = merged(m[j], shared[(other * V + j) * blockDim.x + threadIdx.x]);
    }
    factor[j] = factor_of(m[j], s.epsilon);
  }
  for (int i = threadIdx.y; inside && i < n; i += blockDim.y) {
    const float scaled = element_of<T>(scale, i, 1);
    const float shift = element_of<T>(bias, i, 0);
    float v[V];
    load(x + first + i * s.inner, v);
#pragma unroll
    for (int j = 0; j < V; ++j) v[j] = fmaf((v[j] - m[j].mean) * factor[j], scaled, shift);
    store(y + first + i * s.inner, v);
  }
}

}  // namespace

void launch_normalize_columns(const NormalizationShape& s, const void* x,
                              const NormalizationParameter& scale,
                              const NormalizationParameter& bias, void* y, cudaStream_t stream) {
  with_float_type(s.type, [&](auto zero) {
    using T = decltype(zero);
    const auto run = [&](auto elements) {
      constexpr int V = decltype(elements)::value;
      const int64_t packets = s.rows * s.inner / V;
      const bool few = packets / kWarp < 4 * s.multiprocessors;
      const dim3 threads(kWarp, s.n <= 8 ? 2 : few && s.n >= 64 ? 16 : 4);
      const auto blocks = static_cast<unsigned>((packets + kWarp - 1) / kWarp);
      const size_t shared = threads.x * threads.y * V * sizeof(Moments);
      launch_dependent(normalize_columns<T, V>, blocks, threads, shared, stream, s,
                       static_cast<int>(packets), static_cast<const T*>(x), scale, bias,
                       static_cast<T*>(y));
    };
    constexpr int kColumns = 4;  // more would leave too few registers for enough threads
    if (s.inner % kColumns == 0) {
      run(std::integral_constant<int, kColumns>{});
    } else {
      run(std::integral_constant<int, 1>{});
    }
  });
}

}  // namespace tenon

#include "cuda/dependent_launch.h"
#include "cuda/kernels/attention/attention_kernels.h"
#include "cuda/kernels/attention/mask.cuh"

namespace tenon {
namespace {

using rows::from_float;
using rows::to_float;

// A block has a tile of queries of one head and goes through the keys tile by tile; its threads are
// a square whose lines share queries and whose columns share keys or columns of the result.
constexpr int kSide = 16;
constexpr int kTile = 64;             // queries and keys
constexpr int kEach = kTile / kSide;  // of a thread
constexpr int kDepth = 32;            // elements of heads that are in shared memory at a time
constexpr int kValues = 16;           // rows of values that are
constexpr int kPitch = kTile + 4;     // keeps four numbers aligned, transposed writes apart

__device__ void four(const float* from, float (&to)[kEach]) {
  const float4 v = *reinterpret_cast<const float4*>(from);
  to[0] = v.x, to[1] = v.y, to[2] = v.z, to[3] = v.w;
}

// to[column][row] = from[row][column], with zeros outside of rows and columns.
template <typename T>
__device__ void load_transposed(float (&to)[kDepth][kPitch], const T* from, int64_t step, int rows,
                                int columns) {
  for (int i = threadIdx.x; i < kTile * kDepth; i += kSide * kSide) {
    const int row = i / kDepth;
    const int column = i % kDepth;
    const bool inside = row < rows && column < columns;
    to[column][row] = inside ? to_float(from[row * step + column]) : 0;
  }
}

// kColumns columns of the result, from blockIdx.y * kColumns on.
template <typename T, int kColumns>
struct Block {
  static constexpr int kOwn = kColumns / kSide;  // columns of a thread

  struct Shared {
    float queries[kDepth][kPitch];
    float keys[kDepth][kPitch];
    float exponentials[kTile][kPitch];  // [key][query]
    float values[kValues][kColumns];
  };

  const AttentionShape& s;
  Shared& shared;
  const int x = static_cast<int>(threadIdx.x) % kSide;
  const int line = static_cast<int>(threadIdx.x) / kSide * kEach;  // the first query
  float out[kEach][kOwn] = {};
  float peak[kEach];
  float sum[kEach] = {};

  // Products of the thread's queries with its keys.
  __device__ void multiply_keys(const T* q, const T* k, int queries, int keys,
                                float (&scores)[kEach][kEach]) {
    for (int depth = 0; depth < s.size; depth += kDepth) {
      __syncthreads();
      load_transposed(shared.queries, q + depth, s.q.position, queries, s.size - depth);
      load_transposed(shared.keys, k + depth, s.k.position, keys, s.size - depth);
      __syncthreads();
#pragma unroll 8
      for (int d = 0; d < kDepth; ++d) {
        float a[kEach];
        float b[kEach];
        four(&shared.queries[d][line], a);
        four(&shared.keys[d][x * kEach], b);
#pragma unroll
        for (int i = 0; i < kEach; ++i) {
#pragma unroll
          for (int j = 0; j < kEach; ++j) scores[i][j] = fmaf(a[i], b[j], scores[i][j]);
        }
      }
    }
  }

  // Scores become exponentials in shared memory.
  __device__ void exponentiate(float (&scores)[kEach][kEach]) {
#pragma unroll
    for (int i = 0; i < kEach; ++i) {
      float highest = peak[i];
#pragma unroll
      for (int j = 0; j < kEach; ++j) highest = fmaxf(highest, scores[i][j]);
#pragma unroll
      for (int step = kSide / 2; step > 0; step /= 2) {
        highest = fmaxf(highest, __shfl_xor_sync(0xffffffffU, highest, step));
      }
      const float base = highest == -INFINITY ? 0 : highest;
      const float fade = __expf(peak[i] - base);
      peak[i] = highest;
      sum[i] *= fade;
#pragma unroll
      for (int c = 0; c < kOwn; ++c) out[i][c] *= fade;
#pragma unroll
      for (int j = 0; j < kEach; ++j) {
        const float e = __expf(scores[i][j] - base);
        sum[i] += e;
        shared.exponentials[x * kEach + j][line + i] = e;
      }
    }
  }

  __device__ void multiply_values(const T* v, int keys, int columns) {
    for (int first = 0; first < keys; first += kValues) {
      __syncthreads();
      for (int i = threadIdx.x; i < kValues * kColumns; i += kSide * kSide) {
        const int key = first + i / kColumns;
        const int column = i % kColumns;
        const bool inside = key < keys && column < columns;
        shared.values[i / kColumns][column] = inside ? to_float(v[key * s.v.position + column]) : 0;
      }
      __syncthreads();
#pragma unroll 4
      for (int key = 0; key < kValues; ++key) {
        float e[kEach];
        four(&shared.exponentials[first + key][line], e);
#pragma unroll
        for (int c = 0; c < kOwn; c += kEach) {
          float values[kEach];
          four(&shared.values[key][c * kSide + x * kEach], values);
#pragma unroll
          for (int i = 0; i < kEach; ++i) {
#pragma unroll
            for (int j = 0; j < kEach; ++j) out[i][c + j] = fmaf(e[i], values[j], out[i][c + j]);
          }
        }
      }
    }
  }

  __device__ void finish(T* y, int queries, int columns) {
#pragma unroll
    for (int i = 0; i < kEach; ++i) {
#pragma unroll
      for (int step = kSide / 2; step > 0; step /= 2) {
        sum[i] += __shfl_xor_sync(0xffffffffU, sum[i], step);
      }
      const RowFactor factor(s, sum[i]);
#pragma unroll
      for (int c = 0; c < kOwn; ++c) {
        const int column = c / kEach * kTile + x * kEach + c % kEach;
        if (line + i >= queries || column >= columns) continue;
        y[(line + i) * s.y.position + column] = from_float<T>(factor(out[i][c]));
      }
    }
  }
};

template <typename T, int kColumns>
__global__ void __launch_bounds__(kSide* kSide)
    attend(const AttentionShape s, const AttentionPointers p) {
  follow_producers();
  __shared__ typename Block<T, kColumns>::Shared shared;
  const int tiles = (s.queries + kTile - 1) / kTile;
  const int plane = static_cast<int>(blockIdx.x) / tiles;
  const int first = static_cast<int>(blockIdx.x) % tiles * kTile;
  const int column = static_cast<int>(blockIdx.y) * kColumns;
  const int b = plane / s.heads, h = plane % s.heads;
  const int64_t g = h / s.sharing;
  const T* q = static_cast<const T*>(p.q) + b * s.q.batch + h * s.q.head + first * s.q.position;
  const T* k = static_cast<const T*>(p.k) + b * s.k.batch + g * s.k.head;
  const T* v = static_cast<const T*>(p.v) + b * s.v.batch + g * s.v.head + column;
  T* y = static_cast<T*>(p.y) + b * s.y.batch + h * s.y.head + first * s.y.position + column;
  const void* mask = head_mask<T>(s, p, b, h);

  Block<T, kColumns> block{.s = s, .shared = shared};
  for (float& peak : block.peak) peak = -INFINITY;
  const int last = s.causal ? min(s.keys, first + kTile) : s.keys;
  for (int from = 0; from < last; from += kTile) {
    const int keys = min(kTile, s.keys - from);
    float scores[kEach][kEach] = {};
    block.multiply_keys(q, k + from * s.k.position, s.queries - first, keys, scores);
#pragma unroll
    for (int i = 0; i < kEach; ++i) {
#pragma unroll
      for (int j = 0; j < kEach; ++j) {
        const int query = first + block.line + i;
        const int key = from + block.x * kEach + j;
        float& score = scores[i][j];
        score *= s.scale;
        if (key >= s.keys || (s.causal && key > query)) {
          score = -INFINITY;
        } else if (mask != nullptr && query < s.queries) {
          const int64_t at = query * s.mask.query + key * s.mask.key;
          score = s.mask.boolean ? masked<true>(score, 1, added<T, true>(mask, at, 1))
                                 : masked<false>(score, 1, added<T, false>(mask, at, 1));
        }
      }
    }
    block.exponentiate(scores);
    block.multiply_values(v + from * s.v.position, keys, s.size - column);
  }
  block.finish(y, s.queries - first, s.size - column);
}

template <typename T, int kColumns>
void launch(const AttentionShape& s, const AttentionPointers& p, cudaStream_t stream) {
  const int64_t tiles = (s.queries + kTile - 1) / kTile;
  const dim3 blocks(static_cast<unsigned>(tiles * s.heads * s.batch),
                    static_cast<unsigned>((s.size + kColumns - 1) / kColumns));
  launch_dependent(attend<T, kColumns>, blocks, kSide * kSide, 0, stream, s, p);
}

}  // namespace

void launch_exact_attention(const AttentionShape& s, const AttentionPointers& p,
                            cudaStream_t stream) {
  rows::with_float_type(s.type, [&](auto zero) {
    using T = decltype(zero);
    s.size <= 64 ? launch<T, 64>(s, p, stream) : launch<T, 128>(s, p, stream);
  });
}

}  // namespace tenon

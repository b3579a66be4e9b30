#pragma once

#include "cuda/kernels/attention/attention_kernels.h"
#include "cuda/kernels/attention/mask.cuh"
#include "cuda/kernels/attention/tensor_core.cuh"

// Attention that keeps scores in registers, with a softmax over keys as they come: FlashAttention
// (Dao et al. 2022, arXiv:2205.14135; Dao 2023, arXiv:2307.08691).
namespace tenon::flash {

using namespace tensor_core;

constexpr int kWarps = 4;
constexpr int kThreads = 32 * kWarps;
constexpr float kLog2E = 1.44269504088896340736F;

// Heads of up to kSize elements; each warp has kTiles tiles of 16 queries. Copies of keys and
// values in shared memory are double-buffered; 8 elements behind every row keep the rows of
// load_matrices() in different banks.
template <int kSize, int kTiles>
struct Extents {
  static constexpr int kRows = 16 * kTiles * kWarps;
  static constexpr int kKeys = kSize > 128 ? 32 : 64;
  static constexpr int kPitch = kSize + 8;
  static constexpr int kStage = kKeys * kPitch;  // elements
  static constexpr size_t kShared = (kRows + 4 * kKeys) * kPitch * 2;
  // Whether a warp has registers for its queries.
  static constexpr bool kKeepQueries = kTiles * kSize <= 128;
};

// Starts to copy kCount rows; those from `rows` on, and columns from `size` on, become zeros. A
// thread has one column and goes down the rows.
template <typename T, int kSize, int kCount>
__device__ void copy_rows(T* to, const T* from, int64_t step, int rows, int size) {
  constexpr int kChunks = kSize / 8;  // of 16 bytes a row
  constexpr int kAtOnce = kThreads / kChunks;
  const int column = static_cast<int>(threadIdx.x) % kChunks * 8;
  int row = static_cast<int>(threadIdx.x) / kChunks;
  if (kThreads % kChunks != 0 && row >= kAtOnce) return;
  if (column >= size) rows = 0;
  to += row * (kSize + 8) + column;
  const T* at = from + row * step + column;
#pragma unroll
  for (int i = 0; i < kCount; i += kAtOnce) {
    if (kCount % kAtOnce != 0 && row >= kCount) break;
    copy_async(to, row < rows ? at : from, row < rows);
    row += kAtOnce;
    at += kAtOnce * step;
    to += kAtOnce * (kSize + 8);
  }
}

// What a warp knows of its queries. A lane has elements (lane / 4, 2 * (lane % 4) + 0..1) and the
// same eight rows below of every 16x8 tile.
template <typename T, int kSize, int kTiles>
struct Warp {
  using E = Extents<kSize, kTiles>;
  static constexpr int kHeld = E::kKeepQueries ? kSize / 16 : 1;

  const T* queries;  // of this warp, in shared memory
  int lane;
  int row;  // the lane's first query
  uint32_t q[kTiles][kHeld][4];
  float scores[kTiles][E::kKeys / 8][4];
  float out[kTiles][kSize / 8][4];
  float peak[kTiles][2];
  float sum[kTiles][2];

  __device__ void load_queries(int step, int held) {
#pragma unroll
    for (int t = 0; t < kTiles; ++t) {
      load_matrices(q[t][held],
                    queries + (t * 16 + lane % 16) * E::kPitch + step * 16 + lane / 16 * 8);
    }
  }

  __device__ void begin() {
#pragma unroll
    for (int t = 0; t < kTiles; ++t) {
      peak[t][0] = peak[t][1] = -INFINITY;
      sum[t][0] = sum[t][1] = 0;
#pragma unroll
      for (int n = 0; n < kSize / 8; ++n) {
#pragma unroll
        for (int e = 0; e < 4; ++e) out[t][n][e] = 0;
      }
    }
    if constexpr (E::kKeepQueries) {
#pragma unroll
      for (int step = 0; step < kSize / 16; ++step) load_queries(step, step);
    }
  }

  // scores = queries times keys
  __device__ void multiply_keys(const T* keys) {
#pragma unroll
    for (int t = 0; t < kTiles; ++t) {
#pragma unroll
      for (int n = 0; n < E::kKeys / 8; ++n) {
#pragma unroll
        for (int e = 0; e < 4; ++e) scores[t][n][e] = 0;
      }
    }
    const T* from = keys + (lane / 16 * 8 + lane % 8) * E::kPitch + lane / 8 % 2 * 8;
#pragma unroll
    for (int step = 0; step < kSize / 16; ++step) {
      const int held = E::kKeepQueries ? step : 0;
      if constexpr (!E::kKeepQueries) load_queries(step, 0);
#pragma unroll
      for (int n = 0; n < E::kKeys / 16; ++n) {
        uint32_t k[4];
        load_matrices(k, from + n * 16 * E::kPitch + step * 16);
#pragma unroll
        for (int t = 0; t < kTiles; ++t) {
          multiply_add<T>(scores[t][2 * n], q[t][held], k[0], k[1]);
          multiply_add<T>(scores[t][2 * n + 1], q[t][held], k[2], k[3]);
        }
      }
    }
  }

  // Scores become those in units of 1 / kLog2E, with the mask added where there are a query and a
  // key.
  template <bool kBoolean>
  __device__ void add_mask(const AttentionShape& s, const void* mask, int first_key) {
    const int skipped = first_key + lane % 4 * 2;
    const float unit = s.scale * kLog2E;
    const auto element = [&](int n, int e, int64_t at) {
      const bool inside = skipped + n * 8 + e < s.keys;
      return inside ? added<T, kBoolean>(mask, at + (n * 8 + e) * s.mask.key, kLog2E) : 0;
    };
    // The same for all queries: elements are loaded once.
    if (s.mask.query == 0) {
#pragma unroll
      for (int n = 0; n < E::kKeys / 8; ++n) {
#pragma unroll
        for (int e = 0; e < 2; ++e) {
          const float own = element(n, e, skipped * s.mask.key);
#pragma unroll
          for (int t = 0; t < kTiles; ++t) {
            scores[t][n][e] = masked<kBoolean>(scores[t][n][e], unit, own);
            scores[t][n][2 + e] = masked<kBoolean>(scores[t][n][2 + e], unit, own);
          }
        }
      }
      return;
    }
#pragma unroll
    for (int t = 0; t < kTiles; ++t) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const int query = min(row + t * 16 + half * 8, s.queries - 1);
        const int64_t at = query * s.mask.query + skipped * s.mask.key;
#pragma unroll
        for (int n = 0; n < E::kKeys / 8; ++n) {
#pragma unroll
          for (int e = 0; e < 2; ++e) {
            float& score = scores[t][n][2 * half + e];
            score = masked<kBoolean>(score, unit, element(n, e, at));
          }
          asm volatile("" ::: "memory");  // registers for all loads at once are not there
        }
      }
    }
  }

  // Keys behind the last one, or behind the query when causal, are hidden.
  __device__ void hide(const AttentionShape& s, int first_key) {
    const int skipped = first_key + lane % 4 * 2;
#pragma unroll
    for (int t = 0; t < kTiles; ++t) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const int query = row + t * 16 + half * 8;
        const int seen = (s.causal ? min(s.keys, query + 1) : s.keys) - skipped;
#pragma unroll
        for (int n = 0; n < E::kKeys / 8; ++n) {
#pragma unroll
          for (int e = 0; e < 2; ++e) {
            if (n * 8 + e >= seen) scores[t][n][2 * half + e] = -INFINITY;
          }
        }
      }
    }
  }

  // Scores become exp2(unit * (score - the largest so far)).
  __device__ void exponentiate(float unit) {
#pragma unroll
    for (int t = 0; t < kTiles; ++t) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        float highest = peak[t][half];
#pragma unroll
        for (int n = 0; n < E::kKeys / 8; ++n) {
          highest = fmaxf(highest, fmaxf(scores[t][n][2 * half], scores[t][n][2 * half + 1]));
        }
        highest = fmaxf(highest, __shfl_xor_sync(0xffffffffU, highest, 1));
        highest = fmaxf(highest, __shfl_xor_sync(0xffffffffU, highest, 2));
        const float base = highest == -INFINITY ? 0 : highest * unit;
        const float fade = power_of_two(fmaf(peak[t][half], unit, -base));
        peak[t][half] = highest;
        float total = 0;
#pragma unroll
        for (int n = 0; n < E::kKeys / 8; ++n) {
#pragma unroll
          for (int e = 2 * half; e < 2 * half + 2; ++e) {
            scores[t][n][e] = power_of_two(fmaf(scores[t][n][e], unit, -base));
            total += scores[t][n][e];
          }
        }
        sum[t][half] = fmaf(sum[t][half], fade, total);
        if (!__any_sync(0xffffffffU, fade != 1)) continue;
#pragma unroll
        for (int n = 0; n < kSize / 8; ++n) {
          out[t][n][2 * half] *= fade;
          out[t][n][2 * half + 1] *= fade;
        }
      }
    }
  }

  // out += exponentials times values
  __device__ void multiply_values(const T* values) {
    const T* from = values + lane % 16 * E::kPitch + lane / 16 * 8;
#pragma unroll
    for (int step = 0; step < E::kKeys / 16; ++step) {
      uint32_t p[kTiles][4];
#pragma unroll
      for (int t = 0; t < kTiles; ++t) {
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          const float(&pair)[4] = scores[t][2 * step + i / 2];
          p[t][i] = pair_of<T>(pair[i % 2 * 2], pair[i % 2 * 2 + 1]);
        }
      }
#pragma unroll
      for (int n = 0; n < kSize / 16; ++n) {
        uint32_t v[4];
        load_transposed(v, from + step * 16 * E::kPitch + n * 16);
#pragma unroll
        for (int t = 0; t < kTiles; ++t) {
          multiply_add<T>(out[t][2 * n], p[t], v[0], v[1]);
          multiply_add<T>(out[t][2 * n + 1], p[t], v[2], v[3]);
        }
      }
    }
  }

  // The result, rounded, by way of the warp's rows of shared memory, to `rows` rows of y.
  __device__ void finish(const AttentionShape& s, T* shared, T* y, int rows) {
    round(s, shared);
    __syncwarp();
    constexpr int kChunks = kSize / 8;
    for (int chunk = lane; chunk < 16 * kTiles * kChunks; chunk += 32) {
      const int own = chunk / kChunks;
      const int column = chunk % kChunks * 8;
      if (own >= rows || column >= s.size) continue;
      *reinterpret_cast<uint4*>(y + own * s.y.position + column) =
          *reinterpret_cast<const uint4*>(shared + own * E::kPitch + column);
    }
  }

  __device__ void round(const AttentionShape& s, T* to) {
#pragma unroll
    for (int t = 0; t < kTiles; ++t) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        float total = sum[t][half];
        total += __shfl_xor_sync(0xffffffffU, total, 1);
        total += __shfl_xor_sync(0xffffffffU, total, 2);
        const RowFactor factor(s, total);
        T* line = to + (t * 16 + half * 8 + lane / 4) * E::kPitch + lane % 4 * 2;
#pragma unroll
        for (int n = 0; n < kSize / 8; ++n) {
          *reinterpret_cast<uint32_t*>(line + n * 8) =
              pair_of<T>(factor(out[t][n][2 * half]), factor(out[t][n][2 * half + 1]));
        }
      }
    }
  }
};

}  // namespace tenon::flash

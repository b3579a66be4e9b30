#pragma once

#include "cuda/kernels/attention/mask.cuh"
#include "cuda/kernels/attention/tensor_core.cuh"
#include "cuda/kernels/attention/wgmma_attention.h"

namespace tenon::group_attention {

using namespace tensor_core;

constexpr float kLog2E = 1.44269504088896340736F;
constexpr int kKeyTile = 64;

// The softmax of a lane's two queries, over tiles of keys as they come. Scores are those of a
// product of 64 rows: a lane has elements (lane / 4, 2 * (lane % 4) + 0..1) of every 8 columns of
// its warp's 16 rows, and the same eight rows below.
template <typename T, MaskReading kMask>
struct Softmax {
  // An exponent may be so much above 0 before the queries' bases, and with them sums and results,
  // are raised: FP16 holds its power.
  static constexpr float kSlack = 8;

  const WgmmaAttentionParams& p;
  const void* mask;  // of the head
  // kKeys: what every two keys' numbers add, in units of 1 / scale, once for each of a lane's
  // queries; or 0 and -infinity where the mask is boolean.
  const float4* shared_mask;
  int lane;
  int warp_row;                            // the warp's first query
  float base[2] = {-INFINITY, -INFINITY};  // what is subtracted of a query's scores, in powers of 2
  float sum[2] = {0, 0};
  float fade[2] = {1, 1};  // of sums and results, by the last tile
  bool fades = false;      // whether anything fades in the warp
  bool far = false;        // whether a base is a large number

  // Scores become powers of two.
  template <int kTiles>
  __device__ void soften(float (&scores)[kTiles][4], int first_key) {
    const AttentionShape& s = p.shape;
    add_mask(scores, first_key);
    const bool ends = kMask != MaskReading::kKeys && first_key + kTiles * 8 > s.keys;
    if (ends || (s.causal && first_key + kTiles * 8 > warp_row + 1)) hide(scores, first_key);
    const float unit = kMask == MaskReading::kElements ? 1 : s.scale * kLog2E;
    rebase(scores, unit);
    if (far) {
      raise<true>(scores, unit);
    } else {
      raise<false>(scores, unit);
    }
  }

  // Scores become powers of two. Of numbers so large that their rounding matters the largest shall
  // become 1.
  template <bool kFar, int kTiles>
  __device__ void raise(float (&scores)[kTiles][4], float unit) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const float shift = base[half] == -INFINITY ? 0 : base[half];
      float total[2] = {0, 0};
#pragma unroll
      for (int n = 0; n < kTiles; ++n) {
#pragma unroll
        for (int e = 0; e < 2; ++e) {
          float& score = scores[n][2 * half + e];
          score = power_of_two(kFar ? __fsub_rn(__fmul_rn(score, unit), shift)
                                    : fmaf(score, unit, -shift));
          total[e] += score;
        }
      }
      sum[half] = fmaf(sum[half], fade[half], total[0] + total[1]);
    }
  }

  // Bases follow the largest scores.
  template <int kTiles>
  __device__ void rebase(const float (&scores)[kTiles][4], float unit) {
    float highest[2];
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      float at = -INFINITY;
#pragma unroll
      for (int n = 0; n < kTiles; ++n) {
        at = fmaxf(at, fmaxf(scores[n][2 * half], scores[n][2 * half + 1]));
      }
      highest[half] = at * unit;
    }
    const bool rises = highest[0] > base[0] + kSlack || highest[1] > base[1] + kSlack;
    fades = __any_sync(0xffffffffU, rises);
    fade[0] = fade[1] = 1;
    if (!fades) return;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      float at = fmaxf(highest[half], base[half]);
      at = fmaxf(at, __shfl_xor_sync(0xffffffffU, at, 1));
      at = fmaxf(at, __shfl_xor_sync(0xffffffffU, at, 2));
      fade[half] = power_of_two(base[half] - (at == -INFINITY ? 0 : at));
      base[half] = at;
    }
    constexpr float kFar = 1e9F;
    const auto is_far = [](float at) { return fabsf(at) > kFar && at > -INFINITY; };
    far = __any_sync(0xffffffffU, is_far(base[0]) || is_far(base[1]));
  }

  template <int kTiles>
  __device__ void add_mask(float (&scores)[kTiles][4], int first_key) {
    if constexpr (kMask == MaskReading::kKeys) {
      if (p.shape.mask.boolean) hide_keys(scores, first_key);
    }
    if constexpr (kMask == MaskReading::kElements) {
      const float unit = p.shape.scale * kLog2E;
      if (p.shape.mask.boolean) {
        add_elements<true>(scores, first_key, unit);
      } else {
        add_elements<false>(scores, first_key, unit);
      }
    }
  }

  // Whether products are added to what begin_scores() leaves.
  __device__ bool begins_with_mask() const {
    return kMask == MaskReading::kKeys && !p.shape.mask.boolean;
  }
  template <int kTiles>
  __device__ void begin_scores(float (&scores)[kTiles][4], int first_key) const {
    if (!begins_with_mask()) return;
    const float4* from = shared_mask + first_key / 2 + lane % 4;
#pragma unroll
    for (int n = 0; n < kTiles; ++n) {
      const float4 own = from[n * 4];
      scores[n][0] = own.x, scores[n][1] = own.y, scores[n][2] = own.z, scores[n][3] = own.w;
    }
  }

  // A hidden key's score does not matter, even if it is no number.
  template <int kTiles>
  __device__ void hide_keys(float (&scores)[kTiles][4], int first_key) const {
    const float4* from = shared_mask + first_key / 2 + lane % 4;
#pragma unroll
    for (int n = 0; n < kTiles; ++n) {
      const float4 own = from[n * 4];
      if (own.x != 0) scores[n][0] = scores[n][2] = own.x;
      if (own.y != 0) scores[n][1] = scores[n][3] = own.y;
    }
  }

  template <bool kBoolean, int kTiles>
  __device__ void add_elements(float (&scores)[kTiles][4], int first_key, float unit) {
    const AttentionShape& s = p.shape;
    const int skipped = first_key + lane % 4 * 2;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int query = max(0, min(warp_row + lane / 4 + half * 8, s.queries - 1));
      const int64_t at = query * s.mask.query + skipped * s.mask.key;
#pragma unroll
      for (int n = 0; n < kTiles; ++n) {
        float own[2] = {0, 0};
        read_pair<kBoolean>(at + n * 8 * s.mask.key, s.keys - skipped - n * 8, own);
#pragma unroll
        for (int e = 0; e < 2; ++e) {
          float& score = scores[n][2 * half + e];
          score = masked<kBoolean>(score, unit, own[e]);
        }
      }
    }
  }

  // What the mask adds from element `at` on, of which there are `left`.
  template <bool kBoolean>
  __device__ void read_pair(int64_t at, int left, float (&own)[2]) {
    if (!p.mask_pairs) {
      if (left > 0) own[0] = added<T, kBoolean>(mask, at, kLog2E);
      if (left > 1) own[1] = added<T, kBoolean>(mask, at + p.shape.mask.key, kLog2E);
    } else if (left > 0) {
      if constexpr (kBoolean) {
        const auto seen = rows::load_packet<uint8_t, 2>(static_cast<const uint8_t*>(mask) + at);
        own[0] = seen.e[0] != 0 ? 0 : -INFINITY;
        own[1] = seen.e[1] != 0 ? 0 : -INFINITY;
      } else {
        rows::load<T, 2>(static_cast<const T*>(mask) + at, own);
        own[0] = added(own[0], kLog2E);
        own[1] = added(own[1], kLog2E);
      }
    }
  }

  // Keys behind the last one, or behind the query when causal, are hidden.
  template <int kTiles>
  __device__ void hide(float (&scores)[kTiles][4], int first_key) {
    const AttentionShape& s = p.shape;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int query = warp_row + lane / 4 + half * 8;
      const int seen = (s.causal ? min(s.keys, query + 1) : s.keys) - first_key - lane % 4 * 2;
#pragma unroll
      for (int n = 0; n < kTiles; ++n) {
#pragma unroll
        for (int e = 0; e < 2; ++e) {
          if (n * 8 + e >= seen) scores[n][2 * half + e] = -INFINITY;
        }
      }
    }
  }

  // Over all lanes of the query.
  __device__ float total(int half) const {
    float all = sum[half];
    all += __shfl_xor_sync(0xffffffffU, all, 1);
    return all + __shfl_xor_sync(0xffffffffU, all, 2);
  }
};

}  // namespace tenon::group_attention

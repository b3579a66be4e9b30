#pragma once

#include "cuda/kernels/attention/group_softmax.cuh"
#include "cuda/kernels/attention/key_ring.cuh"
#include "cuda/kernels/attention/products.cuh"

namespace tenon::group_attention {

// Registers for so many threads: two blocks a multiprocessor, or one with larger heads.
template <int kSize>
constexpr int kMostGroups = kSize > 64 ? 3 : 2;
template <int kSize>
constexpr int kResident = kSize > 64 ? 1 : 2;

// A group of four warps with 64 queries. While the products with one tile's values are under way,
// the next tile's scores become probabilities (Shah et al. 2024, arXiv:2407.08608).
template <typename T, int kSize, MaskReading kMask>
struct Group {
  static constexpr int kBlocks = (kSize + 63) / 64;
  static constexpr int kTiles = kKeyTile / 8;
  using Ring = KeyRing<kBlocks>;
  // Reading them from shared memory for every tile takes as much of its bandwidth as the keys do.
  static constexpr bool kHoldsQueries = kSize <= 64 && kMask != MaskReading::kElements;
  // With more registers in use the compiler no longer lets products run beside the branch.
  static constexpr bool kSkipsIdle = kHoldsQueries;

  const WgmmaAttentionParams& p;
  const BlockWork& work;
  const Ring& ring;
  Softmax<T, kMask> softmax;
  int group;
  RingPlace now;  // of the keys of the next scores
  uint32_t q[kHoldsQueries ? kSize / 16 : 1][4];
  float scores[kTiles][4];
  uint32_t probabilities[kTiles / 2][4];
  float out[kSize / 8][4];

  // Whether the warp has no queries.
  __device__ bool is_idle() const {
    return softmax.warp_row < work.first + group * 64 || softmax.warp_row >= p.shape.queries;
  }
  // A row of the warp's part of the queries' shared memory, and a piece of 16 bytes in it.
  __device__ uint32_t place(int row, int piece) const {
    const int below = static_cast<int>(threadIdx.x) / 32 % 4 * 16 + row;
    return ring.queries(group) + piece / 8 * kBlockBytes + below * 128 +
           ((piece % 8) ^ (below % 8)) * 16;
  }

  __device__ void load_queries() {
    wait_for_phase(ring.queries_here(), 0);
    if constexpr (kHoldsQueries) {
#pragma unroll
      for (int k = 0; k < kSize / 16; ++k) {
        load_matrices(q[k], place(softmax.lane % 16, 2 * k + softmax.lane / 16));
      }
    }
  }

  __device__ void wait_for_keys() const { wait_for_phase(ring.keys_here(now.slot), now.parity); }
  // The first kColumns scores of every query of the next tile.
  template <int kColumns>
  __device__ void begin_scores() {
    const SharedOperand queries(ring.queries(group)), keys(ring.keys(now.slot));
    auto& own = reinterpret_cast<float(&)[kColumns / 8][4]>(scores);
    begin_products();
#pragma unroll
    for (int k = 0; k < kSize / 16; ++k) {
      const uint32_t at = k / 4 * kBlockBytes + k % 4 * 32;
      const bool add = k > 0 || softmax.begins_with_mask();
      if constexpr (kHoldsQueries) {
        Product<T, kColumns / 8, 0>::begin(own, q[k], keys.at(at), add);
      } else {
        Product<T, kColumns / 8, 0>::begin(own, queries.at(at), keys.at(at), add);
      }
    }
    commit_products();
  }
  __device__ void begin_values() {
    const RingPlace before = now.back(1, p.stages);
    wait_for_phase(ring.values_here(before.slot), before.parity);
    const SharedOperand values(ring.values(before.slot), kBlockBytes);
    begin_products();
#pragma unroll
    for (int k = 0; k < kKeyTile / 16; ++k) {
      Product<T, kSize / 8, 1>::begin(out, probabilities[k], values.at(k * 16 * 128), true);
    }
    commit_products();
  }

  template <int kColumns>
  __device__ void soften(int tile) {
    hold(scores);
    if constexpr (kSkipsIdle) {
      if (is_idle()) return;
    }
    softmax.soften(reinterpret_cast<float(&)[kColumns / 8][4]>(scores),
                   work.first_key(p.shape, tile));
  }
  template <int kColumns>
  __device__ void round_probabilities() {
#pragma unroll
    for (int k = 0; k < kKeyTile / 16; ++k) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const float(&pair)[4] = scores[2 * k + i / 2];
        probabilities[k][i] =
            k * 16 < kColumns ? pair_of<T>(pair[i % 2 * 2], pair[i % 2 * 2 + 1]) : 0;
      }
    }
  }

  // What the next scores begin with.
  __device__ void begin_mask(int tile) {
    softmax.begin_scores(scores, work.first_key(p.shape, tile));
  }

  // The first tile, of which no more than kColumns keys are seen.
  template <int kColumns>
  __device__ void begin() {
    begin_mask(0);
    begin_scores<kColumns>();
    now.advance(p.stages);
    wait_for_products<0>();
    soften<kColumns>(0);
    round_probabilities<kColumns>();
  }

  __device__ void step(int tile, int tiles) {
    begin_scores<kKeyTile>();
    begin_values();
    const RingPlace before = now.back(1, p.stages);
    now.advance(p.stages);
    wait_for_products<1>();
    soften<kKeyTile>(tile);
    hold(scores);
    // Also keeps the compiler from moving exponentials behind the products' end.
    if (tile + 1 < tiles) wait_for_keys();
    wait_for_products<0>();
    hold(out);
    hold(probabilities);
    if (softmax.lane == 0) arrive(ring.free(before.slot));
    if (softmax.fades) fade();
    round_probabilities<kKeyTile>();
    if (tile + 1 < tiles) begin_mask(tile + 1);
    if (threadIdx.x == 0) fill_behind(tile);
    __syncwarp();
  }
  __device__ void fade() {
#pragma unroll
    for (int n = 0; n < kSize / 8; ++n) {
#pragma unroll
      for (int e = 0; e < 4; ++e) out[n][e] *= softmax.fade[e / 2];
    }
  }
  __device__ void fill_behind(int tile) {
    const int lead = work.groups == 1 ? 1 : Ring::kLead;
    if (tile < lead || tile - lead + p.stages >= work.tiles) return;
    const RingPlace refill = now.back(lead + 1, p.stages);
    wait_for_phase(ring.free(refill.slot), refill.parity);
    ring.fill(work, refill.slot, tile - lead + p.stages);
  }

  __device__ void run() {
#pragma unroll
    for (int n = 0; n < kSize / 8; ++n) {
#pragma unroll
      for (int e = 0; e < 4; ++e) out[n][e] = 0;
    }
    load_queries();
    wait_for_keys();
    if (work.first_seen(p.shape) <= kKeyTile / 2) {
      begin<kKeyTile / 2>();
    } else {
      begin<kKeyTile>();
    }
    const int tiles = work.tiles_of(p.shape, group);
    if (tiles > 1) {
      begin_mask(1);
      wait_for_keys();
    }
    for (int tile = 1; tile < tiles; ++tile) step(tile, tiles);
    begin_values();
    wait_for_products<0>();
    hold(out);
  }

  // The result, rounded, by way of the queries' shared memory.
  __device__ void finish() {
    if (is_idle()) return;
    const AttentionShape& s = p.shape;
    const int lane = softmax.lane;
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const RowFactor factor(s, softmax.total(half));
#pragma unroll
      for (int n = 0; n < kSize / 8; ++n) {
        store_shared(place(lane / 4 + half * 8, n) + lane % 4 * 4,
                     pair_of<T>(factor(out[n][2 * half]), factor(out[n][2 * half + 1])));
      }
    }
    __syncwarp();
    T* y = static_cast<T*>(p.pointers.y) + work.b * s.y.batch + work.h * s.y.head;
    constexpr int kPieces = kSize / 8;
    for (int i = lane; i < 16 * kPieces; i += 32) {
      const int row = i / kPieces, piece = i % kPieces;
      const int query = softmax.warp_row + row;
      if (query >= s.queries || piece * 8 >= s.size) continue;
      *reinterpret_cast<uint4*>(y + query * s.y.position + piece * 8) =
          load_shared(place(row, piece));
    }
  }
};

// What a key's number in a mask makes of its scores, in units of 1 / scale; of keys behind the last
// one it hides them. Lowest numbers stay far enough from infinity that no score makes them
// infinite.
template <typename T>
__device__ float read_mask(const AttentionShape& s, const void* mask, int key, float unit) {
  if (key >= s.keys) return -INFINITY;
  const int64_t at = key * s.mask.key;
  if (s.mask.boolean) return static_cast<const uint8_t*>(mask)[at] != 0 ? 0 : -INFINITY;
  constexpr float kLow = -1e30F;
  const float number = rows::to_float(static_cast<const T*>(mask)[at]);
  return number * unit < kLow && number > -INFINITY ? kLow : number * unit;
}
template <typename T>
__device__ void read_mask(const AttentionShape& s, const void* mask, int count, float4* to) {
  const float unit = 1 / s.scale;
  for (int i = static_cast<int>(threadIdx.x); i < count / 2; i += static_cast<int>(blockDim.x)) {
    const float x = read_mask<T>(s, mask, 2 * i, unit), y = read_mask<T>(s, mask, 2 * i + 1, unit);
    to[i] = make_float4(x, y, x, y);
  }
}

template <typename T, int kSize, MaskReading kMask>
__global__ void __launch_bounds__(128 * kMostGroups<kSize>, kResident<kSize>)
    attend(const __grid_constant__ WgmmaAttentionParams p) {
  extern __shared__ __align__(1024) unsigned char memory[];
  using Own = Group<T, kSize, kMask>;
  allow_dependents();
  const BlockWork work(p);
  const uint32_t first = shared_address(memory);
  const uint32_t behind = (p.groups + 2 * p.stages) * Own::Ring::kTileBytes;
  // A mask of keys lies between tiles and barriers.
  const uint32_t mask_bytes =
      kMask == MaskReading::kKeys ? work.tiles * kKeyTile * (sizeof(float4) / 2) : 0;
  const typename Own::Ring ring{p, first, first + behind + mask_bytes};
  if (threadIdx.x == 0) {
    ring.init(work);
    wait_for_producers();
    ring.begin(work);
  }
  wait_for_producers();
  const void* mask = head_mask<T>(p.shape, p.pointers, work.b, work.h);
  float4* shared_mask = reinterpret_cast<float4*>(memory + behind);
  if constexpr (kMask == MaskReading::kKeys) {
    read_mask<T>(p.shape, mask, work.tiles * kKeyTile, shared_mask);
  }
  __syncthreads();
  const int group = static_cast<int>(threadIdx.x) / 128;
  if (group >= work.groups) return;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int warp_row = work.first_row(p.shape, group) + static_cast<int>(threadIdx.x) / 32 % 4 * 16;
  Own own{p, work, ring, {p, mask, shared_mask, lane, warp_row}, group};
  own.run();
  own.finish();
}

}  // namespace tenon::group_attention

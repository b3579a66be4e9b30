#pragma once

#include "cuda/kernels/attention/wgmma_attention.h"
#include "cuda/kernels/igemm/tensor_copies.cuh"

namespace tenon::group_attention {

constexpr uint32_t kBlockBytes = 64 * 64 * 2;  // 64 rows of 64 columns

// What a block of threads does: some queries of one head.
struct BlockWork {
  int b, h, g;  // batch, head, and head of keys and values
  int first;    // query
  int groups;   // that have queries
  int tiles;    // of keys that the last of them sees

  __device__ explicit BlockWork(const WgmmaAttentionParams& p) {
    const AttentionShape& s = p.shape;
    // Blocks of one head come together; when causal, those that see the most keys come first.
    int plane, tile;
    if (s.causal) {
      const int round = p.by_round.divide(static_cast<int>(blockIdx.x), plane);
      tile = p.head_blocks - 1 - round;
    } else {
      plane = p.by_round.divide(static_cast<int>(blockIdx.x), tile);
    }
    first = tile * p.groups * 64;
    b = p.by_heads.divide(plane, h);
    g = p.by_sharing.quotient(h);
    groups = min(p.groups, (s.queries - first + 63) / 64);
    tiles = tiles_of(s, groups - 1);
  }
  // The query of a group's first row. Where the last group has few queries, the first of its warps
  // have none in some blocks, the last in others: all parts of a multiprocessor get as much to do.
  __device__ int first_row(const AttentionShape& s, int group) const {
    const int own = first + group * 64;
    const int idle = max(0, 64 - (s.queries - own)) / 16;
    const int ahead = h % 4;
    return own - (ahead <= idle ? ahead * 16 : 0);
  }
  __device__ int tiles_of(const AttentionShape& s, int group) const {
    return ((s.causal ? min(s.keys, first + (group + 1) * 64) : s.keys) + 63) / 64;
  }
  // The last keys, which may be few, come first: when causal, not all groups see them.
  __device__ int first_key(const AttentionShape& s, int tile) const {
    if (s.causal) return tile * 64;
    return (tile == 0 ? tiles - 1 : tile - 1) * 64;
  }
  // How many keys of tile 0 there are.
  __device__ int first_seen(const AttentionShape& s) const {
    return s.causal ? 64 : s.keys - (tiles - 1) * 64;
  }
};

// One of the tiles in shared memory, and how often the ring went round.
struct RingPlace {
  int slot = 0;
  uint32_t parity = 0;
  __device__ void advance(int stages) {
    if (++slot < stages) return;
    slot = 0;
    parity ^= 1;
  }
  // So many tiles before, no more than there are stages.
  __device__ RingPlace back(int tiles, int stages) const {
    return slot >= tiles ? RingPlace{slot - tiles, parity}
                         : RingPlace{slot - tiles + stages, parity ^ 1};
  }
};

// Queries, and the ring of tiles of keys and values, in shared memory from a multiple of 1024 on:
// blocks of 64 rows of 128 bytes as matrix_descriptor() wants them, `kBlocks` of them side by side.
template <int kBlocks>
struct KeyRing {
  static constexpr uint32_t kTileBytes = kBlocks * kBlockBytes;
  // The first group's first thread fills the slot of so many tiles before: then no group is held up
  // by another that is behind.
  static constexpr int kLead = 2;

  const WgmmaAttentionParams& p;
  uint32_t memory;
  uint32_t barriers;

  __device__ uint32_t queries(int group) const { return memory + group * kTileBytes; }
  __device__ uint32_t keys(int slot) const { return memory + (p.groups + 2 * slot) * kTileBytes; }
  __device__ uint32_t values(int slot) const { return keys(slot) + kTileBytes; }
  __device__ uint32_t queries_here() const { return barriers; }
  __device__ uint32_t keys_here(int slot) const { return barriers + 8 + slot * 24; }
  __device__ uint32_t values_here(int slot) const { return keys_here(slot) + 8; }
  __device__ uint32_t free(int slot) const { return keys_here(slot) + 16; }

  __device__ void init(const BlockWork& work) const {
    init_barrier(queries_here(), 1);
    for (int slot = 0; slot < p.stages; ++slot) {
      init_barrier(keys_here(slot), 1);
      init_barrier(values_here(slot), 1);
      init_barrier(free(slot), work.groups * 4);
    }
    publish_barriers();
  }

  __device__ void begin(const BlockWork& work) const {
    arrive_and_expect(queries_here(), work.groups * kTileBytes);
    for (int group = 0; group < work.groups; ++group) {
      copy_tile(queries(group), p.q, queries_here(), work.first_row(p.shape, group), work.h,
                work.b);
    }
    for (int tile = 0; tile < min(p.stages, work.tiles); ++tile) fill(work, tile, tile);
  }
  __device__ void fill(const BlockWork& work, int slot, int tile) const {
    const int position = work.first_key(p.shape, tile);
    arrive_and_expect(keys_here(slot), kTileBytes);
    copy_tile(keys(slot), p.k, keys_here(slot), position, work.g, work.b);
    arrive_and_expect(values_here(slot), kTileBytes);
    copy_tile(values(slot), p.v, values_here(slot), position, work.g, work.b);
  }

 private:
  __device__ static void copy_tile(uint32_t to, const CUtensorMap& map, uint32_t barrier,
                                   int position, int head, int batch) {
#pragma unroll
    for (int block = 0; block < kBlocks; ++block) {
      copy_box(to + block * kBlockBytes, &map, barrier, block * 64, position, head, batch);
    }
  }
};

}  // namespace tenon::group_attention

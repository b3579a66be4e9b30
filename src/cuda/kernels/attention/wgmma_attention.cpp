#include "cuda/kernels/attention/wgmma_attention.h"

#include <algorithm>

#include "base/rounding.h"

namespace tenon {

// The types are compiled apart from each other.
const void* wgmma_attention_f16(int size, MaskReading mask);
const void* wgmma_attention_bf16(int size, MaskReading mask);

namespace {

constexpr int kKeysOfTile = 64;
constexpr int kMostSharedKeys = 2048;      // of a mask
constexpr size_t kTileColumnBytes = 8192;  // of 64 queries, keys or values, 64 columns

MaskReading mask_reading(const AttentionShape& s) {
  if (!s.mask.present) return MaskReading::kNone;
  return s.mask.query == 0 && s.keys <= kMostSharedKeys ? MaskReading::kKeys
                                                        : MaskReading::kElements;
}

bool has_pairs(const AttentionShape& s) {
  const auto& m = s.mask;
  return m.key == 1 && (m.batch | m.head | m.query | s.keys) % 2 == 0;
}

size_t shared_bytes(const WgmmaAttentionParams& p, MaskReading mask) {
  const size_t tile = static_cast<size_t>(ceil_div(p.shape.size, 64)) * kTileColumnBytes;
  const auto groups = static_cast<size_t>(p.groups), stages = static_cast<size_t>(p.stages);
  const auto keys = static_cast<size_t>(ceil_div(p.shape.keys, kKeysOfTile) * kKeysOfTile);
  constexpr size_t kBarriers = 24;  // of a stage; and one for the queries
  return (groups + 2 * stages) * tile + 8 + stages * kBarriers +
         (mask == MaskReading::kKeys ? keys * 2 * sizeof(float) : 0);
}

// As many as there is room for beside the other blocks that a multiprocessor can have.
void choose_stages(WgmmaAttentionParams& p, MaskReading mask, int blocks,
                   const WgmmaLimits& limits) {
  constexpr size_t kReserved = 1024;  // of a block, by the system
  const int most = ceil_div(p.shape.keys, kKeysOfTile);
  // A tile is waited for one step before it is needed, and filled one or two before that.
  const int least = std::min(most, p.groups == 1 ? 3 : 4);
  const int by_registers = wgmma_resident_groups(p.shape.size) / p.groups;
  for (int resident = std::min(by_registers, ceil_div(blocks, limits.multiprocessors));
       resident > 0; --resident) {
    const size_t room =
        (limits.shared_bytes + kReserved) / static_cast<size_t>(resident) - kReserved;
    p.stages = most;
    while (p.stages > least && shared_bytes(p, mask) > room) --p.stages;
    if (shared_bytes(p, mask) <= room) return;
  }
}

}  // namespace

int wgmma_most_groups(int size) { return size > 64 ? 3 : 2; }
int wgmma_resident_groups(int size) { return size > 64 ? 3 : 4; }

WgmmaAttentionKernel prepare_wgmma_attention(WgmmaAttentionParams& p, const WgmmaLimits& limits) {
  const AttentionShape& s = p.shape;
  const MaskReading mask = mask_reading(s);
  p.mask_pairs = has_pairs(s);
  p.head_blocks = ceil_div(s.queries, p.groups * 64);
  const int planes = s.heads * s.batch, blocks = p.head_blocks * planes;
  p.by_round = FastDivisor(s.causal ? planes : p.head_blocks);
  p.by_heads = FastDivisor(s.heads);
  p.by_sharing = FastDivisor(s.sharing);
  choose_stages(p, mask, blocks, limits);
  WgmmaAttentionKernel kernel{.function = s.type == DataType::kF16
                                              ? wgmma_attention_f16(s.size, mask)
                                              : wgmma_attention_bf16(s.size, mask),
                              .shape = {.blocks = static_cast<unsigned>(blocks),
                                        .threads = static_cast<unsigned>(p.groups * 128),
                                        .shared_bytes = shared_bytes(p, mask)}};
  // The most that there is: other launches of the kernel may need more than this one.
  cudaFuncSetAttribute(kernel.function, cudaFuncAttributeMaxDynamicSharedMemorySize,
                       static_cast<int>(limits.shared_bytes));
  return kernel;
}

}  // namespace tenon

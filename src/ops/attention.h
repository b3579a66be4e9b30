#pragma once

#include "ops/op.h"

namespace tenon {

// How heads and positions lie in the operands and the result of Attention.
enum class AttentionLayout : uint8_t {
  kBatchFirst,     // [B, S, W]: a row holds the heads side by side, from the operand's column on
  kSequenceFirst,  // [S, B, W]: likewise
  kHeadsFirst,     // [B, H, S, D]: one head a plane; columns are 0
};
constexpr auto names(AttentionLayout) {
  return std::to_array<std::pair<AttentionLayout, std::string_view>>(
      {{AttentionLayout::kBatchFirst, "batch_first"},
       {AttentionLayout::kSequenceFirst, "sequence_first"},
       {AttentionLayout::kHeadsFirst, "heads_first"}});
}

// Scaled dot-product attention                     (Vaswani et al. 2017, arXiv:1706.03762)
//   y[b,h,i,:] = sum over j of softmax_j(scale * q[b,h,i,:] . k[b,g,j,:] + mask[b,h,i,j])
//   v[b,g,j,:]
// with g = h / (heads / kv_heads): several heads of q may share one of k and v. Sums and the
// softmax are computed in FP32 or wider.
//   q     heads of `size` elements, Sq positions
//   k, v  kv_heads of `size` elements, Sk positions
//   mask  optional, broadcasts from the right to [B, heads, Sq, Sk]: of q's type, added; or
//         booleans, where false means that query i does not see key j
//   y     the heads side by side: [B,Sq,heads*size], [Sq,B,heads*size] or [B,heads,Sq,size]
// q, k and v may be one tensor (a projection to all three side by side) at different columns.
struct Attention {
  AttentionLayout layout = AttentionLayout::kBatchFirst;
  int64_t heads = 1;
  int64_t kv_heads = 1;
  int64_t size = 0;      // elements of a head
  int64_t q_column = 0;  // of the first element of head 0 in a row of the operand
  int64_t k_column = 0;
  int64_t v_column = 0;
  float scale = 1;
  bool causal = false;  // query i sees keys j <= i alone
  // A query whose probabilities are NaN, as when it sees no key, yields zeros instead of NaN.
  bool nan_to_zero = false;

  static constexpr std::string_view kName = "attention";
  static constexpr Traits kTraits{.min_inputs = 3, .max_inputs = 4};
  static constexpr auto fields = std::tuple{field<1>("layout", &Attention::layout),
                                            field<2>("heads", &Attention::heads),
                                            field<3>("kv_heads", &Attention::kv_heads),
                                            field<4>("size", &Attention::size),
                                            field<5>("q_column", &Attention::q_column),
                                            field<6>("k_column", &Attention::k_column),
                                            field<7>("v_column", &Attention::v_column),
                                            field<8>("scale", &Attention::scale),
                                            field<9>("causal", &Attention::causal),
                                            field<10>("nan_to_zero", &Attention::nan_to_zero)};
  friend bool operator==(const Attention&, const Attention&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

// Where the elements of one operand (or the result) of an attention lie.
struct HeadStrides {
  int64_t batch = 0;     // elements between batches,
  int64_t head = 0;      // heads
  int64_t position = 0;  // and positions; a head's elements lie together
  int64_t first = 0;     // of batch 0, head 0, position 0
};
HeadStrides head_strides(const Attention& op, const Dims& dims, int64_t column);

// The extents of the loops, from the dims of q and k.
struct AttentionExtents {
  int64_t batch = 0;
  int64_t queries = 0;
  int64_t keys = 0;
};
AttentionExtents attention_extents(const Attention& op, const Dims& q, const Dims& k);

}  // namespace tenon

#pragma once

#include <string>
#include <variant>

#include "cuda/kernels/igemm/conv_geometry.h"
#include "ops/conv_pair.h"

namespace tenon {

// A pair of 1x1 convolutions as two matrix products: y is [rows, middle], z [rows, columns].
struct PairGeometry {
  int64_t rows = 0, channels = 0, middle = 0, columns = 0;
  bool has_residual = false;
  Activation first_act, second_act;

  int64_t slabs() const;   // of 64 channels
  int64_t slices() const;  // of 64 columns of y
};

// Of a ConvPair problem of pointwise convolutions in one narrow type whose weights are constant;
// or why it is not one.
std::variant<PairGeometry, Refusal> pair_geometry(const Problem& problem);

// The operands of a ConvPair problem.
inline constexpr size_t kPairBias1 = 2, kPairResidual = 3, kPairBias2 = 5;

// The packed constants: weights and bias of both, for a tile of so many columns of z.
struct PairBlob {
  size_t weights2, bias1, bias2, end;  // where they begin; the first weights are at 0
  PairBlob(const PairGeometry& geometry, int tile_columns);
};
std::vector<std::byte> pack_pair(const Problem& problem, const PairGeometry& geometry,
                                 int tile_columns);

}  // namespace tenon

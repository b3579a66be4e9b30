#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "cuda/kernels/igemm/igemm_params.h"
#include "cuda/kernels/igemm/igemm_plan.h"
#include "device/tactic.h"

namespace tenon {

// The matrix W of a product: depth is [tap][channel], with room for more channels than there are.
struct IgemmWeights {
  int64_t taps = 1;
  int64_t channels = 0;         // in multiples of 16 bytes
  int64_t padded_channels = 0;  // likewise
  int64_t columns = 0;
  int element_bytes = 2;

  int64_t depth_of_step() const { return igemm_depth(element_bytes); }
  int64_t steps() const { return (taps * padded_channels + depth_of_step() - 1) / depth_of_step(); }
  int64_t columns_padded() const { return (columns + 31) / 32 * 32; }
  size_t matrix_bytes() const { return static_cast<size_t>(steps() * columns_padded()) * 128; }
};

// Where a tensor holds them: element (tap, channel, column) at the sum of their strides.
struct WeightSource {
  const std::byte* elements = nullptr;
  int64_t tap = 0, channel = 0, column = 0;
};

// The packed constants: the matrix as in IgemmParams::weights, zeros as yet, then the bias in FP32;
// `bias` may be nullptr, `repeat` is how often it is written.
std::vector<std::byte> igemm_blob(const IgemmWeights& w, const Tensor* bias, int64_t repeat);
// Puts `count` columns into the blob, from column `first` on; FP32 rounded to TF32.
void place_weights(const IgemmWeights& w, const WeightSource& from, int64_t first, int64_t count,
                   std::vector<std::byte>& blob);

// `params` with what follows from the weights' dims.
IgemmParams with_weights(IgemmParams params, const IgemmWeights& weights);

// Binds the kernel: `params` of with_weights() lacks the pointers.
std::unique_ptr<Launch> bind_igemm(const IgemmParams& params, const IgemmWeights& weights,
                                   const IgemmChoice& choice, DataType type, bool has_bias,
                                   const Packed& packed);

}  // namespace tenon

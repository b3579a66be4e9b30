#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "cuda/kernels/igemm/igemm_params.h"
#include "cuda/kernels/igemm/igemm_plan.h"
#include "device/tactic.h"

namespace tenon {

// The matrix W of a product: element [depth][column].
struct IgemmWeights {
  int64_t depth = 0;
  int64_t columns = 0;

  int64_t steps() const { return (depth + kIgemmDepth - 1) / kIgemmDepth; }
  int64_t columns_padded() const { return (columns + 7) / 8 * 8; }
  size_t matrix_bytes() const { return static_cast<size_t>(steps() * columns_padded()) * 128; }
};

// The packed constants: the matrix as in IgemmParams::weights, then the bias in FP32. `word(d, n)`
// gives the 16 bits of an element; `bias` may be nullptr, `repeat` is how often it is written.
template <typename Word>
std::vector<std::byte> pack_igemm(const IgemmWeights& w, const Tensor* bias, int64_t repeat,
                                  Word word);
std::vector<std::byte> igemm_blob(const IgemmWeights& w, const Tensor* bias, int64_t repeat);

template <typename Word>
std::vector<std::byte> pack_igemm(const IgemmWeights& w, const Tensor* bias, int64_t repeat,
                                  Word word) {
  std::vector<std::byte> blob = igemm_blob(w, bias, repeat);
  auto* to = reinterpret_cast<uint16_t*>(blob.data());
  for (int64_t n = 0; n < w.columns; ++n) {
    for (int64_t d = 0; d < w.depth; ++d) {
      const int64_t row = (d / kIgemmDepth * w.columns_padded() + n) * kIgemmDepth;
      const int64_t piece = (d % kIgemmDepth / 8) ^ (n % 8);
      to[row + piece * 8 + d % 8] = word(d, n);
    }
  }
  return blob;
}

// `params` with what follows from the weights' dims.
IgemmParams with_weights(IgemmParams params, const IgemmWeights& weights);

// Binds the kernel: `params` of with_weights() lacks the pointers.
std::unique_ptr<Launch> bind_igemm(const IgemmParams& params, const IgemmWeights& weights,
                                   const IgemmChoice& choice, DataType type, bool has_bias,
                                   const Packed& packed);

}  // namespace tenon

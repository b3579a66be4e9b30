#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/fields.h"
#include "cuda/kernels/matmul/lt_gemm.h"

namespace tenon {

// What a plan holds of the algorithm that was timed.
struct LtRecipe {
  std::string made_for;  // LtGemmSpec::key()
  std::vector<uint8_t> algorithm;
  static constexpr auto fields = std::tuple{field<1>("made_for", &LtRecipe::made_for),
                                            field<2>("algorithm", &LtRecipe::algorithm)};
};

// The recipe for the algorithm of this rank, which must exist.
std::vector<std::byte> lt_recipe(const LtGemmSpec& spec, size_t rank);

// The same for a product like `measured` that is laid out otherwise: its algorithm where the
// library takes it, else that of the rank.
std::vector<std::byte> lt_recipe_like(const LtGemmSpec& spec, const LtGemmSpec& measured,
                                      size_t rank);

// The algorithm to use for a product: the recipe's where it was made for this very product, else
// what the library thinks best. Throws Error when there is none.
cublasLtMatmulHeuristicResult_t lt_algorithm(const LtGemmSpec& spec,
                                             std::span<const std::byte> recipe);

}  // namespace tenon

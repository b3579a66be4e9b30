#include "cuda/kernels/matmul/lt_recipe.h"

#include <algorithm>

#include "base/archive.h"
#include "base/error.h"

namespace tenon {

static std::vector<std::byte> recipe_of(const LtGemmSpec& spec,
                                        const cublasLtMatmulHeuristicResult_t& algorithm) {
  LtRecipe recipe{.made_for = spec.key()};
  for (const std::byte b : std::as_bytes(std::span(&algorithm.algo, 1))) {
    recipe.algorithm.push_back(static_cast<uint8_t>(b));
  }
  ArchiveWriter writer;
  writer.write(recipe);
  return writer.take();
}

std::vector<std::byte> lt_recipe(const LtGemmSpec& spec, size_t rank) {
  const auto algorithms = lt_algorithms(spec);
  TENON_CHECK(rank < algorithms->size());
  return recipe_of(spec, (*algorithms)[rank]);
}

std::vector<std::byte> lt_recipe_like(const LtGemmSpec& spec, const LtGemmSpec& measured,
                                      size_t rank) {
  if (const auto algorithms = lt_algorithms(measured); rank < algorithms->size()) {
    const auto bytes = std::as_bytes(std::span(&(*algorithms)[rank].algo, 1));
    cublasLtMatmulHeuristicResult_t result;
    if (usable(spec, bytes, result)) return recipe_of(spec, result);
  }
  return lt_recipe(spec, std::min(rank, lt_algorithms(spec)->size() - 1));
}

cublasLtMatmulHeuristicResult_t lt_algorithm(const LtGemmSpec& spec,
                                             std::span<const std::byte> recipe) {
  if (!recipe.empty()) {
    const auto r = ArchiveReader(recipe).read<LtRecipe>();
    cublasLtMatmulHeuristicResult_t result;
    if (r.made_for == spec.key() && usable(spec, std::as_bytes(std::span(r.algorithm)), result)) {
      return result;
    }
  }
  const auto algorithms = lt_algorithms(spec);
  if (algorithms->empty()) {
    fail(ErrorCode::kUnsupported, "cuBLASLt has no algorithm for the product {}", spec.key());
  }
  return algorithms->front();
}

}  // namespace tenon

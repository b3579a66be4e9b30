#include "cuda/kernels/matmul/lt_recipe.h"

#include <algorithm>

#include "base/archive.h"
#include "base/error.h"

namespace tenon {

std::vector<std::byte> lt_recipe(const LtGemmSpec& spec, size_t rank) {
  const auto algorithms = lt_algorithms(spec);
  TENON_CHECK(rank < algorithms->size());
  const auto bytes = std::as_bytes(std::span(&(*algorithms)[rank].algo, 1));
  LtRecipe recipe{.made_for = spec.key()};
  for (const std::byte b : bytes) recipe.algorithm.push_back(static_cast<uint8_t>(b));
  ArchiveWriter writer;
  writer.write(recipe);
  return writer.take();
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

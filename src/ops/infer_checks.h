#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ops/op.h"
#include "ops/scalar_fn.h"

namespace tenon {

// Checks that the ops' inference shares. All throw Error naming the op, the operand or attribute
// and the fact.

// The operand has an element type that the reference evaluation computes in: f32, f16, bf16, f64.
void require_float(const InferContext& c, size_t input);
// f32, f16, bf16, f64 or an integer type.
void require_number(const InferContext& c, size_t input);
// i32 or i64: indices and shapes.
void require_index(const InferContext& c, size_t input);
// Rank 1 and of `extent` elements.
void require_vector(InferContext& c, size_t input, const Dim& extent, std::string_view what);

// The operand has exactly these dims.
void require_same_dims(InferContext& c, size_t input, const Shape& dims, std::string_view what);
// The operand broadcasts to `dims` without extending them.
void require_broadcasts_to(InferContext& c, size_t input, const Shape& dims, std::string_view what);
// A function that maps numbers to numbers.
void require_activation(const InferContext& c, const Activation& act);

// Axes given as in ONNX, each once, as a mask over 0 .. rank-1.
std::vector<bool> axis_mask(const InferContext& c, const std::vector<int64_t>& axes, int rank);

// A list attribute with one number a spatial axis, empty for all `fallback`. Every number is at
// least `least` and below 2^31.
std::vector<int64_t> spatial_list(const InferContext& c, const std::vector<int64_t>& list,
                                  int spatial, int64_t fallback, int64_t least,
                                  std::string_view name);

// The contents of a shape operand (i32 or i64 of rank 1; rank 0 counts as one element).
const std::vector<Dim>& shape_elements(const InferContext& c, size_t input);

// The contents of an operand where inference knows them: tracked elements, or those of a small
// constant of whole numbers of a floating type.
std::optional<std::vector<Dim>> known_elements(const InferContext& c, size_t input);

// What f computes of an output's contents (an optional); nullopt where that fails, for numbers that
// overflow or expressions that grow too long: contents that are not followed are no fault.
template <typename F>
auto followed(F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kInternal) throw;
    return std::nullopt;
  }
}

}  // namespace tenon

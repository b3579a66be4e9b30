#pragma once

#include <cstdint>
#include <optional>

#include "base/dim.h"
#include "ops/scalar_fn.h"

namespace tenon {

// fn on integers: exact, overflow wraps around, kDiv truncates towards zero (ONNX Div), booleans
// are 0 and 1. Throws Error on division by zero.
int64_t apply_to_integers(BinaryFn fn, int64_t a, int64_t b);

// fn on elements of shape tensors; nullopt where the result is no expression, or is not known for
// every value of the symbols. Symbols are not negative, so kDiv of expressions rounds down.
// Comparisons give 0 or 1. When `real` the operands are whole numbers of a floating type.
std::optional<Dim> apply_to_dims(BinaryFn fn, const Dim& a, const Dim& b, bool real);

}  // namespace tenon

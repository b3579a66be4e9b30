#pragma once

#include <string>

#include "ops/scalar_fn.h"

namespace tenon {

// Functions of numbers as CUDA C++ expressions over values of type float or long long. They agree
// with apply() and apply_to_integers(); a division of integers by zero gives 0.

// Declarations that the expressions need.
std::string scalar_prelude(bool integers);

std::string unary_expression(UnaryFn fn, const std::string& x, float alpha, float beta);
std::string binary_expression(BinaryFn fn, const std::string& a, const std::string& b);

// Whether the function is defined on integers.
bool has_integer_expression(UnaryFn fn);
std::string integer_unary_expression(UnaryFn fn, const std::string& x, float alpha, float beta);
std::string integer_binary_expression(BinaryFn fn, const std::string& a, const std::string& b);

// A number exactly as it is.
std::string float_literal(float value);

}  // namespace tenon

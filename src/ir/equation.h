#pragma once

#include <string_view>

#include "ir/rewriter.h"

namespace tenon {

// A rule written as an equation: a node that matches `pattern` is computed as `replacement`.
//
//   equation("swish", "mul(x, sigmoid(x))", "swish(x; alpha=1)")
//
//   x            any value; the same name, the same value
//   3, 0.5       a constant whose elements all equal the number (to 1e-5 of it)
//   #a           a uniform constant, or an attribute's value; usable in the replacement's
//   attributes op(p, q; attr=value)  a node under its name in the text form with exactly these
//   attributes
//                (those at their default left out); operands of commutative functions in any order
//   p | q        either, inside parentheses: mul(x, (sigmoid(x) | tanh(x)))
//
// It applies to floating-point results, when every node inside the match is read by nodes of the
// match alone and produces no graph output, and when the result has the type it had. The node takes
// the joined names and origins of all that it replaces. A replacement that is a mere name bypasses
// the node. The texts must outlive the rule; a malformed one fails a CHECK when the rule is made.
Rule equation(std::string_view name, std::string_view pattern, std::string_view replacement);

}  // namespace tenon

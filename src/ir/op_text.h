#pragma once

#include <string>
#include <string_view>

#include "ops/op.h"

namespace tenon {

// How an op is written in the graph's text: unary and binary ops go by their function ("relu",
// "add"), all others by their own name.
std::string_view text_name(const Op& op);
// The attributes that differ from their defaults, less what text_name() already says.
std::string text_attributes(const Op& op);
// The inverse of the two. Throws Error on an unknown op or attribute.
Op op_from_text(std::string_view name, std::string_view attributes);

}  // namespace tenon

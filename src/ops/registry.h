#pragma once

#include <span>

#include "ops/op.h"

namespace tenon {

// Every op there is, in alphabetical order.
std::span<const OpInfo* const> all_ops();
// nullptr when there is no such op.
const OpInfo* find_op(std::string_view name);

}  // namespace tenon

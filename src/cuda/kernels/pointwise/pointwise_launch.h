#pragma once

#include <memory>

#include "device/tactic.h"

namespace tenon {

// The kernels of the problem's form, compiled: what bind_pointwise() wants as packed code.
std::vector<std::byte> compile_pointwise(const Problem& problem);

// Binds a problem of pointwise_form(). Constants are in pack_constants() form.
std::unique_ptr<Launch> bind_pointwise(const Problem& problem, const Packed& packed);

}  // namespace tenon

#pragma once

#include <span>
#include <string_view>

#include "device/tactic.h"

namespace tenon {

// The GPU's tactics for an op, best guess first, the reference tactic last. An op of an unknown
// name has the reference tactic only.
std::span<const Tactic* const> cuda_tactics(std::string_view op);

}  // namespace tenon

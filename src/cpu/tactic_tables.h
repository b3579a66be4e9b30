#pragma once

#include <span>
#include <string_view>

#include "device/tactic.h"

namespace tenon {

// The CPU's tactics for an op, best guess first, the reference tactic last. An op of an unknown
// name has the reference tactic only.
std::span<const Tactic* const> cpu_tactics(std::string_view op);

}  // namespace tenon

#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

std::span<const Tactic* const> pool_tactics();

}  // namespace tenon

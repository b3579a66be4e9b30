#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

std::span<const Tactic* const> concat_tactics();

}  // namespace tenon

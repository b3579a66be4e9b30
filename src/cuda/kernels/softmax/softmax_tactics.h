#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

std::span<const Tactic* const> softmax_tactics();

}  // namespace tenon

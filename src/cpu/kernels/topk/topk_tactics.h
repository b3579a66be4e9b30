#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

std::span<const Tactic* const> topk_tactics();

}  // namespace tenon

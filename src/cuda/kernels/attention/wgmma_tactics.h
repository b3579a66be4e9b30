#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

// Attention on Hopper's tensor cores.
std::span<const Tactic* const> wgmma_attention_tactics();

}  // namespace tenon

#pragma once

#include <span>

#include "device/tactic.h"

namespace tenon {

std::span<const Tactic* const> resize_tactics();

}  // namespace tenon

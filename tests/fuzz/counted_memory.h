#pragma once

#include <cstddef>

namespace tenon::testing {

// Bytes that the program has allocated through new (under sanitizers: on the heap) and not given
// back.
size_t live_bytes();
// The most that were live since the last call of reset_peak(), or since the start.
size_t peak_bytes();
void reset_peak();

}  // namespace tenon::testing

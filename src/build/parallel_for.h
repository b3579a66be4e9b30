#pragma once

#include <cstddef>
#include <functional>

#include "device/device.h"

namespace tenon {

// Calls work(0) to work(count - 1), in any order, on as many threads that are the device's. Throws
// what one of the calls threw, after the others that had begun have ended.
void parallel_for(size_t count, int threads, Device& device,
                  const std::function<void(size_t)>& work);

}  // namespace tenon

// Memory pools: accounts for stream-ordered memory.
#pragma once

#include <cstddef>

#include "driver_types.h"

namespace tenon::hostcuda {

// Takes `size` bytes that were freed out of the pool's use; a pool that is gone is fine.
void account_free(cudaMemPool_t pool, size_t size);

// Forgets every pool but the default one (device reset).
void reset_pools();

}  // namespace tenon::hostcuda

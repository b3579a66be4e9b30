#pragma once

#include <cstdint>

#include "cpu/thread_pool.h"

namespace tenon {

// The largest number of slots that a launch prepares scratch memory for: the processor's cores.
int concurrency();

// Calls body(item, slot) for every item in [0, items), in rising order within a slot. Slots run at
// the same time, each on one thread, so that scratch memory belongs to a slot; an item goes to the
// slot that is free first. Works with any number of threads, fewer than slots included.
void share(ThreadPool& pool, int slots, int64_t items, FunctionRef<void(int64_t, int)> body);

}  // namespace tenon

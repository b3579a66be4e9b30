#pragma once

#include <memory>

#include "cpu/thread_pool.h"
#include "device/device.h"

namespace tenon {

// A stream over a queue of the host platform (a cudaStream_t; nullptr is the default stream).
// Tasks run on the queue's worker thread with the pool's threads. Throws Error when the handle is
// not alive.
std::unique_ptr<Stream> make_host_stream(void* handle, ThreadPool& pool);

// The same over a queue of its own, which is destroyed with it.
std::unique_ptr<Stream> make_own_host_stream(ThreadPool& pool);

// Fences between streams of this file, other than those that tasks are given.
std::unique_ptr<Fences> make_host_fences(size_t count);

// Runs the task on the calling thread.
void run_on_caller(StreamTask task, ThreadPool& pool);

}  // namespace tenon

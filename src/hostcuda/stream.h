// A stream, and how work gets into one.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "driver_types.h"
#include "hostcuda/queue.h"

namespace tenon::hostcuda {
struct Capture;
}

struct CUstream_st {
  CUstream_st(unsigned int stream_flags, int stream_priority);
  ~CUstream_st();

  bool blocking() const { return (flags & cudaStreamNonBlocking) == 0; }

  const unsigned int flags;
  const int priority;
  const unsigned long long id;
  const std::shared_ptr<tenon::hostcuda::Queue> queue;

  // Set exactly while `capture` is; readable without the lock.
  std::atomic<bool> capturing{false};
  // The capture this stream takes part in and the nodes its next node comes after.
  // Guarded by graph_mutex().
  std::shared_ptr<tenon::hostcuda::Capture> capture;
  std::vector<CUgraphNode_st*> after;
};

namespace tenon::hostcuda {

// The stream of a handle: stream 0 and cudaStreamLegacy, cudaStreamPerThread, or a created one.
// Null when the handle is not alive.
std::shared_ptr<CUstream_st> find_stream(cudaStream_t handle);

CUstream_st& legacy_stream();

// Appends `op` in stream order, outside any capture; `mark`, if any, completes after it.
// Orders the legacy stream and the blocking streams with each other.
cudaError_t enqueue(CUstream_st& stream, Op op, MarkRef mark = {});

// Whether nothing that the stream's next operation must come after is pending.
bool idle(const CUstream_st& stream);

// Waits for all work of the stream; reports what failed in it.
cudaError_t synchronize(CUstream_st& stream);

// How threads wait for streams, as chosen with cudaSetDeviceFlags.
Waiting waiting();

}  // namespace tenon::hostcuda

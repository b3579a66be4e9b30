// Stream capture: work that becomes graph nodes instead of running.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "driver_types.h"
#include "hostcuda/event.h"
#include "hostcuda/graph.h"
#include "hostcuda/stream.h"

namespace tenon::hostcuda {

// One capture sequence. Guarded by graph_mutex().
struct Capture {
  unsigned long long id;
  cudaStreamCaptureMode mode;
  std::thread::id thread;  // that began it
  CUstream_st* origin;     // the stream that it began on and must end on
  std::shared_ptr<CUgraph_st> graph;
  bool owns_graph;  // false when it adds to a graph of the program
  bool invalidated = false;
  bool ended = false;
  std::vector<CUstream_st*>
      streams;  // that take part; each leaves at the end, or when it is destroyed
};

// Must precede calls that a capture forbids to its thread or to all: gives
// cudaErrorStreamCaptureUnsupported and invalidates the captures in question.
cudaError_t refuse_during_capture();

// The same for calls that no capture of any mode allows (cudaDeviceSynchronize).
cudaError_t refuse_during_any_capture();

// Must precede use of the legacy stream: gives cudaErrorStreamCaptureImplicit and invalidates, when
// a blocking stream is capturing.
cudaError_t refuse_legacy_during_capture();

// For calls that make no sense on a capturing stream: gives cudaErrorStreamCaptureUnsupported and
// invalidates the capture when the stream has one.
cudaError_t refuse_capturing(CUstream_st& stream);

// Adds a node after the stream's latest ones. cudaErrorStreamCaptureInvalidated where the capture
// has been invalidated.
cudaError_t capture_work(CUstream_st& stream, Work work);

// Whether a capture that is going on adds to the graph; under graph_mutex().
bool under_capture(const CUgraph_st& graph);

// Takes the stream out of its capture (at its destruction).
void leave_capture(CUstream_st& stream);

// Runs the work in stream order, or adds it to the stream's capture.
cudaError_t submit_work(CUstream_st& stream, Work work);

// cudaStreamWaitEvent for an event recorded in a capture, or on a capturing stream.
cudaError_t capture_wait(CUstream_st& stream, const std::shared_ptr<CUevent_st>& event,
                         bool external);
// cudaEventRecord on a capturing stream.
cudaError_t capture_record(CUstream_st& stream, const std::shared_ptr<CUevent_st>& event,
                           bool external);
// For query, synchronize and elapsed time: cudaErrorCapturedEvent (and, with `invalidate`, the end
// of the capture) where the event's latest record is part of a capture that is going on,
// cudaErrorInvalidValue where that capture has ended.
cudaError_t refuse_captured_event(CUevent_st& event, bool invalidate);

}  // namespace tenon::hostcuda

#include "hostcuda/stream.h"

#include "hostcuda/capture.h"
#include "hostcuda/device.h"
#include "hostcuda/registry.h"

namespace {

unsigned long long next_stream_id() {
  static std::atomic<unsigned long long> next{1};
  return next.fetch_add(1);
}

}  // namespace

CUstream_st::CUstream_st(unsigned int stream_flags, int stream_priority)
    : flags(stream_flags),
      priority(stream_priority),
      id(next_stream_id()),
      queue(tenon::hostcuda::Queue::make((stream_flags & cudaStreamNonBlocking) == 0)) {}

// Work that is still pending runs; nobody waits for it here.
CUstream_st::~CUstream_st() {
  tenon::hostcuda::leave_capture(*this);
  queue->close(false);
}

namespace tenon::hostcuda {
namespace {

const std::shared_ptr<CUstream_st>& legacy() {
  static auto* const stream =
      new std::shared_ptr<CUstream_st>(std::make_shared<CUstream_st>(cudaStreamDefault, 0));
  return *stream;
}

// Made at a thread's first use of it, ended with the thread.
const std::shared_ptr<CUstream_st>& per_thread() {
  thread_local const auto stream = std::make_shared<CUstream_st>(cudaStreamDefault, 0);
  return stream;
}

bool is_blocking(const Queue& queue) { return queue.blocking(); }

// The legacy stream's next operation comes after all that the blocking streams have been given.
// A wait is pushed only after the mark it waits for, so waits can never form a cycle.
bool follow_blocking_streams(Queue& legacy_queue) {
  bool pushed = true;
  for_each_queue([&](Queue& queue) {
    if (&queue == &legacy_queue || !queue.blocking() || queue.idle()) return;
    const MarkRef mark = MarkRef::make();
    if (!queue.push_mark(mark)) return;  // closed: about to end
    if (!mark->done()) pushed &= legacy_queue.push(Op([mark] { mark->wait(); }));
  });
  return pushed;
}

bool follow_legacy_stream(Queue& queue) {
  Queue& legacy_queue = *legacy()->queue;
  if (legacy_queue.idle()) return true;
  const MarkRef mark = MarkRef::make();
  if (!legacy_queue.push_mark(mark)) return false;
  return mark->done() || queue.push(Op([mark] { mark->wait(); }));
}

}  // namespace

CUstream_st& legacy_stream() { return *legacy(); }

std::shared_ptr<CUstream_st> find_stream(cudaStream_t handle) {
  if (handle == nullptr || handle == cudaStreamLegacy) return legacy();
  if (handle == cudaStreamPerThread) return per_thread();
  return registry<CUstream_st>().find(handle);
}

bool idle(const CUstream_st& stream) {
  if (&stream == legacy().get()) return !any_queue_busy(is_blocking);
  return stream.queue->idle() && (!stream.blocking() || legacy()->queue->idle());
}

cudaError_t enqueue(CUstream_st& stream, Op op, MarkRef mark) {
  Queue& queue = *stream.queue;
  bool alive = true;
  if (&stream == legacy().get()) {
    alive = follow_blocking_streams(queue);
  } else if (stream.blocking()) {
    alive = follow_legacy_stream(queue);
  }
  alive = alive && queue.push(std::move(op), std::move(mark));
  return alive ? cudaSuccess : cudaErrorInvalidResourceHandle;
}

cudaError_t synchronize(CUstream_st& stream) {
  if (!idle(stream)) {
    if (&stream == legacy().get()) {
      const MarkRef mark = MarkRef::make();
      if (const cudaError_t error = enqueue(stream, {}, mark); error != cudaSuccess) return error;
      mark->wait(waiting());
    } else {
      stream.queue->drain(waiting());
    }
  }
  return stream.queue->take_error();
}

Waiting waiting() {
  // cudaDeviceScheduleSpin and Yield spin briefly, too: the processor that waits is the device, and
  // a waiting thread would take a core from the work it waits for.
  const bool sleep = (device_flags() & cudaDeviceScheduleMask) == cudaDeviceScheduleBlockingSync;
  return sleep ? Waiting::kSleep : Waiting::kBriefSpin;
}

}  // namespace tenon::hostcuda

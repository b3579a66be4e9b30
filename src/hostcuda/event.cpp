// The calls on events.
#include "hostcuda/event.h"

#include "cuda_runtime_api.h"
#include "hostcuda/call.h"
#include "hostcuda/capture.h"
#include "hostcuda/graph.h"
#include "hostcuda/registry.h"
#include "hostcuda/stream.h"

namespace tenon::hostcuda {
namespace {

cudaError_t create(cudaEvent_t* event, unsigned int flags) {
  constexpr unsigned int kKnown =
      cudaEventBlockingSync | cudaEventDisableTiming | cudaEventInterprocess;
  // Events of several processes carry no time, in the original too.
  const bool timed_interprocess =
      (flags & cudaEventInterprocess) != 0 && (flags & cudaEventDisableTiming) == 0;
  if (event == nullptr || (flags & ~kKnown) != 0 || timed_interprocess) {
    return cudaErrorInvalidValue;
  }
  *event = registry<CUevent_st>().add(std::make_shared<CUevent_st>(flags));
  return cudaSuccess;
}

cudaError_t record(cudaEvent_t handle, cudaStream_t stream_handle, unsigned int flags) {
  const auto event = registry<CUevent_st>().find(handle);
  const auto stream = find_stream(stream_handle);
  if (event == nullptr || stream == nullptr) return cudaErrorInvalidResourceHandle;
  if ((flags & ~cudaEventRecordExternal) != 0) return cudaErrorInvalidValue;
  const bool external = flags == cudaEventRecordExternal;
  if (stream->capturing.load()) return capture_record(*stream, event, external);
  if (external) return cudaErrorIllegalState;
  if (stream.get() == &legacy_stream()) {
    if (const cudaError_t error = refuse_legacy_during_capture(); error != cudaSuccess) {
      return error;
    }
  }
  if (event->captured.load()) {
    std::lock_guard lock(graph_mutex());
    event->captured.store(false);
    event->capture = nullptr;
    event->captured_after.clear();
  }
  const MarkRef mark = event->renew();
  if (idle(*stream)) {  // the stream is there already
    mark->complete();
    return cudaSuccess;
  }
  return enqueue(*stream, {}, mark);
}

cudaError_t wait(cudaStream_t stream_handle, cudaEvent_t handle, unsigned int flags) {
  const auto stream = find_stream(stream_handle);
  const auto event = registry<CUevent_st>().find(handle);
  if (event == nullptr || stream == nullptr) return cudaErrorInvalidResourceHandle;
  if ((flags & ~cudaEventWaitExternal) != 0) return cudaErrorInvalidValue;
  if (stream->capturing.load() || event->captured.load()) {
    return capture_wait(*stream, event, flags == cudaEventWaitExternal);
  }
  if (stream.get() == &legacy_stream()) {
    if (const cudaError_t error = refuse_legacy_during_capture(); error != cudaSuccess) {
      return error;
    }
  }
  const MarkRef mark = event->current();
  if (!mark || mark->done()) return cudaSuccess;
  return enqueue(*stream, Op([mark] { mark->wait(); }));
}

// The event of a handle for query and synchronize, and what captures have against it.
cudaError_t observe(cudaEvent_t handle, std::shared_ptr<CUevent_st>& event) {
  event = registry<CUevent_st>().find(handle);
  if (event == nullptr) return cudaErrorInvalidResourceHandle;
  if (const cudaError_t error = refuse_captured_event(*event, true); error != cudaSuccess) {
    return error;
  }
  return refuse_during_capture();
}

cudaError_t elapsed(float* ms, cudaEvent_t start_handle, cudaEvent_t end_handle) {
  if (ms == nullptr) return cudaErrorInvalidValue;
  MarkRef marks[2];
  const cudaEvent_t handles[2] = {start_handle, end_handle};
  for (int i = 0; i < 2; ++i) {
    const auto event = registry<CUevent_st>().find(handles[i]);
    if (event == nullptr) return cudaErrorInvalidResourceHandle;
    if (const cudaError_t error = refuse_captured_event(*event, false); error != cudaSuccess) {
      return error;
    }
    marks[i] = event->current();
    if (!marks[i] || (event->flags & cudaEventDisableTiming) != 0) {
      return cudaErrorInvalidResourceHandle;
    }
  }
  if (!marks[0]->done() || !marks[1]->done()) return cudaErrorNotReady;
  constexpr double kMillisecondsPerNanosecond = 1e-6;
  *ms = static_cast<float>(static_cast<double>(marks[1]->time_ns() - marks[0]->time_ns()) *
                           kMillisecondsPerNanosecond);
  return cudaSuccess;
}

}  // namespace
}  // namespace tenon::hostcuda

using namespace tenon::hostcuda;

extern "C" {

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return call([&] { return create(event, cudaEventDefault); });
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned int flags) {
  return call([&] { return create(event, flags); });
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  return call([&] {
    return registry<CUevent_st>().remove(event) == nullptr ? cudaErrorInvalidResourceHandle
                                                           : cudaSuccess;
  });
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  return call([&] { return record(event, stream, cudaEventRecordDefault); });
}

cudaError_t cudaEventRecordWithFlags(cudaEvent_t event, cudaStream_t stream, unsigned int flags) {
  return call([&] { return record(event, stream, flags); });
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned int flags) {
  return call([&] { return wait(stream, event, flags); });
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  return call([&] {
    std::shared_ptr<CUevent_st> object;
    if (const cudaError_t error = observe(event, object); error != cudaSuccess) return error;
    const MarkRef mark = object->current();
    return !mark || mark->done() ? cudaSuccess : cudaErrorNotReady;
  });
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return call([&] {
    std::shared_ptr<CUevent_st> object;
    if (const cudaError_t error = observe(event, object); error != cudaSuccess) return error;
    const MarkRef mark = object->current();
    const bool sleeps = (object->flags & cudaEventBlockingSync) != 0;
    if (mark) mark->wait(sleeps ? Waiting::kSleep : waiting());
    return cudaSuccess;
  });
}

cudaError_t cudaEventElapsedTime(float* ms, cudaEvent_t start, cudaEvent_t end) {
  return call([&] { return elapsed(ms, start, end); });
}

}  // extern "C"

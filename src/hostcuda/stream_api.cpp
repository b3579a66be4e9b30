// The calls on streams.
#include <algorithm>

#include "cuda_runtime_api.h"
#include "hostcuda/call.h"
#include "hostcuda/capture.h"
#include "hostcuda/device.h"
#include "hostcuda/graph.h"
#include "hostcuda/registry.h"
#include "hostcuda/stream.h"
#include "hostcuda/stream_queue.h"

namespace tenon::hostcuda {
namespace {

cudaError_t create(cudaStream_t* handle, unsigned int flags, int priority) {
  if (handle == nullptr || (flags & ~cudaStreamNonBlocking) != 0) return cudaErrorInvalidValue;
  priority = std::clamp(priority, kGreatestPriority, kLeastPriority);
  *handle = registry<CUstream_st>().add(std::make_shared<CUstream_st>(flags, priority));
  return cudaSuccess;
}

// Calls f(stream) for a live handle.
template <class F>
cudaError_t with_stream(cudaStream_t handle, F f) {
  const auto stream = find_stream(handle);
  return stream == nullptr ? cudaErrorInvalidResourceHandle : f(*stream);
}

// What synchronising with or asking about a stream must respect.
cudaError_t may_observe(CUstream_st& stream) {
  if (const cudaError_t error = refuse_capturing(stream); error != cudaSuccess) return error;
  if (&stream == &legacy_stream()) {
    if (const cudaError_t error = refuse_legacy_during_capture(); error != cudaSuccess) {
      return error;
    }
  }
  return refuse_during_capture();
}

bool finished(const CUstream_st& stream) {
  return &stream == &legacy_stream() ? idle(stream) : stream.queue->idle();
}

}  // namespace

cudaError_t submit(cudaStream_t handle, Task task, std::shared_ptr<const void> owner) {
  return call([&] {
    if (task.run == nullptr) return cudaErrorInvalidValue;
    return with_stream(handle, [&](CUstream_st& stream) {
      return submit_work(stream, TaskWork{task, std::move(owner)});
    });
  });
}

bool valid(cudaStream_t stream) { return find_stream(stream) != nullptr; }

}  // namespace tenon::hostcuda

using namespace tenon::hostcuda;

extern "C" {

cudaError_t cudaStreamCreate(cudaStream_t* pStream) {
  return call([&] { return create(pStream, cudaStreamDefault, kLeastPriority); });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* pStream, unsigned int flags) {
  return call([&] { return create(pStream, flags, kLeastPriority); });
}

cudaError_t cudaStreamCreateWithPriority(cudaStream_t* pStream, unsigned int flags, int priority) {
  return call([&] { return create(pStream, flags, priority); });
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  return call([&] {
    const auto object = registry<CUstream_st>().remove(stream);
    if (object == nullptr) return cudaErrorInvalidResourceHandle;
    leave_capture(*object);
    object->queue->close();
    return cudaSuccess;
  });
}

cudaError_t cudaStreamGetFlags(cudaStream_t hStream, unsigned int* flags) {
  return call([&] {
    if (flags == nullptr) return cudaErrorInvalidValue;
    return with_stream(hStream, [&](CUstream_st& stream) {
      *flags = stream.flags;
      return cudaSuccess;
    });
  });
}

cudaError_t cudaStreamGetPriority(cudaStream_t hStream, int* priority) {
  return call([&] {
    if (priority == nullptr) return cudaErrorInvalidValue;
    return with_stream(hStream, [&](CUstream_st& stream) {
      *priority = stream.priority;
      return cudaSuccess;
    });
  });
}

cudaError_t cudaStreamGetId(cudaStream_t hStream, unsigned long long* streamId) {
  return call([&] {
    if (streamId == nullptr) return cudaErrorInvalidValue;
    return with_stream(hStream, [&](CUstream_st& stream) {
      *streamId = stream.id;
      return cudaSuccess;
    });
  });
}

cudaError_t cudaStreamGetDevice(cudaStream_t hStream, int* device) {
  return call([&] {
    if (device == nullptr) return cudaErrorInvalidValue;
    return with_stream(hStream, [&](CUstream_st&) {
      *device = 0;
      return cudaSuccess;
    });
  });
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  return call([&] {
    return with_stream(stream, [](CUstream_st& object) {
      const cudaError_t error = may_observe(object);
      return error != cudaSuccess ? error : synchronize(object);
    });
  });
}

cudaError_t cudaStreamQuery(cudaStream_t stream) {
  return call([&] {
    return with_stream(stream, [](CUstream_st& object) {
      if (const cudaError_t error = may_observe(object); error != cudaSuccess) return error;
      return finished(object) ? object.queue->take_error() : cudaErrorNotReady;
    });
  });
}

cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t fn, void* userData) {
  return call([&] {
    if (fn == nullptr) return cudaErrorInvalidValue;
    return with_stream(stream, [&](CUstream_st& object) {
      return submit_work(object, HostWork{fn, userData});
    });
  });
}

cudaError_t cudaStreamAddCallback(cudaStream_t stream, cudaStreamCallback_t callback,
                                  void* userData, unsigned int flags) {
  return call([&] {
    if (callback == nullptr || flags != 0) return cudaErrorInvalidValue;
    return with_stream(stream, [&](CUstream_st& object) {
      if (const cudaError_t error = refuse_capturing(object); error != cudaSuccess) return error;
      if (&object == &legacy_stream()) {
        if (const cudaError_t error = refuse_legacy_during_capture(); error != cudaSuccess) {
          return error;
        }
      }
      return enqueue(object, Op([stream, callback, userData] {
                       const HostFunctionScope scope;
                       callback(stream, cudaSuccess, userData);
                     }));
    });
  });
}

cudaError_t cudaStreamAttachMemAsync(cudaStream_t stream, void* devPtr, size_t /*length*/,
                                     unsigned int flags) {
  return call([&] {
    if (devPtr == nullptr || (flags != cudaMemAttachGlobal && flags != cudaMemAttachHost &&
                              flags != cudaMemAttachSingle)) {
      return cudaErrorInvalidValue;
    }
    return with_stream(stream, [](CUstream_st&) { return cudaSuccess; });
  });
}

}  // extern "C"

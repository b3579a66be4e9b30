#include "trtexec/cuda_objects.h"

#include <algorithm>

#include "base/error.h"

namespace tenon::trtexec {

void check_cuda(cudaError_t status, const char* doing) {
  if (status == cudaSuccess) return;
  fail(status == cudaErrorMemoryAllocation ? ErrorCode::kOutOfMemory : ErrorCode::kExecution,
       "{}: {} ({})", doing, cudaGetErrorString(status), cudaGetErrorName(status));
}

StreamHandle::StreamHandle() {
  check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "creating a stream");
}

void StreamHandle::wait_for(cudaEvent_t event) const {
  check_cuda(cudaStreamWaitEvent(stream_, event, 0), "letting a stream wait for an event");
}

EventHandle::EventHandle(bool blocking) {
  const unsigned flags = blocking ? cudaEventBlockingSync : cudaEventDefault;
  check_cuda(cudaEventCreateWithFlags(&event_, flags), "creating an event");
}

void EventHandle::record(cudaStream_t stream) const {
  check_cuda(cudaEventRecord(event_, stream), "recording an event");
}

void EventHandle::synchronize() const {
  check_cuda(cudaEventSynchronize(event_), "waiting for an event");
}

double EventHandle::milliseconds_since(cudaEvent_t earlier) const {
  float ms = 0;
  check_cuda(cudaEventElapsedTime(&ms, earlier, event_), "reading the time between events");
  return ms;
}

template <MemoryKind kKind>
Memory<kKind>::Memory(size_t bytes) : bytes_(bytes) {
  const size_t size = std::max<size_t>(bytes, 1);
  if constexpr (kKind == MemoryKind::kDevice) {
    check_cuda(cudaMalloc(&data_, size), "allocating device memory");
  } else {
    check_cuda(cudaMallocHost(&data_, size), "allocating host memory");
  }
}

template <MemoryKind kKind>
void Memory<kKind>::release() {
  if (data_ == nullptr) return;
  kKind == MemoryKind::kDevice ? cudaFree(data_) : cudaFreeHost(data_);
}

template class Memory<MemoryKind::kDevice>;
template class Memory<MemoryKind::kPinnedHost>;

}  // namespace tenon::trtexec

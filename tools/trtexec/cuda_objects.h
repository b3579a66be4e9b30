// CUDA handles that free themselves. Every failed call throws Error with the runtime's reason.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <span>
#include <utility>

namespace tenon::trtexec {

void check_cuda(cudaError_t status, const char* doing);

class StreamHandle {
 public:
  StreamHandle();
  ~StreamHandle() { cudaStreamDestroy(stream_); }
  StreamHandle(const StreamHandle&) = delete;
  StreamHandle& operator=(const StreamHandle&) = delete;

  operator cudaStream_t() const { return stream_; }
  void wait_for(cudaEvent_t event) const;

 private:
  cudaStream_t stream_ = nullptr;
};

class EventHandle {
 public:
  // `blocking`: waiting for it sleeps instead of spinning.
  explicit EventHandle(bool blocking);
  ~EventHandle() { cudaEventDestroy(event_); }
  EventHandle(const EventHandle&) = delete;
  EventHandle& operator=(const EventHandle&) = delete;

  operator cudaEvent_t() const { return event_; }
  void record(cudaStream_t stream) const;
  void synchronize() const;
  double milliseconds_since(cudaEvent_t earlier) const;

 private:
  cudaEvent_t event_ = nullptr;
};

enum class MemoryKind { kDevice, kPinnedHost };

// At least one byte, so that every tensor has an address.
template <MemoryKind kKind>
class Memory {
 public:
  explicit Memory(size_t bytes);
  ~Memory() { release(); }
  Memory(Memory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(other.bytes_) {}
  Memory& operator=(Memory&&) = delete;

  void* data() const { return data_; }
  size_t bytes() const { return bytes_; }
  std::span<std::byte> span() const { return {static_cast<std::byte*>(data_), bytes_}; }

 private:
  void release();
  void* data_ = nullptr;
  size_t bytes_;
};
using DeviceMemory = Memory<MemoryKind::kDevice>;
using HostMemory = Memory<MemoryKind::kPinnedHost>;

}  // namespace tenon::trtexec

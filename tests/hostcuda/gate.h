// What the tests of streams use: a function that holds a stream up until it is let through, and
// short names for checks.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "cuda_runtime.h"

#define EXPECT_CUDA(call) EXPECT_EQ(call, cudaSuccess)
#define ASSERT_CUDA(call) ASSERT_EQ(call, cudaSuccess)
// The call gives the error and leaves it as the last error.
#define EXPECT_CUDA_ERROR(call, error)    \
  do {                                    \
    EXPECT_EQ(call, error);               \
    EXPECT_EQ(cudaGetLastError(), error); \
  } while (false)

namespace tenon::testing {

// Opens once, for all.
class Gate {
 public:
  ~Gate() { open(); }
  void open() {
    {
      std::lock_guard lock(mutex_);
      open_ = true;
    }
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }
  // As a host function: pass(gate).
  static void host_function(void* gate) { static_cast<Gate*>(gate)->pass(); }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

// As a host function: counts up.
inline void count_up(void* counter) { static_cast<std::atomic<int>*>(counter)->fetch_add(1); }

// A stream for the length of a scope.
struct Stream {
  explicit Stream(unsigned int flags = cudaStreamNonBlocking) {
    EXPECT_CUDA(cudaStreamCreateWithFlags(&handle, flags));
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { EXPECT_CUDA(cudaStreamDestroy(handle)); }
  operator cudaStream_t() const { return handle; }
  cudaStream_t handle = nullptr;
};

// An event for the length of a scope.
struct Event {
  explicit Event(unsigned int flags = cudaEventDefault) {
    EXPECT_CUDA(cudaEventCreateWithFlags(&handle, flags));
  }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { EXPECT_CUDA(cudaEventDestroy(handle)); }
  operator cudaEvent_t() const { return handle; }
  cudaEvent_t handle = nullptr;
};

}  // namespace tenon::testing

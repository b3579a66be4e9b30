#pragma once

#include <cstring>

#include "cpu/thread_pool.h"
#include "device/device.h"

namespace tenon {

// What every stream of the CPU device carries: the threads its kernels run on.
class CpuStreamBase : public Stream {
 public:
  explicit CpuStreamBase(ThreadPool& pool) : pool_(pool) {}
  ThreadPool& pool() const { return pool_; }
  void write(void* to, std::span<const std::byte> from) override {
    if (!from.empty()) std::memcpy(to, from.data(), from.size());
  }

 private:
  ThreadPool& pool_;
};

// The threads a CPU launch runs on.
inline ThreadPool& pool_of(const LaunchArgs& args) {
  return static_cast<CpuStreamBase*>(args.stream)->pool();
}

}  // namespace tenon

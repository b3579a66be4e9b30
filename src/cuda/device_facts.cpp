#include "cuda/device_facts.h"

#include <array>
#include <mutex>
#include <optional>

#include "cuda/check.h"

namespace tenon {
namespace {

constexpr int kMaxDevices = 64;

int attribute(cudaDeviceAttr which, int device) {
  int value = 0;
  check_cuda(cudaDeviceGetAttribute(&value, which, device), "cudaDeviceGetAttribute");
  return value;
}

DeviceFacts read_facts(int index) {
  DeviceFacts facts;
  cudaDeviceProp properties{};
  check_cuda(cudaGetDeviceProperties(&properties, index), "cudaGetDeviceProperties");
  facts.name = properties.name;
  facts.index = index;
  facts.sm = properties.major * 10 + properties.minor;
  facts.multiprocessors = properties.multiProcessorCount;
  facts.l2_bytes = static_cast<size_t>(properties.l2CacheSize);
  facts.shared_bytes = properties.sharedMemPerBlockOptin;
  const double clock = 1e3 * attribute(cudaDevAttrClockRate, index);
  const double memory_clock = 1e3 * attribute(cudaDevAttrMemoryClockRate, index);
  facts.bytes_per_second = 2 * memory_clock * properties.memoryBusWidth / 8;  // two a clock
  // Multiply-adds a clock and multiprocessor: 128 in FP32; of FP16 products 1024 on Ampere and 2048
  // since Hopper.
  facts.f32_flops = 2.0 * 128 * facts.multiprocessors * clock;
  facts.f16_flops = 2.0 * (facts.sm >= 90 ? 2048 : 1024) * facts.multiprocessors * clock;
  check_cuda(cudaDriverGetVersion(&facts.driver), "cudaDriverGetVersion");
  check_cuda(cudaRuntimeGetVersion(&facts.runtime), "cudaRuntimeGetVersion");
  return facts;
}

}  // namespace

const DeviceFacts& device_facts(int index) {
  static std::mutex mutex;
  static std::array<std::optional<DeviceFacts>, kMaxDevices> all;
  int count = 0;
  check_cuda(cudaGetDeviceCount(&count), "cudaGetDeviceCount");
  if (index < 0 || index >= count || index >= kMaxDevices) {
    fail(ErrorCode::kInitialization, "there is no CUDA device {}: {} are here", index, count);
  }
  const std::lock_guard lock(mutex);
  auto& facts = all[static_cast<size_t>(index)];
  if (!facts) facts = read_facts(index);
  return *facts;
}

const DeviceFacts& device_facts() {
  int index = 0;
  check_cuda(cudaGetDevice(&index), "cudaGetDevice");
  return device_facts(index);
}

}  // namespace tenon

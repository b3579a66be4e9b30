#include <cstring>
#include <thread>

#include "cuda_profiler_api.h"
#include "gate.h"

namespace tenon::testing {
namespace {

int attribute(cudaDeviceAttr which) {
  int value = -1;
  EXPECT_CUDA(cudaDeviceGetAttribute(&value, which, 0));
  return value;
}

TEST(Device, ThereIsOne) {
  int count = 0, device = -1;
  EXPECT_CUDA(cudaGetDeviceCount(&count));
  EXPECT_EQ(count, 1);
  EXPECT_CUDA(cudaGetDevice(&device));
  EXPECT_EQ(device, 0);
  EXPECT_CUDA(cudaSetDevice(0));
  EXPECT_CUDA_ERROR(cudaSetDevice(1), cudaErrorInvalidDevice);
  EXPECT_CUDA_ERROR(cudaSetDevice(-1), cudaErrorInvalidDevice);
  EXPECT_CUDA(cudaInitDevice(0, 0, 0));
  EXPECT_CUDA_ERROR(cudaInitDevice(9, 0, 0), cudaErrorInvalidDevice);
  EXPECT_CUDA_ERROR(cudaGetDevice(nullptr), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaGetDeviceCount(nullptr), cudaErrorInvalidValue);
}

TEST(Device, PropertiesDescribeTheProcessor) {
  cudaDeviceProp properties;
  ASSERT_CUDA(cudaGetDeviceProperties(&properties, 0));
  EXPECT_GT(std::strlen(properties.name), 0u);
  EXPECT_GE(properties.multiProcessorCount, 1);
  EXPECT_LE(properties.multiProcessorCount, static_cast<int>(std::thread::hardware_concurrency()));
  size_t free = 0, total = 0;
  ASSERT_CUDA(cudaMemGetInfo(&free, &total));
  EXPECT_EQ(properties.totalGlobalMem, total);
  EXPECT_EQ(properties.major, 8);
  EXPECT_EQ(properties.minor, 9);
  EXPECT_EQ(properties.maxTexture1D, 0);
  EXPECT_CUDA_ERROR(cudaGetDeviceProperties(&properties, 1), cudaErrorInvalidDevice);
  EXPECT_CUDA_ERROR(cudaGetDeviceProperties(nullptr, 0), cudaErrorInvalidValue);
}

TEST(Device, AttributesAgreeWithProperties) {
  cudaDeviceProp p;
  ASSERT_CUDA(cudaGetDeviceProperties(&p, 0));
  EXPECT_EQ(attribute(cudaDevAttrMultiProcessorCount), p.multiProcessorCount);
  EXPECT_EQ(attribute(cudaDevAttrComputeCapabilityMajor), p.major);
  EXPECT_EQ(attribute(cudaDevAttrComputeCapabilityMinor), p.minor);
  EXPECT_EQ(attribute(cudaDevAttrWarpSize), p.warpSize);
  EXPECT_EQ(attribute(cudaDevAttrMaxThreadsPerBlock), p.maxThreadsPerBlock);
  EXPECT_EQ(attribute(cudaDevAttrMaxGridDimY), p.maxGridSize[1]);
  EXPECT_EQ(attribute(cudaDevAttrL2CacheSize), p.l2CacheSize);
  EXPECT_EQ(attribute(cudaDevAttrUnifiedAddressing), 1);
  EXPECT_EQ(attribute(cudaDevAttrMemoryPoolsSupported), 1);
  EXPECT_EQ(attribute(cudaDevAttrMaxTexture2DWidth), 0);
  EXPECT_EQ(attribute(cudaDevAttrNumaId), -1);
  EXPECT_GT(attribute(cudaDevAttrClockRate), 0);
  for (int i = 1; i < cudaDevAttrMax; ++i) attribute(static_cast<cudaDeviceAttr>(i));
  int value = 0;
  EXPECT_CUDA_ERROR(cudaDeviceGetAttribute(&value, static_cast<cudaDeviceAttr>(9999), 0),
                    cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaDeviceGetAttribute(&value, static_cast<cudaDeviceAttr>(0), 0),
                    cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaDeviceGetAttribute(&value, cudaDevAttrWarpSize, 1), cudaErrorInvalidDevice);
  EXPECT_CUDA_ERROR(cudaDeviceGetAttribute(nullptr, cudaDevAttrWarpSize, 0), cudaErrorInvalidValue);
}

TEST(Device, Versions) {
  int runtime = 0, driver = 0;
  EXPECT_CUDA(cudaRuntimeGetVersion(&runtime));
  EXPECT_CUDA(cudaDriverGetVersion(&driver));
  EXPECT_EQ(runtime, CUDART_VERSION);
  EXPECT_GE(driver, runtime);
  EXPECT_CUDA_ERROR(cudaRuntimeGetVersion(nullptr), cudaErrorInvalidValue);
}

TEST(Device, Flags) {
  unsigned int flags = 0;
  EXPECT_CUDA(cudaSetDeviceFlags(cudaDeviceScheduleSpin));
  EXPECT_CUDA(cudaGetDeviceFlags(&flags));
  EXPECT_EQ(flags, static_cast<unsigned int>(cudaDeviceScheduleSpin | cudaDeviceMapHost));
  EXPECT_CUDA_ERROR(cudaSetDeviceFlags(0xffff), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaSetDeviceFlags(3), cudaErrorInvalidValue);
  EXPECT_CUDA(cudaSetDeviceFlags(cudaDeviceScheduleAuto));
}

TEST(Device, PeersAndBus) {
  int value = -1;
  EXPECT_CUDA(cudaDeviceCanAccessPeer(&value, 0, 0));
  EXPECT_EQ(value, 0);
  EXPECT_CUDA_ERROR(cudaDeviceCanAccessPeer(&value, 0, 1), cudaErrorInvalidDevice);
  EXPECT_CUDA_ERROR(cudaDeviceEnablePeerAccess(0, 0), cudaErrorPeerAccessUnsupported);
  EXPECT_CUDA_ERROR(cudaDeviceEnablePeerAccess(9, 0), cudaErrorInvalidDevice);
  EXPECT_CUDA_ERROR(cudaDeviceDisablePeerAccess(0), cudaErrorPeerAccessNotEnabled);
  char bus[16], small[4];
  ASSERT_CUDA(cudaDeviceGetPCIBusId(bus, sizeof(bus), 0));
  EXPECT_CUDA(cudaDeviceGetByPCIBusId(&value, bus));
  EXPECT_EQ(value, 0);
  EXPECT_CUDA_ERROR(cudaDeviceGetByPCIBusId(&value, "junk"), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaDeviceGetPCIBusId(small, sizeof(small), 0), cudaErrorInvalidValue);
}

TEST(Device, Limits) {
  size_t limit = 0;
  EXPECT_CUDA(cudaDeviceSetLimit(cudaLimitStackSize, 4096));
  EXPECT_CUDA(cudaDeviceGetLimit(&limit, cudaLimitStackSize));
  EXPECT_EQ(limit, 4096u);
  const auto unknown = static_cast<cudaLimit>(99);
  EXPECT_CUDA_ERROR(cudaDeviceGetLimit(&limit, unknown), cudaErrorInvalidValue);
}

TEST(Device, ProfilerCallsAreAccepted) {
  EXPECT_CUDA(cudaProfilerStart());
  EXPECT_CUDA(cudaProfilerStop());
  EXPECT_CUDA(cudaProfilerStop());
}

}  // namespace
}  // namespace tenon::testing

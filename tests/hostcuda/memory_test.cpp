#include <cstdint>
#include <cstdlib>
#include <vector>

#include "gate.h"

namespace tenon::testing {
namespace {

TEST(Memory, DeviceMemoryIsAlignedAndUsable) {
  for (size_t size : {size_t{1}, size_t{1000}, size_t{1} << 20, (size_t{9} << 20) + 5}) {
    unsigned char* memory = nullptr;
    ASSERT_CUDA(cudaMalloc(&memory, size));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % 256, 0u);
    EXPECT_CUDA(cudaMemset(memory, 0x5a, size));
    EXPECT_EQ(memory[size - 1], 0x5a);
    EXPECT_CUDA(cudaFree(memory));
  }
}

TEST(Memory, NothingForNothing) {
  void* memory = &memory;
  EXPECT_CUDA(cudaMalloc(&memory, 0));
  EXPECT_EQ(memory, nullptr);
  EXPECT_CUDA(cudaMallocHost(&memory, 0));
  EXPECT_EQ(memory, nullptr);
  EXPECT_CUDA(cudaMallocManaged(&memory, 0));
  EXPECT_CUDA(cudaFree(nullptr));
  EXPECT_CUDA(cudaFreeHost(nullptr));
}

TEST(Memory, TooMuchIsAnErrorNotACrash) {
  size_t free = 0, total = 0;
  ASSERT_CUDA(cudaMemGetInfo(&free, &total));
  EXPECT_GT(total, 0u);
  EXPECT_LE(free, total);
  EXPECT_CUDA(cudaMemGetInfo(nullptr, &total));
  void* memory = &memory;
  EXPECT_CUDA_ERROR(cudaMalloc(&memory, size_t{1} << 50), cudaErrorMemoryAllocation);
  EXPECT_EQ(memory, nullptr);
  EXPECT_CUDA_ERROR(cudaMalloc(&memory, SIZE_MAX), cudaErrorMemoryAllocation);
  EXPECT_CUDA_ERROR(cudaMalloc(&memory, 2 * total), cudaErrorMemoryAllocation);
  size_t pitch = 0;
  EXPECT_CUDA_ERROR(cudaMallocPitch(&memory, &pitch, SIZE_MAX / 2, 16), cudaErrorMemoryAllocation);
  EXPECT_CUDA_ERROR(cudaMallocPitch(&memory, &pitch, SIZE_MAX, 1), cudaErrorMemoryAllocation);
}

TEST(Memory, FreeChecksWhatItGets) {
  char local[64];
  char *device = nullptr, *pinned = nullptr;
  ASSERT_CUDA(cudaMalloc(&device, 1024));
  ASSERT_CUDA(cudaMallocHost(&pinned, 1024));
  EXPECT_CUDA_ERROR(cudaFree(device + 256), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaFree(local), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaFree(pinned), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaFreeHost(device), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaFreeHost(local), cudaErrorInvalidValue);
  EXPECT_CUDA(cudaFree(device));
  EXPECT_CUDA(cudaFreeHost(pinned));
  EXPECT_CUDA_ERROR(cudaFree(device), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaFreeHost(pinned), cudaErrorInvalidValue);
}

TEST(Memory, BadArguments) {
  void* memory = nullptr;
  EXPECT_CUDA_ERROR(cudaMalloc(static_cast<void**>(nullptr), 16), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaHostAlloc(&memory, 16, 0xff), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaMallocManaged(&memory, 16, 0), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaMallocManaged(&memory, 16, 7), cudaErrorInvalidValue);
}

TEST(Memory, FreeWaitsForWork) {
  Stream stream;
  std::atomic<int> count{0};
  Gate gate;
  void* memory = nullptr;
  ASSERT_CUDA(cudaMalloc(&memory, 64));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, Gate::host_function, &gate));
  ASSERT_CUDA(cudaMemsetAsync(memory, 0, 64, stream));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, count_up, &count));
  gate.open();
  EXPECT_CUDA(cudaFree(memory));
  EXPECT_EQ(count, 1);
}

TEST(Memory, PitchedMemory) {
  char* memory = nullptr;
  size_t pitch = 0;
  ASSERT_CUDA(cudaMallocPitch(&memory, &pitch, 100, 10));
  EXPECT_EQ(pitch, 512u);
  EXPECT_CUDA(cudaMemset2D(memory, pitch, 1, 100, 10));
  EXPECT_EQ(memory[9 * pitch + 99], 1);
  EXPECT_CUDA(cudaFree(memory));
  cudaPitchedPtr box{};
  ASSERT_CUDA(cudaMalloc3D(&box, cudaExtent{100, 10, 3}));
  EXPECT_EQ(box.pitch, 512u);
  EXPECT_EQ(box.xsize, 100u);
  EXPECT_EQ(box.ysize, 10u);
  EXPECT_CUDA(cudaMemset(box.ptr, 0, box.pitch * 30));
  EXPECT_CUDA(cudaFree(box.ptr));
}

cudaPointerAttributes attributes_of(const void* address) {
  cudaPointerAttributes attributes;
  EXPECT_CUDA(cudaPointerGetAttributes(&attributes, address));
  return attributes;
}

TEST(Memory, PointerAttributes) {
  char *device = nullptr, *pinned = nullptr, *managed = nullptr, local[8];
  ASSERT_CUDA(cudaMalloc(&device, 64));
  ASSERT_CUDA(cudaMallocHost(&pinned, 64));
  ASSERT_CUDA(cudaMallocManaged(&managed, 64));
  auto attributes = attributes_of(device + 5);
  EXPECT_EQ(attributes.type, cudaMemoryTypeDevice);
  EXPECT_EQ(attributes.device, 0);
  EXPECT_EQ(attributes.devicePointer, device + 5);
  EXPECT_EQ(attributes.hostPointer, nullptr);
  attributes = attributes_of(pinned + 5);
  EXPECT_EQ(attributes.type, cudaMemoryTypeHost);
  EXPECT_EQ(attributes.devicePointer, pinned + 5);
  EXPECT_EQ(attributes.hostPointer, pinned + 5);
  attributes = attributes_of(managed);
  EXPECT_EQ(attributes.type, cudaMemoryTypeManaged);
  EXPECT_EQ(attributes.hostPointer, managed);
  attributes = attributes_of(local);
  EXPECT_EQ(attributes.type, cudaMemoryTypeUnregistered);
  EXPECT_EQ(attributes.device, -2);
  EXPECT_EQ(attributes.devicePointer, nullptr);
  EXPECT_EQ(attributes.hostPointer, local);
  EXPECT_EQ(attributes_of(nullptr).type, cudaMemoryTypeUnregistered);
  EXPECT_CUDA_ERROR(cudaPointerGetAttributes(nullptr, device), cudaErrorInvalidValue);
  EXPECT_CUDA(cudaFree(device));
  EXPECT_EQ(attributes_of(device).type, cudaMemoryTypeUnregistered);
  EXPECT_CUDA(cudaFreeHost(pinned));
  EXPECT_CUDA(cudaFree(managed));
}

TEST(Memory, RegisteredRanges) {
  std::vector<char> storage(16384);
  char* const memory = storage.data();
  ASSERT_CUDA(cudaHostRegister(memory, 8192, cudaHostRegisterDefault));
  EXPECT_EQ(attributes_of(memory + 100).type, cudaMemoryTypeHost);
  EXPECT_EQ(attributes_of(memory + 8192).type, cudaMemoryTypeUnregistered);
  EXPECT_CUDA_ERROR(cudaHostRegister(memory, 8192, 0), cudaErrorHostMemoryAlreadyRegistered);
  EXPECT_CUDA_ERROR(cudaHostRegister(memory + 4096, 8192, 0), cudaErrorHostMemoryAlreadyRegistered);
  EXPECT_CUDA_ERROR(cudaHostUnregister(memory + 4096), cudaErrorInvalidValue);
  EXPECT_CUDA(cudaHostUnregister(memory));
  EXPECT_CUDA_ERROR(cudaHostUnregister(memory), cudaErrorHostMemoryNotRegistered);
  EXPECT_CUDA_ERROR(cudaHostUnregister(nullptr), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaHostRegister(nullptr, 10, 0), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaHostRegister(memory, 0, 0), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaHostRegister(memory, 16, 0xff), cudaErrorInvalidValue);
  EXPECT_CUDA(cudaHostRegister(memory + 8, 100, 0));
  EXPECT_CUDA(cudaHostRegister(memory + 108, 100, 0));  // side by side
  EXPECT_CUDA(cudaHostUnregister(memory + 8));
  EXPECT_CUDA(cudaHostUnregister(memory + 108));
  char* pinned = nullptr;
  ASSERT_CUDA(cudaMallocHost(&pinned, 64));
  EXPECT_CUDA_ERROR(cudaHostRegister(pinned, 16, 0), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaHostUnregister(pinned), cudaErrorInvalidValue);
  EXPECT_CUDA(cudaFreeHost(pinned));
}

TEST(Memory, DevicePointersOfHostMemory) {
  char *pinned = nullptr, *device = nullptr, *seen = nullptr, local = 0;
  ASSERT_CUDA(cudaHostAlloc(&pinned, 64, cudaHostAllocPortable));
  ASSERT_CUDA(cudaMalloc(&device, 64));
  EXPECT_CUDA(cudaHostGetDevicePointer(&seen, pinned + 8, 0));
  EXPECT_EQ(seen, pinned + 8);
  EXPECT_CUDA_ERROR(cudaHostGetDevicePointer(&seen, pinned, 1), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaHostGetDevicePointer(&seen, &local, 0), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaHostGetDevicePointer(&seen, device, 0), cudaErrorInvalidValue);
  unsigned int flags = 0;
  EXPECT_CUDA(cudaHostGetFlags(&flags, pinned));
  EXPECT_EQ(flags, static_cast<unsigned int>(cudaHostAllocPortable | cudaHostAllocMapped));
  EXPECT_CUDA_ERROR(cudaHostGetFlags(&flags, &local), cudaErrorInvalidValue);
  EXPECT_CUDA(cudaFreeHost(pinned));
  EXPECT_CUDA(cudaFree(device));
}

TEST(Memory, AdviceIsCheckedAndIgnored) {
  char* managed = nullptr;
  ASSERT_CUDA(cudaMallocManaged(&managed, 4096));
  const cudaMemLocation here{cudaMemLocationTypeDevice, 0};
  EXPECT_CUDA(cudaMemAdvise(managed, 4096, cudaMemAdviseSetReadMostly, here));
  EXPECT_CUDA(cudaMemPrefetchAsync(managed, 4096, here, 0, nullptr));
  EXPECT_CUDA_ERROR(cudaMemPrefetchAsync(managed, 8192, here, 0, nullptr), cudaErrorInvalidValue);
  EXPECT_CUDA(cudaFree(managed));
}

TEST(Memory, ResetFreesEverythingAndEndsHandles) {
  void *device = nullptr, *pinned = nullptr;
  cudaStream_t stream = nullptr;
  cudaEvent_t event = nullptr;
  ASSERT_CUDA(cudaMalloc(&device, 64));
  ASSERT_CUDA(cudaMallocHost(&pinned, 64));
  ASSERT_CUDA(cudaStreamCreate(&stream));
  ASSERT_CUDA(cudaEventCreate(&event));
  ASSERT_CUDA(cudaEventRecord(event, stream));
  ASSERT_CUDA(cudaDeviceReset());
  EXPECT_CUDA_ERROR(cudaFree(device), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaFreeHost(pinned), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaStreamDestroy(stream), cudaErrorInvalidResourceHandle);
  EXPECT_CUDA_ERROR(cudaEventDestroy(event), cudaErrorInvalidResourceHandle);
  ASSERT_CUDA(cudaMalloc(&device, 64));
  EXPECT_CUDA(cudaFree(device));
}

}  // namespace
}  // namespace tenon::testing

#include <cstdint>
#include <cstring>
#include <numeric>
#include <vector>

#include "gate.h"

namespace tenon::testing {
namespace {

// Device memory for the length of a scope.
struct Device {
  explicit Device(size_t size) { EXPECT_CUDA(cudaMalloc(&data, size)); }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  ~Device() { EXPECT_CUDA(cudaFree(data)); }
  operator char*() const { return data; }
  char* data = nullptr;
};

TEST(Copy, ThereAndBack) {
  std::vector<int> values(1000), back(1000);
  std::iota(values.begin(), values.end(), 7);
  const size_t bytes = values.size() * sizeof(int);
  Device first(bytes), second(bytes);
  ASSERT_CUDA(cudaMemcpy(first, values.data(), bytes, cudaMemcpyHostToDevice));
  ASSERT_CUDA(cudaMemcpy(second, first, bytes, cudaMemcpyDeviceToDevice));
  ASSERT_CUDA(cudaMemcpy(back.data(), second, bytes, cudaMemcpyDefault));
  EXPECT_EQ(values, back);
  ASSERT_CUDA(cudaMemcpyPeer(first, 0, second, 0, bytes));
  EXPECT_CUDA_ERROR(cudaMemcpyPeer(first, 0, second, 1, bytes), cudaErrorInvalidDevice);
}

TEST(Copy, PageableMemoryMayBeReusedAtOnce) {
  Stream stream;
  Device device(sizeof(int));
  Gate gate;
  for (int i = 0; i < 50; ++i) {
    int value = i, back = -1;
    ASSERT_CUDA(cudaMemcpyAsync(device, &value, sizeof(int), cudaMemcpyHostToDevice, stream));
    value = -2;
    ASSERT_CUDA(cudaMemcpyAsync(&back, device, sizeof(int), cudaMemcpyDeviceToHost, stream));
    ASSERT_EQ(back, i);
  }
}

TEST(Copy, PinnedMemoryIsCopiedInStreamOrder) {
  Stream stream;
  Device device(sizeof(int));
  Gate gate;
  int* pinned = nullptr;
  ASSERT_CUDA(cudaMallocHost(&pinned, sizeof(int)));
  *pinned = 1;
  ASSERT_CUDA(cudaLaunchHostFunc(stream, Gate::host_function, &gate));
  ASSERT_CUDA(cudaMemcpyAsync(device, pinned, sizeof(int), cudaMemcpyHostToDevice, stream));
  *pinned = 2;  // seen by the copy, which has not run
  gate.open();
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  int back = 0;
  ASSERT_CUDA(cudaMemcpy(&back, device, sizeof(int), cudaMemcpyDeviceToHost));
  EXPECT_EQ(back, 2);
  EXPECT_CUDA(cudaFreeHost(pinned));
}

TEST(Copy, Rows) {
  Stream stream;
  Device device(64);
  unsigned char source[4][8], target[4][5] = {};
  for (int i = 0; i < 32; ++i) source[i / 8][i % 8] = static_cast<unsigned char>(i);
  ASSERT_CUDA(cudaMemcpy2D(device, 16, source, 8, 5, 4, cudaMemcpyHostToDevice));
  ASSERT_CUDA(cudaMemcpy2DAsync(target, 5, device, 16, 5, 4, cudaMemcpyDeviceToHost, stream));
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 5; ++x) EXPECT_EQ(target[y][x], source[y][x]);
  }
}

TEST(Copy, Boxes) {
  cudaPitchedPtr device{};
  const cudaExtent extent{6, 3, 2};
  ASSERT_CUDA(cudaMalloc3D(&device, extent));
  unsigned char source[2][3][6], target[2][3][6] = {};
  std::memset(source, 0, sizeof(source));
  for (size_t i = 0; i < sizeof(source); ++i) (&source[0][0][0])[i] = static_cast<unsigned char>(i);
  cudaMemcpy3DParms in{};
  in.srcPtr = cudaPitchedPtr{source, 6, 6, 3};
  in.dstPtr = device;
  in.extent = extent;
  in.kind = cudaMemcpyHostToDevice;
  ASSERT_CUDA(cudaMemcpy3D(&in));
  cudaMemcpy3DParms out{};
  out.srcPtr = device;
  out.dstPtr = cudaPitchedPtr{target, 6, 6, 3};
  out.extent = extent;
  out.kind = cudaMemcpyDeviceToHost;
  ASSERT_CUDA(cudaMemcpy3DAsync(&out, nullptr));
  EXPECT_EQ(std::memcmp(source, target, sizeof(source)), 0);
  EXPECT_CUDA_ERROR(cudaMemcpy3D(nullptr), cudaErrorInvalidValue);
  in.srcArray = reinterpret_cast<cudaArray_t>(source);
  EXPECT_CUDA_ERROR(cudaMemcpy3D(&in), cudaErrorInvalidValue);
  EXPECT_CUDA(cudaFree(device.ptr));
}

TEST(Copy, Fills) {
  Stream stream;
  Device device(64);
  ASSERT_CUDA(cudaMemset(device, 0xfe, 64));
  ASSERT_CUDA(cudaMemsetAsync(device.data + 8, 0x101, 8, stream));  // the low byte counts
  ASSERT_CUDA(cudaMemset2DAsync(device.data + 32, 8, 3, 2, 3, stream));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  unsigned char back[64];
  ASSERT_CUDA(cudaMemcpy(back, device, 64, cudaMemcpyDeviceToHost));
  EXPECT_EQ(back[7], 0xfe);
  EXPECT_EQ(back[8], 1);
  EXPECT_EQ(back[16], 0xfe);
  EXPECT_EQ(back[49], 3);
  EXPECT_EQ(back[50], 0xfe);
}

TEST(Copy, DirectionsMustFit) {
  Device device(64);
  char local[64] = {};
  const auto wrong = static_cast<cudaMemcpyKind>(9);
  EXPECT_CUDA_ERROR(cudaMemcpy(device, local, 4, wrong), cudaErrorInvalidMemcpyDirection);
  EXPECT_CUDA(cudaMemcpy(device, local, 0, wrong));
  EXPECT_CUDA_ERROR(cudaMemcpy(local, local + 8, 4, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaMemcpy(device, local, 4, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaMemcpy(device, nullptr, 4, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaMemcpy(nullptr, local, 4, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_CUDA(cudaMemcpy(nullptr, nullptr, 0, cudaMemcpyHostToDevice));
  EXPECT_CUDA(cudaMemcpy(local, local + 8, 4, cudaMemcpyHostToHost));
  EXPECT_CUDA(cudaMemcpy(local, local + 8, 4, cudaMemcpyDefault));
  EXPECT_CUDA_ERROR(cudaMemset(local, 0, 4), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaMemset(nullptr, 0, 4), cudaErrorInvalidValue);
  EXPECT_CUDA(cudaMemset(nullptr, 0, 0));
}

TEST(Copy, RangesMustStayInTheirAllocation) {
  Device device(64);
  std::vector<char> host(256);
  EXPECT_CUDA_ERROR(cudaMemcpy(device.data + 60, host.data(), 8, cudaMemcpyHostToDevice),
                    cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaMemcpy(host.data(), device, 65, cudaMemcpyDeviceToHost),
                    cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaMemset(device, 0, 65), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaMemcpy2D(device, 16, host.data(), 16, 16, 5, cudaMemcpyHostToDevice),
                    cudaErrorInvalidValue);
  EXPECT_CUDA(cudaMemcpy2D(device, 20, host.data(), 4, 4, 4, cudaMemcpyHostToDevice));
  EXPECT_CUDA_ERROR(cudaMemcpy2D(device, SIZE_MAX, host.data(), 4, 4, 4, cudaMemcpyHostToDevice),
                    cudaErrorInvalidValue);
}

TEST(Copy, RowsMustFitTheirPitch) {
  Device device(64);
  char host[64] = {};
  EXPECT_CUDA_ERROR(cudaMemcpy2D(device, 4, host, 8, 8, 2, cudaMemcpyHostToDevice),
                    cudaErrorInvalidPitchValue);
  EXPECT_CUDA_ERROR(cudaMemcpy2D(device, 8, host, 4, 8, 2, cudaMemcpyHostToDevice),
                    cudaErrorInvalidPitchValue);
  EXPECT_CUDA_ERROR(cudaMemcpy2D(device, 4, host, 4, 8, 1, cudaMemcpyHostToDevice),
                    cudaErrorInvalidValue);
  EXPECT_CUDA(cudaMemcpy2D(device, 4, host, 4, 8, 0, cudaMemcpyHostToDevice));
  EXPECT_CUDA_ERROR(cudaMemset2D(device, 4, 0, 8, 2), cudaErrorInvalidValue);
}

TEST(Copy, BadStreams) {
  Device device(64);
  char host[4] = {};
  const auto bad = reinterpret_cast<cudaStream_t>(host);
  EXPECT_CUDA_ERROR(cudaMemcpyAsync(device, host, 4, cudaMemcpyHostToDevice, bad),
                    cudaErrorInvalidResourceHandle);
  EXPECT_CUDA_ERROR(cudaMemsetAsync(device, 0, 4, bad), cudaErrorInvalidResourceHandle);
}

}  // namespace
}  // namespace tenon::testing

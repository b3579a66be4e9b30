#include "cuda/cuda_device.h"

#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <numeric>

#include "base/error.h"
#include "device/launch.h"
#include "ops/binary.h"

namespace tenon {
namespace {

class CudaDeviceTest : public testing::Test {
 protected:
  CudaDeviceTest() { cudaStreamCreate(&stream_); }
  ~CudaDeviceTest() override { cudaStreamDestroy(stream_); }
  Device& device_ = cuda_device(0);
  cudaStream_t stream_ = nullptr;
};

// y = a + b over n elements by the reference tactic.
struct Sum {
  explicit Sum(Device& device, int64_t n) : device(device) {
    const OperandDesc d{.dims = {n}};
    const Problem problem{.op = Binary{BinaryFn::kAdd}, .inputs = {d, d}, .outputs = {d}};
    launch = device.tactics("binary").back()->bind(problem, {});
    std::vector<float> values(static_cast<size_t>(n));
    std::iota(values.begin(), values.end(), 0.0F);
    for (void*& m : memory) m = device.default_allocator().allocate(values.size() * sizeof(float));
    for (int i : {0, 1}) device.copy_to_device(memory[i], std::as_bytes(std::span(values)));
  }
  ~Sum() {
    for (void* m : memory) device.default_allocator().release(m);
  }
  LaunchArgs args(Stream* stream = nullptr) { return {in, out, nullptr, stream}; }
  float last(size_t n) {
    float value = 0;
    device.copy_to_host(std::as_writable_bytes(std::span(&value, 1)),
                        static_cast<float*>(memory[2]) + n - 1);
    return value;
  }
  Device& device;
  std::unique_ptr<Launch> launch;
  void* memory[3] = {};
  const void* const* inputs() const { return const_cast<const void* const*>(memory); }
  std::span<const void* const> in{inputs(), 2};
  std::span<void* const> out{memory + 2, 1};
};

TEST_F(CudaDeviceTest, SaysWhatItIs) {
  EXPECT_NE(device_.fingerprint().find("multiprocessors"), std::string::npos);
  EXPECT_NE(device_.compatibility().find("sm_"), std::string::npos);
  EXPECT_FALSE(device_.host_addressable());
}

TEST_F(CudaDeviceTest, RefusesDevicesThatAreNotThere) {
  EXPECT_THROW(cuda_device(-1), Error);
  EXPECT_THROW(cuda_device(1000), Error);
}

TEST_F(CudaDeviceTest, OutOfMemoryIsAnError) {
  try {
    device_.default_allocator().allocate(size_t{1} << 50);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kOutOfMemory);
  }
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
}

TEST_F(CudaDeviceTest, WritesInOrder) {
  std::vector<int> values(3000);
  std::iota(values.begin(), values.end(), 5);
  const size_t bytes = values.size() * sizeof(int);
  void* memory = device_.default_allocator().allocate(bytes);
  const auto stream = device_.wrap(stream_);
  stream->write(memory, std::as_bytes(std::span(values)));
  stream->synchronize();
  std::vector<int> got(values.size());
  device_.copy_to_host(std::as_writable_bytes(std::span(got)), memory);
  EXPECT_EQ(got, values);
  device_.default_allocator().release(memory);
}

TEST_F(CudaDeviceTest, TimesLaunches) {
  Sum sum(device_, 1 << 16);
  const double seconds = device_.time(*sum.launch, sum.args(), 3, 1);
  EXPECT_GT(seconds, 1e-7);
  EXPECT_LT(seconds, 1);
}

TEST_F(CudaDeviceTest, KnowsWhatAnEarlyStartGains) {
  const double seconds = device_.early_start_seconds();
  RecordProperty("seconds", std::to_string(seconds * 1e6) + " us");
  EXPECT_GE(seconds, 0);
  EXPECT_LT(seconds, 1e-5);
}

TEST_F(CudaDeviceTest, RecordsWhatItSubmits) {
  constexpr size_t kCount = 1000;
  Sum sum(device_, kCount);
  const auto stream = device_.wrap(stream_);
  const auto owner = std::make_shared<int>(0);
  struct Work {
    Sum& sum;
  } work{sum};
  ASSERT_EQ(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), cudaSuccess);
  EXPECT_TRUE(stream->capturing());
  stream->submit({[](void* arg, Stream& s) {
                    Sum& sum = static_cast<Work*>(arg)->sum;
                    sum.launch->run(sum.args(&s));
                  },
                  &work},
                 owner);
  cudaGraph_t graph = nullptr;
  ASSERT_EQ(cudaStreamEndCapture(stream_, &graph), cudaSuccess);
  EXPECT_EQ(owner.use_count(), 2);  // the recording's
  cudaGraphExec_t exec = nullptr;
  ASSERT_EQ(cudaGraphInstantiate(&exec, graph, 0), cudaSuccess);
  device_.fill_zero(sum.memory[2], kCount * sizeof(float));
  ASSERT_EQ(cudaGraphLaunch(exec, stream_), cudaSuccess);
  stream->synchronize();
  EXPECT_EQ(sum.last(kCount), 2.0F * (kCount - 1));
  cudaGraphExecDestroy(exec);
  cudaGraphDestroy(graph);
}

TEST_F(CudaDeviceTest, MarksTellTheTime) {
  const auto marks = device_.make_marks(2);
  const auto stream = device_.wrap(stream_);
  marks->set(0, *stream);
  marks->set(1, *stream);
  stream->synchronize();
  EXPECT_GE(marks->seconds(0, 1), 0);
}

}  // namespace
}  // namespace tenon

#include <chrono>
#include <thread>
#include <vector>

#include "gate.h"

namespace tenon::testing {
namespace {

struct Append {
  std::vector<int>* list;
  int value;
  static void run(void* self) {
    auto* append = static_cast<Append*>(self);
    append->list->push_back(append->value);
  }
};

TEST(Stream, RunsInOrder) {
  Stream stream;
  std::vector<int> list;
  std::vector<Append> work;
  for (int i = 0; i < 1000; ++i) work.push_back({&list, i});
  for (Append& append : work) ASSERT_CUDA(cudaLaunchHostFunc(stream, Append::run, &append));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  ASSERT_EQ(list.size(), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(list[i], i);
}

TEST(Stream, QueryTellsWhetherWorkIsPending) {
  Stream stream;
  Gate gate;
  EXPECT_CUDA(cudaStreamQuery(stream));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, Gate::host_function, &gate));
  EXPECT_EQ(cudaStreamQuery(stream), cudaErrorNotReady);
  EXPECT_CUDA(cudaGetLastError());  // "not ready" is an answer, not an error
  gate.open();
  EXPECT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_CUDA(cudaStreamQuery(stream));
}

TEST(Stream, StreamsDoNotWaitForEachOther) {
  Stream held, free;
  Gate gate;
  std::atomic<int> count{0};
  ASSERT_CUDA(cudaLaunchHostFunc(held, Gate::host_function, &gate));
  ASSERT_CUDA(cudaLaunchHostFunc(free, count_up, &count));
  EXPECT_CUDA(cudaStreamSynchronize(free));
  EXPECT_EQ(count, 1);
  EXPECT_EQ(cudaStreamQuery(held), cudaErrorNotReady);
  gate.open();
}

TEST(Stream, DestroyLetsPendingWorkFinish) {
  std::atomic<int> count{0};
  {
    Stream stream;
    for (int i = 0; i < 300; ++i) ASSERT_CUDA(cudaLaunchHostFunc(stream, count_up, &count));
  }
  EXPECT_EQ(count, 300);
}

TEST(Stream, LegacyStreamWaitsForBlockingStreams) {
  Stream blocking(cudaStreamDefault);
  Gate gate;
  std::atomic<int> count{0};
  ASSERT_CUDA(cudaLaunchHostFunc(blocking, Gate::host_function, &gate));
  ASSERT_CUDA(cudaLaunchHostFunc(nullptr, count_up, &count));
  EXPECT_EQ(cudaStreamQuery(nullptr), cudaErrorNotReady);
  EXPECT_EQ(count, 0);
  gate.open();
  EXPECT_CUDA(cudaStreamSynchronize(cudaStreamLegacy));
  EXPECT_EQ(count, 1);
}

TEST(Stream, BlockingStreamsWaitForTheLegacyStream) {
  Stream blocking(cudaStreamDefault), other;
  Gate gate;
  std::atomic<int> after{0}, beside{0};
  ASSERT_CUDA(cudaLaunchHostFunc(nullptr, Gate::host_function, &gate));
  ASSERT_CUDA(cudaLaunchHostFunc(blocking, count_up, &after));
  ASSERT_CUDA(cudaLaunchHostFunc(cudaStreamPerThread, count_up, &after));
  ASSERT_CUDA(cudaLaunchHostFunc(other, count_up, &beside));  // non-blocking: does not wait
  EXPECT_CUDA(cudaStreamSynchronize(other));
  EXPECT_EQ(beside, 1);
  EXPECT_EQ(after, 0);
  gate.open();
  EXPECT_CUDA(cudaStreamSynchronize(blocking));
  EXPECT_CUDA(cudaStreamSynchronize(cudaStreamPerThread));
  EXPECT_EQ(after, 2);
}

TEST(Stream, SynchronousCopyIsOrderedWithBlockingStreams) {
  Stream blocking(cudaStreamDefault);
  int *device = nullptr, host = 0;
  ASSERT_CUDA(cudaMalloc(&device, sizeof(int)));
  for (int i = 0; i < 100; ++i) {
    ASSERT_CUDA(cudaMemsetAsync(device, i, sizeof(int), blocking));
    ASSERT_CUDA(cudaMemcpy(&host, device, sizeof(int), cudaMemcpyDeviceToHost));
    ASSERT_EQ(host, i * 0x01010101);
  }
  EXPECT_CUDA(cudaFree(device));
}

TEST(Stream, FlagsPriorityAndIds) {
  Stream stream(cudaStreamNonBlocking), blocking(cudaStreamDefault);
  unsigned int flags = 7;
  EXPECT_CUDA(cudaStreamGetFlags(stream, &flags));
  EXPECT_EQ(flags, static_cast<unsigned int>(cudaStreamNonBlocking));
  EXPECT_CUDA(cudaStreamGetFlags(nullptr, &flags));
  EXPECT_EQ(flags, static_cast<unsigned int>(cudaStreamDefault));
  int least = 0, greatest = 0, priority = 0;
  EXPECT_CUDA(cudaDeviceGetStreamPriorityRange(&least, &greatest));
  EXPECT_GT(least, greatest);
  for (const auto& [asked, got] : {std::pair{-100, greatest}, {100, least}, {-1, -1}}) {
    cudaStream_t created = nullptr;
    ASSERT_CUDA(cudaStreamCreateWithPriority(&created, cudaStreamNonBlocking, asked));
    EXPECT_CUDA(cudaStreamGetPriority(created, &priority));
    EXPECT_EQ(priority, got);
    EXPECT_CUDA(cudaStreamDestroy(created));
  }
  unsigned long long id = 0, other_id = 0, legacy_id = 0, null_id = 0;
  EXPECT_CUDA(cudaStreamGetId(stream, &id));
  EXPECT_CUDA(cudaStreamGetId(blocking, &other_id));
  EXPECT_CUDA(cudaStreamGetId(cudaStreamLegacy, &legacy_id));
  EXPECT_CUDA(cudaStreamGetId(nullptr, &null_id));
  EXPECT_NE(id, other_id);
  EXPECT_EQ(legacy_id, null_id);
  int device = -1;
  EXPECT_CUDA(cudaStreamGetDevice(stream, &device));
  EXPECT_EQ(device, 0);
}

TEST(Stream, BadHandlesAreErrors) {
  cudaStream_t dead = nullptr;
  ASSERT_CUDA(cudaStreamCreate(&dead));
  ASSERT_CUDA(cudaStreamDestroy(dead));
  int local = 0;
  unsigned int flags = 0;
  cudaStreamCaptureStatus status;
  for (cudaStream_t bad :
       {dead, reinterpret_cast<cudaStream_t>(&local), reinterpret_cast<cudaStream_t>(0x1234)}) {
    EXPECT_CUDA_ERROR(cudaStreamSynchronize(bad), cudaErrorInvalidResourceHandle);
    EXPECT_CUDA_ERROR(cudaStreamQuery(bad), cudaErrorInvalidResourceHandle);
    EXPECT_CUDA_ERROR(cudaStreamDestroy(bad), cudaErrorInvalidResourceHandle);
    EXPECT_CUDA_ERROR(cudaStreamGetFlags(bad, &flags), cudaErrorInvalidResourceHandle);
    EXPECT_CUDA_ERROR(cudaLaunchHostFunc(bad, count_up, nullptr), cudaErrorInvalidResourceHandle);
    EXPECT_CUDA_ERROR(cudaStreamIsCapturing(bad, &status), cudaErrorInvalidResourceHandle);
  }
  for (cudaStream_t fixed : {cudaStream_t{}, cudaStreamLegacy, cudaStreamPerThread}) {
    EXPECT_CUDA_ERROR(cudaStreamDestroy(fixed), cudaErrorInvalidResourceHandle);
  }
}

TEST(Stream, BadArgumentsAreErrors) {
  Stream stream;
  cudaStream_t created = nullptr;
  EXPECT_CUDA_ERROR(cudaStreamCreate(nullptr), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaStreamCreateWithFlags(&created, 9), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaStreamGetFlags(stream, nullptr), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaLaunchHostFunc(stream, nullptr, nullptr), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaStreamAddCallback(stream, nullptr, nullptr, 0), cudaErrorInvalidValue);
  const auto nothing = [](cudaStream_t, cudaError_t, void*) {};
  EXPECT_CUDA_ERROR(cudaStreamAddCallback(stream, nothing, nullptr, 1), cudaErrorInvalidValue);
}

TEST(Stream, CallbackGetsStreamAndStatus) {
  struct Seen {
    cudaStream_t stream = nullptr;
    cudaError_t status = cudaErrorUnknown;
  } seen;
  Stream stream;
  const auto note = [](cudaStream_t s, cudaError_t status, void* data) {
    *static_cast<Seen*>(data) = Seen{s, status};
  };
  ASSERT_CUDA(cudaStreamAddCallback(stream, note, &seen, 0));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(seen.stream, stream.handle);
  EXPECT_EQ(seen.status, cudaSuccess);
}

TEST(Stream, HostFunctionsMayNotMakeCalls) {
  Stream stream;
  cudaError_t errors[3] = {};
  const auto misbehave = [](void* data) {
    auto* result = static_cast<cudaError_t*>(data);
    void* memory = nullptr;
    int device = 0;
    result[0] = cudaMalloc(&memory, 16);
    result[1] = cudaStreamSynchronize(nullptr);
    result[2] = cudaGetDevice(&device);
  };
  ASSERT_CUDA(cudaLaunchHostFunc(stream, misbehave, errors));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  for (cudaError_t error : errors) EXPECT_EQ(error, cudaErrorNotPermitted);
}

TEST(Stream, DeviceSynchronizeWaitsForAllStreams) {
  Stream streams[4];
  std::atomic<int> count{0};
  Gate gate;
  for (Stream& stream : streams) {
    ASSERT_CUDA(cudaLaunchHostFunc(stream, Gate::host_function, &gate));
    ASSERT_CUDA(cudaLaunchHostFunc(stream, count_up, &count));
  }
  gate.open();
  EXPECT_CUDA(cudaDeviceSynchronize());
  EXPECT_EQ(count, 4);
}

TEST(Stream, SynchronizesWithEveryWayOfWaiting) {
  Stream stream;
  int expected = 0;
  std::atomic<int> count{0};
  const auto nap = [](void*) { std::this_thread::sleep_for(std::chrono::milliseconds(2)); };
  for (unsigned int flags : {cudaDeviceScheduleBlockingSync, cudaDeviceScheduleSpin,
                             cudaDeviceScheduleYield, cudaDeviceScheduleAuto}) {
    ASSERT_CUDA(cudaSetDeviceFlags(flags));
    ASSERT_CUDA(cudaLaunchHostFunc(stream, nap, nullptr));
    ASSERT_CUDA(cudaLaunchHostFunc(stream, count_up, &count));
    EXPECT_CUDA(cudaStreamSynchronize(stream));
    EXPECT_EQ(count, ++expected);
  }
  EXPECT_CUDA(cudaSetDeviceFlags(cudaDeviceScheduleAuto));
}

}  // namespace
}  // namespace tenon::testing

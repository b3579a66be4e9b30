#include <chrono>
#include <thread>

#include "gate.h"

namespace tenon::testing {
namespace {

TEST(Event, NeverRecordedCountsAsDone) {
  Event event;
  Stream stream;
  EXPECT_CUDA(cudaEventQuery(event));
  EXPECT_CUDA(cudaEventSynchronize(event));
  EXPECT_CUDA(cudaStreamWaitEvent(stream, event));
}

TEST(Event, FollowsItsStream) {
  Event event;
  Stream stream;
  Gate gate;
  ASSERT_CUDA(cudaLaunchHostFunc(stream, Gate::host_function, &gate));
  ASSERT_CUDA(cudaEventRecord(event, stream));
  EXPECT_EQ(cudaEventQuery(event), cudaErrorNotReady);
  EXPECT_CUDA(cudaGetLastError());
  gate.open();
  EXPECT_CUDA(cudaEventSynchronize(event));
  EXPECT_CUDA(cudaEventQuery(event));
}

TEST(Event, OrdersStreams) {
  Stream first, second;
  Event event;
  Gate gate;
  std::atomic<int> count{0};
  ASSERT_CUDA(cudaLaunchHostFunc(first, Gate::host_function, &gate));
  ASSERT_CUDA(cudaEventRecord(event, first));
  ASSERT_CUDA(cudaStreamWaitEvent(second, event, 0));
  ASSERT_CUDA(cudaLaunchHostFunc(second, count_up, &count));
  EXPECT_EQ(cudaStreamQuery(second), cudaErrorNotReady);
  EXPECT_EQ(count, 0);
  gate.open();
  EXPECT_CUDA(cudaStreamSynchronize(second));
  EXPECT_EQ(count, 1);
}

TEST(Event, WaitsForTheRecordThatWasLatestAtTheCall) {
  Stream held, free, waiting;
  Event event;
  Gate gate;
  std::atomic<int> count{0};
  ASSERT_CUDA(cudaEventRecord(event, free));
  ASSERT_CUDA(cudaStreamWaitEvent(waiting, event, 0));
  ASSERT_CUDA(cudaLaunchHostFunc(held, Gate::host_function, &gate));
  ASSERT_CUDA(cudaEventRecord(event, held));  // later: must not hold `waiting` up
  ASSERT_CUDA(cudaLaunchHostFunc(waiting, count_up, &count));
  EXPECT_CUDA(cudaStreamSynchronize(waiting));
  EXPECT_EQ(count, 1);
  EXPECT_EQ(cudaEventQuery(event), cudaErrorNotReady);
  gate.open();
}

TEST(Event, EarlierRecordDoesNotCompleteALaterOne) {
  Stream held, free;
  Event event;
  Gate gate;
  ASSERT_CUDA(cudaLaunchHostFunc(held, Gate::host_function, &gate));
  ASSERT_CUDA(cudaEventRecord(event, held));
  ASSERT_CUDA(cudaEventRecord(event, free));  // the latest record is done at once
  EXPECT_CUDA(cudaEventSynchronize(event));
  ASSERT_CUDA(cudaEventRecord(event, held));
  EXPECT_EQ(cudaEventQuery(event), cudaErrorNotReady);
  gate.open();
  EXPECT_CUDA(cudaEventSynchronize(event));
}

TEST(Event, OutlivesItsStreamAndItsHandle) {
  Event event;
  {
    Stream stream;
    std::atomic<int> count{0};
    ASSERT_CUDA(cudaLaunchHostFunc(stream, count_up, &count));
    ASSERT_CUDA(cudaEventRecord(event, stream));
    ASSERT_CUDA(cudaStreamSynchronize(stream));
  }
  EXPECT_CUDA(cudaEventSynchronize(event));
  Stream stream, waiting;
  Gate gate;
  cudaEvent_t dying = nullptr;
  ASSERT_CUDA(cudaEventCreate(&dying));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, Gate::host_function, &gate));
  ASSERT_CUDA(cudaEventRecord(dying, stream));
  ASSERT_CUDA(cudaStreamWaitEvent(waiting, dying, 0));
  ASSERT_CUDA(cudaEventDestroy(dying));  // the record and the wait stay in force
  EXPECT_EQ(cudaStreamQuery(waiting), cudaErrorNotReady);
  gate.open();
  EXPECT_CUDA(cudaStreamSynchronize(waiting));
}

TEST(Event, TimesAreThoseOfTheStream) {
  using namespace std::chrono_literals;
  Stream stream;
  Event start, middle, end;
  const auto sleep = [](void*) { std::this_thread::sleep_for(20ms); };
  ASSERT_CUDA(cudaEventRecord(start, stream));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, sleep, nullptr));
  ASSERT_CUDA(cudaEventRecord(middle, stream));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, sleep, nullptr));
  ASSERT_CUDA(cudaEventRecord(end, stream));
  float ms = -1;
  EXPECT_EQ(cudaEventElapsedTime(&ms, start, end), cudaErrorNotReady);
  ASSERT_CUDA(cudaEventSynchronize(end));
  ASSERT_CUDA(cudaEventElapsedTime(&ms, start, middle));
  EXPECT_GE(ms, 19.9f);
  float all = 0, back = 0;
  ASSERT_CUDA(cudaEventElapsedTime(&all, start, end));
  EXPECT_GE(all, ms + 19.9f);
  ASSERT_CUDA(cudaEventElapsedTime(&back, end, start));
  EXPECT_FLOAT_EQ(back, -all);
}

TEST(Event, TimesNeverGoBackOnAStream) {
  Stream stream;
  constexpr int kEvents = 200;
  std::vector<cudaEvent_t> events(kEvents);
  std::atomic<int> count{0};
  for (auto& event : events) {
    ASSERT_CUDA(cudaEventCreate(&event));
    ASSERT_CUDA(cudaLaunchHostFunc(stream, count_up, &count));
    ASSERT_CUDA(cudaEventRecord(event, stream));
  }
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  for (int i = 1; i < kEvents; ++i) {
    float ms = -1;
    ASSERT_CUDA(cudaEventElapsedTime(&ms, events[i - 1], events[i]));
    EXPECT_GE(ms, 0.0f);
  }
  for (auto event : events) EXPECT_CUDA(cudaEventDestroy(event));
}

TEST(Event, BlockingSyncEventsSynchronize) {
  Stream stream;
  Event event(cudaEventBlockingSync | cudaEventDisableTiming);
  std::atomic<int> count{0};
  ASSERT_CUDA(cudaLaunchHostFunc(stream, count_up, &count));
  ASSERT_CUDA(cudaEventRecord(event, stream));
  EXPECT_CUDA(cudaEventSynchronize(event));
  EXPECT_EQ(count, 1);
}

TEST(Event, Errors) {
  Stream stream;
  Event event, other, untimed(cudaEventDisableTiming);
  cudaEvent_t created = nullptr;
  float ms = 0;
  EXPECT_CUDA_ERROR(cudaEventCreate(nullptr), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaEventCreateWithFlags(&created, 0xff), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaEventCreateWithFlags(&created, cudaEventInterprocess),
                    cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaEventElapsedTime(&ms, event, other), cudaErrorInvalidResourceHandle);
  EXPECT_CUDA_ERROR(cudaStreamWaitEvent(stream, event, 7), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaEventRecordWithFlags(event, stream, 8), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaEventRecordWithFlags(event, stream, cudaEventRecordExternal),
                    cudaErrorIllegalState);
  ASSERT_CUDA(cudaEventRecord(event, stream));
  ASSERT_CUDA(cudaEventRecord(untimed, stream));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_CUDA_ERROR(cudaEventElapsedTime(nullptr, event, event), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaEventElapsedTime(&ms, event, untimed), cudaErrorInvalidResourceHandle);
}

TEST(Event, BadHandlesAreErrors) {
  Stream stream;
  Event good;
  cudaEvent_t dead = nullptr;
  ASSERT_CUDA(cudaEventCreate(&dead));
  ASSERT_CUDA(cudaEventDestroy(dead));
  int local = 0;
  float ms = 0;
  for (cudaEvent_t bad : {cudaEvent_t{}, dead, reinterpret_cast<cudaEvent_t>(&local)}) {
    EXPECT_CUDA_ERROR(cudaEventRecord(bad, stream), cudaErrorInvalidResourceHandle);
    EXPECT_CUDA_ERROR(cudaEventQuery(bad), cudaErrorInvalidResourceHandle);
    EXPECT_CUDA_ERROR(cudaEventSynchronize(bad), cudaErrorInvalidResourceHandle);
    EXPECT_CUDA_ERROR(cudaEventDestroy(bad), cudaErrorInvalidResourceHandle);
    EXPECT_CUDA_ERROR(cudaStreamWaitEvent(stream, bad, 0), cudaErrorInvalidResourceHandle);
    EXPECT_CUDA_ERROR(cudaEventElapsedTime(&ms, bad, good), cudaErrorInvalidResourceHandle);
  }
  EXPECT_CUDA_ERROR(cudaEventRecord(good, reinterpret_cast<cudaStream_t>(&local)),
                    cudaErrorInvalidResourceHandle);
}

}  // namespace
}  // namespace tenon::testing

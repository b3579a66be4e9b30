// Work on streams allocates nothing in the steady state.
#include <cstdlib>
#include <new>

#include "gate.h"
#include "hostcuda/stream_queue.h"

namespace {
std::atomic<long> allocations{0};
}

void* operator new(size_t size) {
  allocations.fetch_add(1);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, std::align_val_t alignment) {
  allocations.fetch_add(1);
  const size_t align = static_cast<size_t>(alignment);
  if (void* memory = std::aligned_alloc(align, (size + align - 1) / align * align)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }

namespace tenon::testing {
namespace {

// Runs `round` until the queues have their size, then counts the allocations of many more rounds.
template <class Round>
long allocations_of(Round round) {
  for (int i = 0; i < 1000; ++i) round();
  EXPECT_CUDA(cudaDeviceSynchronize());
  const long before = allocations.load();
  for (int i = 0; i < 1000; ++i) round();
  const long after = allocations.load();
  EXPECT_CUDA(cudaDeviceSynchronize());
  return after - before;
}

TEST(Allocation, SubmitRecordWaitAndLaunch) {
  Stream stream(cudaStreamDefault), other;
  Event first, second(cudaEventDisableTiming);
  std::atomic<int> count{0};
  auto owner = std::make_shared<int>(0);
  char *device = nullptr, *pinned = nullptr;
  ASSERT_CUDA(cudaMalloc(&device, 64));
  ASSERT_CUDA(cudaMallocHost(&pinned, 64));
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t exec = nullptr;
  ASSERT_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  ASSERT_CUDA(hostcuda::submit(stream, {count_up, &count}, owner));
  ASSERT_CUDA(cudaMemcpyAsync(device, pinned, 64, cudaMemcpyHostToDevice, stream));
  ASSERT_CUDA(cudaStreamEndCapture(stream, &graph));
  ASSERT_CUDA(cudaGraphInstantiate(&exec, graph, 0));
  const auto round = [&] {
    EXPECT_CUDA(hostcuda::submit(stream, {count_up, &count}, owner));
    EXPECT_CUDA(cudaEventRecord(first, stream));
    EXPECT_CUDA(cudaStreamWaitEvent(other, first, 0));
    EXPECT_CUDA(hostcuda::submit(other, {count_up, &count}));
    EXPECT_CUDA(cudaEventRecord(second, other));
    EXPECT_CUDA(cudaStreamWaitEvent(stream, second, 0));
    EXPECT_CUDA(cudaMemcpyAsync(device, pinned, 64, cudaMemcpyHostToDevice, stream));
    EXPECT_CUDA(cudaMemsetAsync(device, 0, 64, stream));
    EXPECT_CUDA(cudaLaunchHostFunc(stream, count_up, &count));
    EXPECT_CUDA(cudaGraphLaunch(exec, stream));
    EXPECT_CUDA(cudaStreamSynchronize(stream));
  };
  EXPECT_EQ(allocations_of(round), 0);
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
  EXPECT_CUDA(cudaGraphDestroy(graph));
  EXPECT_CUDA(cudaFree(device));
  EXPECT_CUDA(cudaFreeHost(pinned));
}

TEST(Allocation, StreamZero) {
  std::atomic<int> count{0};
  Event event;
  const auto round = [&] {
    EXPECT_CUDA(hostcuda::submit(nullptr, {count_up, &count}));
    EXPECT_CUDA(cudaEventRecord(event));
    EXPECT_CUDA(cudaStreamSynchronize(nullptr));
  };
  EXPECT_EQ(allocations_of(round), 0);
}

TEST(Allocation, DeepQueuesKeepTheirSize) {
  Stream stream;
  std::atomic<int> count{0};
  const auto round = [&] {
    for (int i = 0; i < 50; ++i) EXPECT_CUDA(hostcuda::submit(stream, {count_up, &count}));
  };
  // However deep the queue gets, what it needed once is enough the next time.
  Gate gate;
  ASSERT_CUDA(cudaLaunchHostFunc(stream, Gate::host_function, &gate));
  for (int i = 0; i < 1100; ++i) round();
  gate.open();
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(allocations_of(round), 0);
}

}  // namespace
}  // namespace tenon::testing

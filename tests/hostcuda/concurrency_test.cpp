#include <thread>
#include <vector>

#include "gate.h"
#include "hostcuda/stream_queue.h"

namespace tenon::testing {
namespace {

// Runs f(i) on `count` threads.
template <class F>
void on_threads(int count, F f) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(f, i);
  for (auto& thread : threads) thread.join();
}

TEST(Concurrency, ManyThreadsOneStream) {
  Stream stream;
  int unguarded = 0;  // only the stream touches it
  on_threads(8, [&](int) {
    for (int i = 0; i < 500; ++i) {
      EXPECT_CUDA(hostcuda::submit(stream, {[](void* p) { ++*static_cast<int*>(p); }, &unguarded}));
    }
    EXPECT_CUDA(cudaStreamSynchronize(stream));
  });
  EXPECT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(unguarded, 4000);
}

TEST(Concurrency, EachThreadItsOwnStreamsAndEvents) {
  on_threads(8, [](int thread) {
    for (int round = 0; round < 10; ++round) {
      Stream first, second(thread % 2 == 0 ? cudaStreamDefault : cudaStreamNonBlocking);
      Event event;
      int value = 0;
      const auto add = [](void* p) { ++*static_cast<int*>(p); };
      for (int i = 0; i < 50; ++i) {
        EXPECT_CUDA(hostcuda::submit(first, {add, &value}));
        EXPECT_CUDA(cudaEventRecord(event, first));
        EXPECT_CUDA(cudaStreamWaitEvent(second, event, 0));
        EXPECT_CUDA(hostcuda::submit(second, {add, &value}));
        EXPECT_CUDA(cudaEventRecord(event, second));
        EXPECT_CUDA(cudaStreamWaitEvent(first, event, 0));
      }
      EXPECT_CUDA(cudaStreamSynchronize(first));
      EXPECT_EQ(value, 100);
    }
  });
}

TEST(Concurrency, LegacyAndBlockingStreamsNeverDeadlock) {
  std::atomic<int> count{0};
  on_threads(6, [&](int thread) {
    Stream stream(cudaStreamDefault);
    for (int i = 0; i < 200; ++i) {
      const cudaStream_t target = (i + thread) % 3 == 0 ? cudaStream_t{} : stream.handle;
      EXPECT_CUDA(cudaLaunchHostFunc(target, count_up, &count));
      if (i % 17 == 0) {
        EXPECT_CUDA(cudaStreamSynchronize(nullptr));
      } else if (i % 23 == 0) {
        EXPECT_CUDA(cudaStreamSynchronize(stream));
      }
    }
    EXPECT_CUDA(cudaStreamSynchronize(stream));
    EXPECT_CUDA(cudaStreamSynchronize(nullptr));
  });
  EXPECT_EQ(count, 1200);
}

TEST(Concurrency, PerThreadStreamsAreSeparateAndEndWithTheirThreads) {
  std::atomic<int> count{0};
  on_threads(4, [&](int) {
    unsigned long long id = 0;
    EXPECT_CUDA(cudaStreamGetId(cudaStreamPerThread, &id));
    for (int i = 0; i < 100; ++i)
      EXPECT_CUDA(cudaLaunchHostFunc(cudaStreamPerThread, count_up, &count));
    EXPECT_CUDA(cudaStreamSynchronize(cudaStreamPerThread));
  });
  EXPECT_EQ(count, 400);
}

TEST(Concurrency, ThreadsMayEndBeforeTheWorkOfTheirStreams) {
  std::atomic<int> count{0};
  for (int round = 0; round < 50; ++round) {
    on_threads(
        4, [&](int) { EXPECT_CUDA(cudaLaunchHostFunc(cudaStreamPerThread, count_up, &count)); });
  }
  while (count < 200) std::this_thread::yield();
}

TEST(Concurrency, AllocateCopyAndFreeOnManyThreads) {
  on_threads(6, [](int thread) {
    Stream stream;
    for (int i = 0; i < 50; ++i) {
      const size_t size = 1000 + 100 * i;
      unsigned char *device = nullptr, *pooled = nullptr;
      std::vector<unsigned char> host(size, 0);
      EXPECT_CUDA(cudaMalloc(&device, size));
      EXPECT_CUDA(cudaMallocAsync(&pooled, size, stream));
      EXPECT_CUDA(cudaMemsetAsync(pooled, thread + 1, size, stream));
      EXPECT_CUDA(cudaMemcpyAsync(device, pooled, size, cudaMemcpyDeviceToDevice, stream));
      EXPECT_CUDA(cudaMemcpyAsync(host.data(), device, size, cudaMemcpyDeviceToHost, stream));
      EXPECT_EQ(host[size - 1], thread + 1);
      EXPECT_CUDA(cudaFreeAsync(pooled, stream));
      EXPECT_CUDA(cudaFree(device));
    }
  });
}

TEST(Concurrency, CapturesOnManyThreads) {
  on_threads(6, [](int) {
    for (int round = 0; round < 20; ++round) {
      Stream stream;
      std::atomic<int> count{0};
      cudaGraph_t graph = nullptr;
      cudaGraphExec_t exec = nullptr;
      EXPECT_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed));
      for (int i = 0; i < 5; ++i) EXPECT_CUDA(cudaLaunchHostFunc(stream, count_up, &count));
      EXPECT_CUDA(cudaStreamEndCapture(stream, &graph));
      cudaStreamCaptureMode mode = cudaStreamCaptureModeRelaxed;
      EXPECT_CUDA(cudaThreadExchangeStreamCaptureMode(&mode));
      EXPECT_CUDA(cudaGraphInstantiate(&exec, graph, 0));
      for (int i = 0; i < 4; ++i) EXPECT_CUDA(cudaGraphLaunch(exec, stream));
      EXPECT_CUDA(cudaStreamSynchronize(stream));
      EXPECT_EQ(count, 20);
      EXPECT_CUDA(cudaGraphExecDestroy(exec));
      EXPECT_CUDA(cudaGraphDestroy(graph));
    }
  });
}

TEST(Concurrency, StreamsDestroyedWhileOthersSynchronizeTheDevice) {
  std::atomic<bool> stop{false};
  std::thread observer([&] {
    while (!stop) EXPECT_CUDA(cudaDeviceSynchronize());
  });
  std::atomic<int> count{0};
  for (int i = 0; i < 100; ++i) {
    Stream stream(i % 2 == 0 ? cudaStreamDefault : cudaStreamNonBlocking);
    EXPECT_CUDA(cudaLaunchHostFunc(stream, count_up, &count));
  }
  stop = true;
  observer.join();
  EXPECT_EQ(count, 100);
}

}  // namespace
}  // namespace tenon::testing

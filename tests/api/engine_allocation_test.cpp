// An inference with fixed shapes allocates no host memory: neither through new nor through malloc.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <map>
#include <string>

#include "engine_session.h"

// This program's definitions come first for every library of the process, so each allocation of any
// thread is seen, the ones below `operator new` included. Sanitizers bring their own malloc.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS 1
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
}

namespace {
std::atomic<bool> counting{false};
std::atomic<long> allocations{0};
struct Caller {
  std::atomic<void*> place{nullptr};
  std::atomic<long> times{0};
};
std::array<Caller, 256> callers;  // what comes when all are taken has no caller
void count(void* place) {
  if (!counting.load(std::memory_order_relaxed)) return;
  allocations.fetch_add(1);
  for (Caller& caller : callers) {
    void* found = nullptr;
    if (caller.place.compare_exchange_strong(found, place) || found == place) {
      caller.times.fetch_add(1);
      return;
    }
  }
}
}  // namespace

extern "C" {
__attribute__((visibility("default"))) void* malloc(size_t size) noexcept {
  count(__builtin_return_address(0));
  return __libc_malloc(size);
}
__attribute__((visibility("default"))) void* calloc(size_t n, size_t size) noexcept {
  count(__builtin_return_address(0));
  return __libc_calloc(n, size);
}
__attribute__((visibility("default"))) void* realloc(void* memory, size_t size) noexcept {
  count(__builtin_return_address(0));
  return __libc_realloc(memory, size);
}
__attribute__((visibility("default"))) void* aligned_alloc(size_t alignment, size_t size) noexcept {
  count(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}
__attribute__((visibility("default"))) int posix_memalign(void** memory, size_t alignment,
                                                          size_t size) noexcept {
  count(__builtin_return_address(0));
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? 12 : 0;
}
}
#endif

namespace tenon::testing {
namespace {

#ifdef COUNTS_ALLOCATIONS

std::string library_of(const Caller& caller) {
  Dl_info info{};
  const bool known = dladdr(caller.place, &info) != 0 && info.dli_fname != nullptr;
  return known ? info.dli_fname : "an unknown place";
}

// How many were the GPU driver's own, which now and then allocates in a launch.
long drivers() {
  long times = 0;
  for (const Caller& caller : callers) {
    const bool its = library_of(caller).find("/libcuda.so") != std::string::npos;
    if (its) times += caller.times;
  }
  return times;
}

// What 100 runs allocate after a few that may, the GPU driver aside.
template <typename Run>
long allocations_of(Run run) {
  for (int i = 0; i < 20; ++i) run();
  allocations = 0;
  for (Caller& caller : callers) caller.times = 0;
  counting = true;
  for (int i = 0; i < 100; ++i) run();
  counting = false;
  return allocations - drivers();
}

// The libraries that allocated, with the number of times.
std::string culprits() {
  std::map<std::string, long> found;
  for (const Caller& caller : callers) {
    if (caller.times > 0) found[library_of(caller)] += caller.times;
  }
  std::string text;
  for (const auto& [library, times] : found) text += std::to_string(times) + "x " + library + "\n";
  return text;
}

TEST(Allocations, AreCounted) {
  const long seen = allocations_of([] {
    delete new int(3);
    std::string text(100, 'x');
    EXPECT_EQ(text.size(), 100U);
  });
  EXPECT_GE(seen, 100);
}

TEST(Allocations, NoneInARunWithFixedShapes) {
  Session s;
  for (const int batch : {1, 3, kMaxBatch}) {
    SCOPED_TRACE(batch);
    ASSERT_FALSE(s.run(0, batch).empty());
    EXPECT_EQ(allocations_of([&] {
                s.context->enqueueV3(s.stream);
                cudaStreamSynchronize(s.stream);
              }),
              0)
        << culprits();
  }
}

TEST(Allocations, NoneWhenAddressesChange) {
  Session s;
  ASSERT_FALSE(s.run(0, 3).empty());
  const Buffers other;
  EXPECT_EQ(allocations_of([&] {
              s.bind(*s.context, other);
              s.context->enqueueV3(s.stream);
              s.bind(*s.context, s.buffers);
              s.context->enqueueV3(s.stream);
              cudaStreamSynchronize(s.stream);
            }),
            0)
      << culprits();
}

TEST(Allocations, NoneWhenManySetsOfBuffersTakeTurns) {
  Session s;
  ASSERT_FALSE(s.run(0, 3).empty());
  const std::array<Buffers, 6> sets;
  EXPECT_EQ(allocations_of([&] {
              for (const Buffers& set : sets) {
                s.bind(*s.context, set);
                s.context->enqueueV3(s.stream);
              }
              cudaStreamSynchronize(s.stream);
            }),
            0)
      << culprits();
}

TEST(Allocations, NoneInExecuteV2) {
  Session s;
  ASSERT_FALSE(s.run(0, 3).empty());
  void* bindings[] = {s.buffers.input, s.buffers.output};
  EXPECT_EQ(allocations_of([&] { s.context->executeV2(bindings); }), 0) << culprits();
}

// On a GPU the driver allocates in cudaGraphLaunch.
#ifndef TENON_CUDA
TEST(Allocations, NoneInGraphLaunches) {
  Session s;
  ASSERT_FALSE(s.run(0, 3).empty());
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
  cudaStreamBeginCapture(s.stream, cudaStreamCaptureModeGlobal);
  ASSERT_TRUE(s.context->enqueueV3(s.stream));
  cudaStreamEndCapture(s.stream, &graph);
  cudaGraphInstantiate(&executable, graph, 0);
  EXPECT_EQ(allocations_of([&] {
              cudaGraphLaunch(executable, s.stream);
              cudaStreamSynchronize(s.stream);
            }),
            0)
      << culprits();
  cudaGraphExecDestroy(executable);
  cudaGraphDestroy(graph);
}
#endif

#endif

}  // namespace
}  // namespace tenon::testing

#include "hostcuda/stream_queue.h"

#include <stdexcept>
#include <thread>
#include <vector>

#include "gate.h"

namespace tenon::hostcuda {
namespace {

using tenon::testing::count_up;
using tenon::testing::Gate;
using tenon::testing::Stream;

TEST(Submit, RunsTasksInOrderWithOtherWork) {
  Stream stream;
  int *device = nullptr, value = 0;
  ASSERT_CUDA(cudaMalloc(&device, sizeof(int)));
  int* host = nullptr;
  ASSERT_CUDA(cudaMallocHost(&host, sizeof(int)));
  *host = 5;
  const auto triple = [](void* p) { *static_cast<int*>(p) *= 3; };
  ASSERT_CUDA(cudaMemcpyAsync(device, host, sizeof(int), cudaMemcpyHostToDevice, stream));
  ASSERT_CUDA(submit(stream, {triple, device}));
  ASSERT_CUDA(cudaMemcpyAsync(&value, device, sizeof(int), cudaMemcpyDeviceToHost, stream));
  EXPECT_EQ(value, 15);  // a copy to pageable memory waits
  EXPECT_CUDA(cudaFree(device));
  EXPECT_CUDA(cudaFreeHost(host));
}

TEST(Submit, NothingIsLostOrBlockedWhenTheQueueGrows) {
  Stream stream;
  Gate gate;
  std::atomic<int> count{0};
  ASSERT_CUDA(cudaLaunchHostFunc(stream, Gate::host_function, &gate));
  for (int i = 0; i < 20000; ++i) ASSERT_CUDA(submit(stream, {count_up, &count}));
  EXPECT_EQ(count, 0);
  gate.open();
  EXPECT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(count, 20000);
}

TEST(Submit, ReleasesTheOwnerAfterTheRun) {
  Stream stream;
  auto owner = std::make_shared<std::atomic<int>>(0);
  Gate gate;
  ASSERT_CUDA(cudaLaunchHostFunc(stream, Gate::host_function, &gate));
  ASSERT_CUDA(submit(stream, {count_up, owner.get()}, owner));
  EXPECT_EQ(owner.use_count(), 2);
  gate.open();
  EXPECT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(owner.use_count(), 1);
  EXPECT_EQ(*owner, 1);
}

TEST(Submit, BecomesANodeWhileCapturing) {
  Stream stream;
  auto owner = std::make_shared<std::atomic<int>>(0);
  ASSERT_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  EXPECT_TRUE(is_capturing(stream));
  ASSERT_CUDA(submit(stream, {count_up, owner.get()}, owner));
  ASSERT_CUDA(submit(stream, {count_up, owner.get()}, owner));
  cudaGraph_t graph = nullptr;
  ASSERT_CUDA(cudaStreamEndCapture(stream, &graph));
  EXPECT_FALSE(is_capturing(stream));
  EXPECT_EQ(*owner, 0);
  size_t count = 0;
  ASSERT_CUDA(cudaGraphGetNodes(graph, nullptr, &count));
  ASSERT_EQ(count, 2u);
  std::vector<cudaGraphNode_t> nodes(count);
  ASSERT_CUDA(cudaGraphGetNodes(graph, nodes.data(), &count));
  cudaGraphNodeType type;
  ASSERT_CUDA(cudaGraphNodeGetType(nodes[0], &type));
  EXPECT_EQ(type, cudaGraphNodeTypeKernel);
  cudaGraphExec_t exec = nullptr;
  ASSERT_CUDA(cudaGraphInstantiate(&exec, graph, 0));
  ASSERT_CUDA(cudaGraphDestroy(graph));
  EXPECT_GT(owner.use_count(), 1);
  for (int i = 0; i < 10; ++i) ASSERT_CUDA(cudaGraphLaunch(exec, stream));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(*owner, 20);
  ASSERT_CUDA(cudaGraphExecDestroy(exec));
  EXPECT_EQ(owner.use_count(), 1);
}

TEST(Submit, ExceptionIsReportedAtTheNextSynchronisation) {
  Stream stream;
  std::atomic<int> count{0};
  ASSERT_CUDA(submit(stream, {[](void*) { throw std::runtime_error("task"); }, nullptr}));
  ASSERT_CUDA(submit(stream, {count_up, &count}));
  EXPECT_CUDA_ERROR(cudaStreamSynchronize(stream), cudaErrorLaunchFailure);
  EXPECT_EQ(count, 1);
  EXPECT_CUDA(cudaStreamSynchronize(stream));
}

TEST(Submit, TasksMayMakeCalls) {
  Stream stream, other;
  struct Context {
    cudaStream_t stream;
    std::atomic<int> count{0};
  } context{other};
  const auto pass_on = [](void* data) {
    auto* c = static_cast<Context*>(data);
    if (submit(c->stream, {count_up, &c->count}) == cudaSuccess) ++c->count;
  };
  ASSERT_CUDA(submit(stream, {pass_on, &context}));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  ASSERT_CUDA(cudaStreamSynchronize(other));
  EXPECT_EQ(context.count, 2);
}

TEST(Submit, ChecksItsArguments) {
  Stream stream;
  int local = 0;
  const auto bad = reinterpret_cast<cudaStream_t>(&local);
  EXPECT_CUDA_ERROR(submit(bad, {count_up, nullptr}), cudaErrorInvalidResourceHandle);
  EXPECT_CUDA_ERROR(submit(stream, {nullptr, nullptr}), cudaErrorInvalidValue);
  EXPECT_FALSE(valid(bad));
  EXPECT_FALSE(is_capturing(bad));
  EXPECT_TRUE(valid(stream));
  EXPECT_TRUE(valid(nullptr));
  EXPECT_TRUE(valid(cudaStreamLegacy));
  EXPECT_TRUE(valid(cudaStreamPerThread));
}

}  // namespace
}  // namespace tenon::hostcuda

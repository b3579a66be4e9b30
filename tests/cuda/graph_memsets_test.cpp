#include "cuda/graph_memsets.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

#include "cuda/cuda_device.h"

namespace tenon {
namespace {

constexpr size_t kBytes = 4096;

class GraphMemsets : public testing::Test {
 protected:
  GraphMemsets() {
    cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking);
    for (char*& m : memory_) m = static_cast<char*>(allocator().allocate(kBytes));
  }
  ~GraphMemsets() override {
    for (char* m : memory_) allocator().release(m);
    cudaStreamDestroy(stream_);
  }
  Allocator& allocator() { return device_.default_allocator(); }
  // Each byte of memory 0 is 9 before, memory 1 holds what the graph makes of it.
  std::vector<unsigned char> result_of(cudaGraph_t graph) {
    cudaGraphExec_t exec = nullptr;
    EXPECT_EQ(cudaGraphInstantiate(&exec, graph, 0), cudaSuccess);
    cudaGraphLaunch(exec, stream_);
    cudaGraphLaunch(exec, stream_);
    EXPECT_EQ(cudaStreamSynchronize(stream_), cudaSuccess);
    cudaGraphExecDestroy(exec);
    return read(1);
  }
  std::vector<unsigned char> read(size_t i) {
    std::vector<unsigned char> bytes(kBytes);
    device_.copy_to_host(std::as_writable_bytes(std::span(bytes)), memory_[i]);
    return bytes;
  }

 public:
  // All of memory 0 to 9, `count` bytes of it at `at` to 5 for each place, all of that to memory 1.
  void enqueue(cudaStream_t stream, size_t count, const std::vector<size_t>& places) {
    cudaMemsetAsync(memory_[0], 9, kBytes, stream);
    for (const size_t at : places) cudaMemsetAsync(memory_[0] + at, 5, count, stream);
    cudaMemcpyAsync(memory_[1], memory_[0], kBytes, cudaMemcpyDeviceToDevice, stream);
  }

 protected:
  int nodes_of(cudaGraph_t graph, cudaGraphNodeType wanted) {
    size_t count = 0;
    cudaGraphGetNodes(graph, nullptr, &count);
    std::vector<cudaGraphNode_t> nodes(count);
    cudaGraphGetNodes(graph, nodes.data(), &count);
    int found = 0;
    for (const cudaGraphNode_t node : nodes) {
      cudaGraphNodeType type{};
      cudaGraphNodeGetType(node, &type);
      found += type == wanted ? 1 : 0;
    }
    return found;
  }
  Device& device_ = cuda_device(0);
  cudaStream_t stream_ = nullptr;
  std::array<char*, 2> memory_{};
};

TEST_F(GraphMemsets, SmallOnesBecomeKernels) {
  cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal);
  enqueue(stream_, 4, {0, 100, 4092});
  cudaGraph_t graph = nullptr;
  ASSERT_EQ(cudaStreamEndCapture(stream_, &graph), cudaSuccess);
  EXPECT_EQ(replace_small_memsets(graph), 3);
  EXPECT_EQ(nodes_of(graph, cudaGraphNodeTypeKernel), 3);
  EXPECT_EQ(nodes_of(graph, cudaGraphNodeTypeMemset), 1);  // the whole memory's
  std::vector<unsigned char> want(kBytes, 9);
  for (const size_t at : {0, 100, 4092}) std::fill_n(want.begin() + static_cast<long>(at), 4, 5);
  EXPECT_EQ(result_of(graph), want);
  EXPECT_EQ(replace_small_memsets(graph), 0);
  cudaGraphDestroy(graph);
}

TEST_F(GraphMemsets, OfEverySizeOfElement) {
  cudaGraph_t graph = nullptr;
  cudaGraphCreate(&graph, 0);
  device_.fill_zero(memory_[1], kBytes);
  const auto add = [&](size_t at, unsigned size, size_t width, size_t height) {
    cudaMemsetParams p{};
    p.dst = memory_[1] + at;
    p.value = 0x01020304U >> (32 - 8 * size);
    p.elementSize = size;
    p.width = width;
    p.height = height;
    p.pitch = 256;
    cudaGraphNode_t node = nullptr;
    EXPECT_EQ(cudaGraphAddMemsetNode(&node, graph, nullptr, 0, &p), cudaSuccess);
  };
  add(0, 1, 3, 1);
  add(16, 2, 40, 1);
  add(128, 4, 2, 1);
  add(1024, 1, 4, 2);  // of two rows
  EXPECT_EQ(replace_small_memsets(graph), 3);
  std::vector<unsigned char> want(kBytes, 0);
  for (size_t i = 0; i < 3; ++i) want[i] = 1;
  for (size_t i = 0; i < 40; ++i) want[16 + 2 * i] = 2, want[17 + 2 * i] = 1;
  for (size_t i = 0; i < 8; ++i) want[128 + i] = static_cast<unsigned char>(4 - i % 4);
  for (size_t i = 0; i < 4; ++i) want[1024 + i] = want[1280 + i] = 1;
  EXPECT_EQ(result_of(graph), want);
  cudaGraphDestroy(graph);
}

// The program's own capture gets what the stream submits as a graph of its own, in order.
TEST_F(GraphMemsets, InACaptureOfTheProgram) {
  for (const size_t count : {size_t{8}, size_t{2000}}) {
    const auto stream = device_.wrap(stream_);
    const auto owner = std::make_shared<int>(0);
    struct Job {
      GraphMemsets& test;
      size_t count;
    } job{*this, count};
    cudaStreamBeginCapture(stream_, cudaStreamCaptureModeGlobal);
    cudaMemsetAsync(memory_[1], 1, kBytes, stream_);
    stream->submit({[](void* arg, Stream& s) {
                      auto& j = *static_cast<Job*>(arg);
                      j.test.enqueue(static_cast<cudaStream_t>(s.handle()), j.count, {64});
                    },
                    &job},
                   owner);
    cudaMemsetAsync(memory_[1] + kBytes - 1, 3, 1, stream_);
    cudaGraph_t graph = nullptr;
    ASSERT_EQ(cudaStreamEndCapture(stream_, &graph), cudaSuccess);
    EXPECT_EQ(owner.use_count(), 2);
    EXPECT_EQ(nodes_of(graph, cudaGraphNodeTypeGraph), count == 8 ? 1 : 0);
    EXPECT_EQ(nodes_of(graph, cudaGraphNodeTypeMemset), count == 8 ? 2 : 4);
    std::vector<unsigned char> want(kBytes, 9);
    std::fill_n(want.begin() + 64, count, 5);
    want.back() = 3;
    EXPECT_EQ(result_of(graph), want);
    cudaGraphDestroy(graph);
  }
}

}  // namespace
}  // namespace tenon

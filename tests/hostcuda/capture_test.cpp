#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "gate.h"

namespace tenon::testing {
namespace {

constexpr auto kGlobal = cudaStreamCaptureModeGlobal;
constexpr auto kThreadLocal = cudaStreamCaptureModeThreadLocal;
constexpr auto kRelaxed = cudaStreamCaptureModeRelaxed;

cudaStreamCaptureStatus status_of(cudaStream_t stream) {
  auto status = cudaStreamCaptureStatusNone;
  EXPECT_CUDA(cudaStreamIsCapturing(stream, &status));
  return status;
}

// Ends the capture and expects the result; gives the number of nodes of the graph.
size_t end(cudaStream_t stream, cudaError_t expected = cudaSuccess) {
  cudaGraph_t graph = reinterpret_cast<cudaGraph_t>(0x77);
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), expected);
  cudaGetLastError();
  if (expected != cudaSuccess) {
    EXPECT_EQ(graph, nullptr);
    return 0;
  }
  size_t count = 0;
  EXPECT_CUDA(cudaGraphGetNodes(graph, nullptr, &count));
  EXPECT_CUDA(cudaGraphDestroy(graph));
  return count;
}

void nothing(void*) {}

TEST(Capture, RecordsInsteadOfRunningAndReplays) {
  Stream stream;
  std::atomic<int> count{0};
  int *device = nullptr, *pinned = nullptr;
  ASSERT_CUDA(cudaMalloc(&device, 4));
  ASSERT_CUDA(cudaMallocHost(&pinned, 4));
  *pinned = 0;
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  EXPECT_EQ(status_of(stream), cudaStreamCaptureStatusActive);
  ASSERT_CUDA(cudaMemsetAsync(device, 1, 4, stream));
  ASSERT_CUDA(cudaMemcpyAsync(pinned, device, 4, cudaMemcpyDeviceToHost, stream));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, count_up, &count));
  cudaGraph_t graph = nullptr;
  ASSERT_CUDA(cudaStreamEndCapture(stream, &graph));
  EXPECT_EQ(status_of(stream), cudaStreamCaptureStatusNone);
  EXPECT_EQ(*pinned, 0);
  cudaGraphExec_t exec = nullptr;
  ASSERT_CUDA(cudaGraphInstantiate(&exec, graph, 0));
  for (int launch = 1; launch <= 3; ++launch) {
    *pinned = 0;
    ASSERT_CUDA(cudaGraphLaunch(exec, stream));
    ASSERT_CUDA(cudaStreamSynchronize(stream));
    EXPECT_EQ(*pinned, 0x01010101);
    EXPECT_EQ(count, launch);
  }
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
  EXPECT_CUDA(cudaGraphDestroy(graph));
  EXPECT_CUDA(cudaFree(device));
  EXPECT_CUDA(cudaFreeHost(pinned));
}

TEST(Capture, EmptyCaptureGivesAnEmptyGraph) {
  Stream stream;
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  EXPECT_EQ(end(stream), 0u);
}

TEST(Capture, ForkAndJoinKeepDependencies) {
  Stream stream, other;
  Event fork, join;
  std::vector<int> list;
  struct Step {
    std::vector<int>* list;
    int value;
  } steps[4] = {{&list, 0}, {&list, 1}, {&list, 2}, {&list, 3}};
  const auto append = [](void* data) {
    auto* step = static_cast<Step*>(data);
    step->list->push_back(step->value);
  };
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, append, &steps[0]));
  ASSERT_CUDA(cudaEventRecord(fork, stream));
  ASSERT_CUDA(cudaStreamWaitEvent(other, fork, 0));
  EXPECT_EQ(status_of(other), cudaStreamCaptureStatusActive);
  ASSERT_CUDA(cudaLaunchHostFunc(other, append, &steps[1]));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, append, &steps[2]));
  ASSERT_CUDA(cudaEventRecord(join, other));
  ASSERT_CUDA(cudaStreamWaitEvent(stream, join, 0));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, append, &steps[3]));
  cudaGraph_t graph = nullptr;
  ASSERT_CUDA(cudaStreamEndCapture(stream, &graph));
  EXPECT_EQ(status_of(other), cudaStreamCaptureStatusNone);
  size_t count = 0;
  ASSERT_CUDA(cudaGraphGetEdges(graph, nullptr, nullptr, nullptr, &count));
  EXPECT_EQ(count, 4u);  // 0-1, 0-2, 1-3, 2-3
  ASSERT_CUDA(cudaGraphGetRootNodes(graph, nullptr, &count));
  EXPECT_EQ(count, 1u);
  cudaGraphExec_t exec = nullptr;
  ASSERT_CUDA(cudaGraphInstantiate(&exec, graph, 0));
  ASSERT_CUDA(cudaGraphLaunch(exec, stream));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  ASSERT_EQ(list.size(), 4u);
  EXPECT_EQ(list.front(), 0);
  EXPECT_EQ(list.back(), 3);
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
  EXPECT_CUDA(cudaGraphDestroy(graph));
}

TEST(Capture, UnjoinedWorkIsAnError) {
  Stream stream, other;
  Event fork;
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  ASSERT_CUDA(cudaEventRecord(fork, stream));
  ASSERT_CUDA(cudaStreamWaitEvent(other, fork, 0));
  ASSERT_CUDA(cudaLaunchHostFunc(other, nothing, nullptr));
  end(stream, cudaErrorStreamCaptureUnjoined);
  EXPECT_EQ(status_of(other), cudaStreamCaptureStatusNone);
  // Joining without work of its own is fine.
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, nothing, nullptr));
  ASSERT_CUDA(cudaEventRecord(fork, stream));
  ASSERT_CUDA(cudaStreamWaitEvent(other, fork, 0));
  EXPECT_EQ(end(stream), 1u);
}

TEST(Capture, MustEndWhereItBegan) {
  Stream stream, other;
  Event fork;
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  ASSERT_CUDA(cudaEventRecord(fork, stream));
  ASSERT_CUDA(cudaStreamWaitEvent(other, fork, 0));
  end(other, cudaErrorStreamCaptureUnmatched);
  EXPECT_EQ(status_of(other), cudaStreamCaptureStatusInvalidated);
  end(stream, cudaErrorStreamCaptureInvalidated);
  EXPECT_EQ(status_of(other), cudaStreamCaptureStatusNone);
}

TEST(Capture, MustEndOnItsThreadUnlessRelaxed) {
  Stream stream;
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  std::thread([&] { end(stream, cudaErrorStreamCaptureWrongThread); }).join();
  end(stream, cudaErrorIllegalState);
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kRelaxed));
  std::thread([&] { end(stream); }).join();
}

TEST(Capture, BeginAndEndCheckTheirState) {
  Stream stream;
  EXPECT_CUDA_ERROR(cudaStreamBeginCapture(nullptr, kGlobal), cudaErrorStreamCaptureUnsupported);
  EXPECT_CUDA_ERROR(cudaStreamBeginCapture(cudaStreamLegacy, kGlobal),
                    cudaErrorStreamCaptureUnsupported);
  EXPECT_CUDA_ERROR(cudaStreamBeginCapture(stream, static_cast<cudaStreamCaptureMode>(9)),
                    cudaErrorInvalidValue);
  end(stream, cudaErrorIllegalState);
  EXPECT_CUDA_ERROR(cudaStreamEndCapture(stream, nullptr), cudaErrorIllegalState);
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  EXPECT_CUDA_ERROR(cudaStreamBeginCapture(stream, kGlobal), cudaErrorIllegalState);
  end(stream);
  EXPECT_CUDA(cudaStreamBeginCapture(cudaStreamPerThread, kGlobal));
  end(cudaStreamPerThread);
}

// Calls that a capture forbids, each with the error it gives; each invalidates the capture.
TEST(Capture, ForbiddenCallsInvalidate) {
  Stream stream, other;
  Event event;
  void *device = nullptr, *memory = nullptr, *pinned = nullptr;
  ASSERT_CUDA(cudaMalloc(&device, 64));
  ASSERT_CUDA(cudaMallocHost(&pinned, 64));
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t exec = nullptr, made = nullptr;
  ASSERT_CUDA(cudaGraphCreate(&graph, 0));
  ASSERT_CUDA(cudaGraphInstantiate(&exec, graph, 0));
  const auto callback = [](cudaStream_t, cudaError_t, void*) {};
  const std::function<cudaError_t()> calls[] = {
      [&] { return cudaStreamSynchronize(stream); },
      [&] { return cudaStreamSynchronize(other); },
      [&] { return cudaStreamSynchronize(nullptr); },
      [&] { return cudaStreamQuery(stream); },
      [&] { return cudaStreamQuery(other); },
      [&] { return cudaEventQuery(event); },
      [&] { return cudaEventSynchronize(event); },
      [&] { return cudaDeviceSynchronize(); },
      [&] { return cudaMalloc(&memory, 16); },
      [&] { return cudaMallocManaged(&memory, 16); },
      [&] { return cudaMallocHost(&memory, 16); },
      [&] { return cudaFree(device); },
      [&] { return cudaFree(nullptr); },
      [&] { return cudaFreeHost(pinned); },
      [&] { return cudaStreamAddCallback(stream, callback, nullptr, 0); },
      [&] { return cudaGraphInstantiate(&made, graph, 0); },
      [&] { return cudaGraphUpload(exec, stream); },
      [&] { return cudaGraphLaunch(exec, stream); },
      [&] { return cudaGraphExecDestroy(exec); },
  };
  for (size_t i = 0; i < std::size(calls); ++i) {
    SCOPED_TRACE(i);
    ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
    EXPECT_CUDA_ERROR(calls[i](), cudaErrorStreamCaptureUnsupported);
    EXPECT_EQ(status_of(stream), cudaStreamCaptureStatusInvalidated);
    end(stream, cudaErrorStreamCaptureInvalidated);
  }
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
  EXPECT_CUDA(cudaGraphDestroy(graph));
  EXPECT_CUDA(cudaFree(device));
  EXPECT_CUDA(cudaFreeHost(pinned));
}

TEST(Capture, HarmlessCallsDoNot) {
  Stream stream, other;
  Event event;
  void *device = nullptr, *memory = nullptr;
  int host = 0;
  ASSERT_CUDA(cudaMalloc(&device, 64));
  cudaStream_t created = nullptr;
  cudaEvent_t made = nullptr;
  cudaGraph_t graph = nullptr;
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  EXPECT_CUDA(cudaMalloc(&memory, 0));
  EXPECT_CUDA(cudaMemcpy(device, &host, 4, cudaMemcpyHostToDevice));
  EXPECT_CUDA(cudaMemset(device, 0, 4));
  EXPECT_CUDA(cudaMemsetAsync(device, 0, 4, other));
  EXPECT_CUDA(cudaMemsetAsync(device, 0, 4, nullptr));
  EXPECT_CUDA(cudaStreamCreate(&created));
  EXPECT_CUDA(cudaStreamDestroy(created));
  EXPECT_CUDA(cudaEventCreate(&made));
  EXPECT_CUDA(cudaEventDestroy(made));
  EXPECT_CUDA(cudaGraphCreate(&graph, 0));
  EXPECT_CUDA(cudaStreamWaitEvent(stream, event, 0));  // never recorded
  EXPECT_CUDA_ERROR(cudaMemcpyAsync(device, nullptr, 4, cudaMemcpyHostToDevice, stream),
                    cudaErrorInvalidValue);
  EXPECT_CUDA(cudaMemcpyAsync(device, &host, 4, cudaMemcpyHostToDevice, stream));
  EXPECT_EQ(end(stream), 1u);
  EXPECT_CUDA(cudaGraphDestroy(graph));
  EXPECT_CUDA(cudaFree(device));
}

TEST(Capture, InvalidatedCaptureRefusesWork) {
  Stream stream;
  Event event;
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  EXPECT_CUDA_ERROR(cudaStreamSynchronize(stream), cudaErrorStreamCaptureUnsupported);
  EXPECT_CUDA_ERROR(cudaLaunchHostFunc(stream, nothing, nullptr),
                    cudaErrorStreamCaptureInvalidated);
  EXPECT_CUDA_ERROR(cudaEventRecord(event, stream), cudaErrorStreamCaptureInvalidated);
  EXPECT_CUDA_ERROR(cudaStreamSynchronize(stream), cudaErrorStreamCaptureUnsupported);
  end(stream, cudaErrorStreamCaptureInvalidated);
  EXPECT_CUDA(cudaStreamSynchronize(stream));
}

TEST(Capture, LegacyStreamMustNotWaitForACapturingStream) {
  Stream blocking(cudaStreamDefault), stream;
  Event event;
  void* device = nullptr;
  int host = 0;
  ASSERT_CUDA(cudaMalloc(&device, 64));
  const std::function<cudaError_t()> calls[] = {
      [&] { return cudaMemsetAsync(device, 0, 4, nullptr); },
      [&] { return cudaStreamSynchronize(nullptr); },
      [&] { return cudaStreamQuery(cudaStreamLegacy); },
      [&] { return cudaEventRecord(event, nullptr); },
      [&] { return cudaMemcpy(device, &host, 4, cudaMemcpyHostToDevice); },
      [&] { return cudaLaunchHostFunc(nullptr, nothing, nullptr); },
  };
  for (auto mode : {kGlobal, kRelaxed}) {
    for (const auto& call : calls) {
      ASSERT_CUDA(cudaStreamBeginCapture(blocking, mode));
      EXPECT_CUDA_ERROR(call(), cudaErrorStreamCaptureImplicit);
      end(blocking, cudaErrorStreamCaptureInvalidated);
    }
  }
  ASSERT_CUDA(cudaStreamBeginCapture(blocking, kGlobal));
  cudaStreamCaptureStatus status;
  EXPECT_CUDA_ERROR(cudaStreamIsCapturing(nullptr, &status), cudaErrorStreamCaptureImplicit);
  end(blocking);
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  ASSERT_CUDA(cudaEventRecord(event, stream));
  EXPECT_CUDA_ERROR(cudaStreamWaitEvent(nullptr, event, 0), cudaErrorStreamCaptureImplicit);
  end(stream, cudaErrorStreamCaptureInvalidated);
  EXPECT_CUDA(cudaFree(device));
}

TEST(Capture, TwoCapturesCannotMerge) {
  Stream stream, other;
  Event event;
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  ASSERT_CUDA(cudaStreamBeginCapture(other, kGlobal));
  ASSERT_CUDA(cudaEventRecord(event, stream));
  EXPECT_CUDA_ERROR(cudaStreamWaitEvent(other, event, 0), cudaErrorStreamCaptureMerge);
  end(stream, cudaErrorStreamCaptureInvalidated);
  end(other, cudaErrorStreamCaptureInvalidated);
}

TEST(Capture, CannotDependOnWorkOutside) {
  Stream stream, other;
  Event event;
  ASSERT_CUDA(cudaEventRecord(event, other));
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  EXPECT_CUDA_ERROR(cudaStreamWaitEvent(stream, event, 0), cudaErrorStreamCaptureIsolation);
  end(stream, cudaErrorStreamCaptureInvalidated);
}

TEST(Capture, CapturedEventsHaveNoState) {
  Stream stream, other;
  Event event, timed;
  float ms = 0;
  for (const auto& query : {cudaEventQuery, cudaEventSynchronize}) {
    ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
    ASSERT_CUDA(cudaEventRecord(event, stream));
    EXPECT_CUDA_ERROR(query(event), cudaErrorCapturedEvent);
    end(stream, cudaErrorStreamCaptureInvalidated);
    EXPECT_CUDA_ERROR(query(event), cudaErrorInvalidValue);
  }
  EXPECT_CUDA_ERROR(cudaStreamWaitEvent(other, event, 0), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaEventElapsedTime(&ms, event, timed), cudaErrorInvalidValue);
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  ASSERT_CUDA(cudaEventRecord(event, stream));
  EXPECT_CUDA_ERROR(cudaEventElapsedTime(&ms, event, event), cudaErrorCapturedEvent);
  end(stream);
  ASSERT_CUDA(cudaEventRecord(event, stream));  // an ordinary record again
  EXPECT_CUDA(cudaEventSynchronize(event));
}

TEST(Capture, ModesDecideWhoIsForbiddenWhat) {
  Stream stream;
  void* memory = nullptr;
  const auto allocate = [&](cudaError_t expected) {
    EXPECT_EQ(cudaMalloc(&memory, 16), expected);
    if (expected == cudaSuccess) {
      auto mode = kRelaxed;
      EXPECT_CUDA(cudaThreadExchangeStreamCaptureMode(&mode));
      EXPECT_CUDA(cudaFree(memory));
      EXPECT_CUDA(cudaThreadExchangeStreamCaptureMode(&mode));
    }
    cudaGetLastError();
  };
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kRelaxed));
  allocate(cudaSuccess);
  end(stream);
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kThreadLocal));
  std::thread(allocate, cudaSuccess).join();
  allocate(cudaErrorStreamCaptureUnsupported);
  end(stream, cudaErrorStreamCaptureInvalidated);
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  std::thread(allocate, cudaErrorStreamCaptureUnsupported).join();
  end(stream, cudaErrorStreamCaptureInvalidated);
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  std::thread([&] {
    auto mode = kThreadLocal;
    EXPECT_CUDA(cudaThreadExchangeStreamCaptureMode(&mode));
    EXPECT_EQ(mode, kGlobal);
    allocate(cudaSuccess);
  }).join();
  end(stream);
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kRelaxed));
  EXPECT_CUDA_ERROR(cudaDeviceSynchronize(), cudaErrorStreamCaptureUnsupported);
  end(stream, cudaErrorStreamCaptureInvalidated);
  cudaStreamCaptureMode bad = static_cast<cudaStreamCaptureMode>(7);
  EXPECT_CUDA_ERROR(cudaThreadExchangeStreamCaptureMode(&bad), cudaErrorInvalidValue);
}

TEST(Capture, DestroyingTheStreamEndsIt) {
  cudaStream_t stream = nullptr;
  ASSERT_CUDA(cudaStreamCreate(&stream));
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  ASSERT_CUDA(cudaStreamDestroy(stream));
  void* memory = nullptr;
  EXPECT_CUDA(cudaMalloc(&memory, 4));
  EXPECT_CUDA(cudaFree(memory));
}

TEST(Capture, DestroyingAJoinedStreamInvalidatesIt) {
  Stream stream;
  Event fork;
  cudaStream_t other = nullptr;
  ASSERT_CUDA(cudaStreamCreateWithFlags(&other, cudaStreamDefault));
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  ASSERT_CUDA(cudaEventRecord(fork, stream));
  ASSERT_CUDA(cudaStreamWaitEvent(other, fork, 0));
  ASSERT_CUDA(cudaStreamDestroy(other));
  EXPECT_EQ(status_of(stream), cudaStreamCaptureStatusInvalidated);
  EXPECT_CUDA(cudaStreamIsCapturing(nullptr, std::make_unique<cudaStreamCaptureStatus>().get()));
  end(stream, cudaErrorStreamCaptureInvalidated);
}

TEST(Capture, InfoAndDependencies) {
  Stream stream, other;
  auto status = cudaStreamCaptureStatusNone;
  unsigned long long id = 0;
  cudaGraph_t graph = nullptr, ended = nullptr;
  const cudaGraphNode_t* after = nullptr;
  size_t count = 7;
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, nothing, nullptr));
  ASSERT_CUDA(cudaStreamGetCaptureInfo(stream, &status, &id, &graph, &after, nullptr, &count));
  EXPECT_EQ(status, cudaStreamCaptureStatusActive);
  EXPECT_NE(id, 0u);
  ASSERT_EQ(count, 1u);
  // A node of the program's own, which the stream then goes on from.
  cudaGraphNode_t own = nullptr;
  ASSERT_CUDA(cudaGraphAddEmptyNode(&own, graph, after, count));
  ASSERT_CUDA(cudaStreamUpdateCaptureDependencies(stream, &own, nullptr, 1,
                                                  cudaStreamSetCaptureDependencies));
  EXPECT_CUDA_ERROR(cudaGraphDestroyNode(own), cudaErrorIllegalState);
  ASSERT_CUDA(cudaLaunchHostFunc(stream, nothing, nullptr));
  EXPECT_CUDA_ERROR(cudaStreamUpdateCaptureDependencies(other, &own, nullptr, 1, 0),
                    cudaErrorIllegalState);
  ASSERT_CUDA(cudaStreamEndCapture(stream, &ended));
  EXPECT_EQ(ended, graph);
  ASSERT_CUDA(cudaGraphGetNodes(ended, nullptr, &count));
  EXPECT_EQ(count, 3u);
  ASSERT_CUDA(cudaGraphGetEdges(ended, nullptr, nullptr, nullptr, &count));
  EXPECT_EQ(count, 2u);
  EXPECT_CUDA(cudaGraphDestroy(ended));
}

TEST(Capture, ToAGraphOfTheProgram) {
  Stream stream;
  cudaGraph_t graph = nullptr, ended = nullptr;
  cudaGraphNode_t first = nullptr;
  ASSERT_CUDA(cudaGraphCreate(&graph, 0));
  ASSERT_CUDA(cudaGraphAddEmptyNode(&first, graph, nullptr, 0));
  ASSERT_CUDA(cudaStreamBeginCaptureToGraph(stream, graph, &first, nullptr, 1, kGlobal));
  ASSERT_CUDA(cudaLaunchHostFunc(stream, nothing, nullptr));
  ASSERT_CUDA(cudaStreamEndCapture(stream, &ended));
  EXPECT_EQ(ended, graph);
  size_t edges = 0;
  ASSERT_CUDA(cudaGraphGetEdges(graph, nullptr, nullptr, nullptr, &edges));
  EXPECT_EQ(edges, 1u);
  EXPECT_CUDA(cudaGraphDestroy(graph));
}

TEST(Capture, MemoryOfAGraphLivesWithIt) {
  Stream stream;
  unsigned char* memory = nullptr;
  unsigned char* pinned = nullptr;
  ASSERT_CUDA(cudaMallocHost(&pinned, 100));
  ASSERT_CUDA(cudaStreamBeginCapture(stream, kGlobal));
  ASSERT_CUDA(cudaMallocAsync(&memory, 100, stream));
  ASSERT_CUDA(cudaMemsetAsync(memory, 9, 100, stream));
  ASSERT_CUDA(cudaMemcpyAsync(pinned, memory, 100, cudaMemcpyDeviceToHost, stream));
  ASSERT_CUDA(cudaFreeAsync(memory, stream));
  cudaGraph_t graph = nullptr;
  ASSERT_CUDA(cudaStreamEndCapture(stream, &graph));
  cudaGraphNode_t nodes[4];
  size_t count = 4;
  ASSERT_CUDA(cudaGraphGetNodes(graph, nodes, &count));
  ASSERT_EQ(count, 4u);
  cudaGraphNodeType type;
  ASSERT_CUDA(cudaGraphNodeGetType(nodes[0], &type));
  EXPECT_EQ(type, cudaGraphNodeTypeMemAlloc);
  ASSERT_CUDA(cudaGraphNodeGetType(nodes[3], &type));
  EXPECT_EQ(type, cudaGraphNodeTypeMemFree);
  cudaGraphExec_t exec = nullptr;
  ASSERT_CUDA(cudaGraphInstantiate(&exec, graph, 0));
  ASSERT_CUDA(cudaGraphDestroy(graph));
  for (int i = 0; i < 3; ++i) ASSERT_CUDA(cudaGraphLaunch(exec, stream));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(pinned[99], 9);
  ASSERT_CUDA(cudaGraphExecDestroy(exec));
  cudaPointerAttributes attributes;
  ASSERT_CUDA(cudaPointerGetAttributes(&attributes, memory));
  EXPECT_EQ(attributes.type, cudaMemoryTypeUnregistered);
  EXPECT_CUDA(cudaFreeHost(pinned));
}

}  // namespace
}  // namespace tenon::testing

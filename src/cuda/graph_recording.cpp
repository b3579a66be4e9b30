#include "cuda/graph_recording.h"

#include "base/knobs.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/graph_memsets.h"
#include "cuda/stream_capture.h"

namespace tenon {
namespace {

class GraphRecording final : public Recording {
 public:
  explicit GraphRecording(cudaGraphExec_t exec) : exec_(exec) {}
  ~GraphRecording() override { cudaGraphExecDestroy(exec_); }
  GraphRecording(const GraphRecording&) = delete;
  GraphRecording& operator=(const GraphRecording&) = delete;
  void replay(Stream& stream) const override {
    check_cuda(cudaGraphLaunch(exec_, static_cast<cudaStream_t>(stream.handle())),
               "cudaGraphLaunch");
  }

 private:
  cudaGraphExec_t exec_;
};

}  // namespace

namespace {

using OwnedGraph = std::unique_ptr<CUgraph_st, decltype(&cudaGraphDestroy)>;

// What the work enqueues; nullptr when it cannot be recorded.
OwnedGraph capture(cudaStream_t stream, const std::function<void()>& work) {
  if (cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal) != cudaSuccess) {
    cudaGetLastError();
    return {nullptr, cudaGraphDestroy};
  }
  bool recorded = true;
  try {
    work();
  } catch (const Error&) {
    recorded = false;
  }
  cudaGraph_t captured = nullptr;
  recorded = cudaStreamEndCapture(stream, &captured) == cudaSuccess && recorded;
  cudaGetLastError();
  OwnedGraph graph(captured, cudaGraphDestroy);
  if (!recorded) graph.reset();
  return graph;
}

}  // namespace

cudaGraphExec_t capture_graph(cudaStream_t stream, const std::function<void()>& work) {
  const OwnedGraph graph = capture(stream, work);
  if (graph == nullptr) return nullptr;
  replace_small_memsets(graph.get());
  cudaGraphExec_t exec = nullptr;
  const bool works = cudaGraphInstantiate(&exec, graph.get(), 0) == cudaSuccess;
  cudaGetLastError();
  return works ? exec : nullptr;
}

std::unique_ptr<Recording> record_graph(StreamTask task, int device) {
  const auto stream = make_own_cuda_stream(device);
  const cudaGraphExec_t exec = capture_graph(static_cast<cudaStream_t>(stream->handle()),
                                             [&] { task.run(task.arg, *stream); });
  return exec ? std::make_unique<GraphRecording>(exec) : nullptr;
}

bool capture_without_memsets(cudaStream_t stream, StreamTask task, int device) {
  const auto own = make_own_cuda_stream(device);
  const OwnedGraph part =
      capture(static_cast<cudaStream_t>(own->handle()), [&] { task.run(task.arg, *own); });
  if (part == nullptr) return false;
  if (replace_small_memsets(part.get()) == 0) return false;
  const CaptureState state = capture_state(stream);
  cudaGraphNode_t node = nullptr;
  check_cuda(
      cudaGraphAddChildGraphNode(&node, state.graph, state.dependencies, state.count, part.get()),
      "adding to the graph");
  continue_capture_after(stream, node);
  return true;
}

bool records_graphs() {
  static const bool wanted = knob("TENON_CUDA_GRAPHS").value_or("1") != "0" &&
                             knob("TENON_CUDA_SYNC").value_or("0") == "0";
  return wanted;
}

}  // namespace tenon

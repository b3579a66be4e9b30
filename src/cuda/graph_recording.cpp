#include "cuda/graph_recording.h"

#include "base/knobs.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"

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

cudaGraphExec_t capture_graph(cudaStream_t stream, const std::function<void()>& work) {
  if (cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal) != cudaSuccess) {
    cudaGetLastError();
    return nullptr;
  }
  bool recorded = true;
  try {
    work();
  } catch (const Error&) {
    recorded = false;
  }
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t exec = nullptr;
  recorded = cudaStreamEndCapture(stream, &graph) == cudaSuccess && recorded &&
             cudaGraphInstantiate(&exec, graph, 0) == cudaSuccess;
  if (graph) cudaGraphDestroy(graph);
  cudaGetLastError();
  return recorded ? exec : nullptr;
}

std::unique_ptr<Recording> record_graph(StreamTask task, int device) {
  const auto stream = make_own_cuda_stream(device);
  const cudaGraphExec_t exec = capture_graph(static_cast<cudaStream_t>(stream->handle()),
                                             [&] { task.run(task.arg, *stream); });
  return exec ? std::make_unique<GraphRecording>(exec) : nullptr;
}

bool records_graphs() {
  static const bool wanted = knob("TENON_CUDA_GRAPHS").value_or("1") != "0" &&
                             knob("TENON_CUDA_SYNC").value_or("0") == "0";
  return wanted;
}

}  // namespace tenon

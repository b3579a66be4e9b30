// Runs inferences on some streams at once, as long and as often as asked.
#pragma once

#include <NvInferRuntime.h>

#include <memory>
#include <vector>

#include "trtexec/inference_stream.h"

namespace tenon::trtexec {

class Inference {
 public:
  // Creates the contexts and buffers of all streams. Throws Error. `choices` must outlive this.
  Inference(nvinfer1::ICudaEngine& engine, const InferenceChoices& choices, Console& console);

  // Runs at least choices.iterations inferences a stream and choices.duration_s seconds after the
  // warm-up, or until interrupted; returns the times of all of them, warm-up included. With a
  // profiler, the first stream reports the times of its layers to it, and no graphs are used.
  // Throws the first error of a stream.
  std::vector<InferenceTrace> run(nvinfer1::IProfiler* profiler);

  // Those of the first stream's last inference.
  std::vector<OutputTensor> outputs() const { return streams_.front()->outputs(); }

 private:
  const InferenceChoices& choices_;
  Console& console_;
  std::vector<HostMemory> inputs_;
  std::vector<std::unique_ptr<InferenceStream>> streams_;
};

}  // namespace tenon::trtexec

// One context with its streams and buffers: what runs inferences one after another.
#pragma once

#include <NvInferRuntime.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "trtexec/cuda_objects.h"
#include "trtexec/log.h"
#include "trtexec/options.h"
#include "trtexec/statistics.h"
#include "trtexec/tensors.h"

namespace tenon::trtexec {

// An input or output as a context with known input shapes has it.
struct IoTensor {
  std::string name;
  bool is_input;
  nvinfer1::DataType type;
  Shape shape;
  size_t bytes;
};

// The shapes of all inputs whose dimensions are free, and those given for others. Free dimensions
// that are not given become 1, or the nearest that the profile allows, with a warning. Throws Error
// for names that are no inputs and for a profile that the engine does not have.
Shapes run_shapes(const nvinfer1::ICudaEngine& engine, const InferenceChoices& choices,
                  Console& console);

// Makes a context run with a profile and shapes. Throws Error for what the library refuses.
void set_shapes(nvinfer1::IExecutionContext& context, int profile, const Shapes& shapes);

std::vector<IoTensor> io_tensors(nvinfer1::IExecutionContext& context);

// The values of the inputs, shared by all streams: from files, or random. In the order of the
// inputs. Throws Error for a file of another size than the input and for names that are no inputs.
std::vector<HostMemory> make_inputs(const std::vector<IoTensor>& tensors, const Files& files,
                                    Console& console);

// The origin of a run's times.
struct StartMark {
  cudaEvent_t device;
  std::chrono::steady_clock::time_point host;
};

class InferenceStream {
 public:
  // `inputs` as of make_inputs(), `shapes` as of run_shapes(). Inputs and choices must outlive the
  // stream.
  InferenceStream(nvinfer1::ICudaEngine& engine, const InferenceChoices& choices,
                  const Shapes& shapes, const std::vector<HostMemory>& inputs, int index,
                  Console& console);
  ~InferenceStream();

  void set_profiler(nvinfer1::IProfiler* profiler) { context_->setProfiler(profiler); }
  // Inferences of the next run are launched as a graph, where the context can be captured;
  // otherwise says so and they are enqueued.
  void capture_graphs();
  void drop_graphs();

  // Buffers, so inferences that can be under way.
  size_t depth() const { return slots_.size(); }
  // All that is launched later begins after the mark.
  void begin_after(const StartMark& mark);
  // Starts an inference in a slot that has none under way.
  void launch(size_t slot);
  bool active(size_t slot) const;
  // Waits for the slot's inference and returns its times.
  InferenceTrace collect(size_t slot);

  // Those of the inference collected last.
  std::vector<OutputTensor> outputs() const;

 private:
  struct Slot;
  void enqueue(Slot& slot);
  bool capture(Slot& slot);
  void set_addresses(const Slot& slot);

  const InferenceChoices& choices_;
  const std::vector<HostMemory>& inputs_;
  int index_;
  Console& console_;
  std::unique_ptr<nvinfer1::IExecutionContext> context_;
  std::vector<IoTensor> tensors_;
  StreamHandle input_, compute_, output_;
  std::vector<std::unique_ptr<Slot>> slots_;
  size_t last_ = 0;  // the slot collected last
  StartMark mark_{};
};

}  // namespace tenon::trtexec

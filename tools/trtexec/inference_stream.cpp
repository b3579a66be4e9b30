#include "trtexec/inference_stream.h"

#include "base/error.h"

namespace tenon::trtexec {

using Clock = std::chrono::steady_clock;

// The buffers and events of one inference under way.
struct InferenceStream::Slot {
  explicit Slot(bool blocking)
      : h2d_start(blocking),
        h2d_end(blocking),
        compute_start(blocking),
        compute_end(blocking),
        d2h_start(blocking),
        d2h_end(blocking) {}
  ~Slot() { drop_graph(); }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  void drop_graph() {
    if (graph != nullptr) cudaGraphExecDestroy(graph);
    graph = nullptr;
  }

  std::vector<DeviceMemory> device;  // one a tensor
  std::vector<HostMemory> outputs;   // one an output
  EventHandle h2d_start, h2d_end, compute_start, compute_end, d2h_start, d2h_end;
  cudaGraphExec_t graph = nullptr;
  Clock::time_point enq_start, enq_end;
  bool active = false;
};

static double milliseconds(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

InferenceStream::InferenceStream(nvinfer1::ICudaEngine& engine, const InferenceChoices& choices,
                                 const Shapes& shapes, const std::vector<HostMemory>& inputs,
                                 int index, Console& console)
    : choices_(choices),
      inputs_(inputs),
      index_(index),
      console_(console),
      context_(engine.createExecutionContext()) {
  if (!context_) fail("cannot create an execution context");
  set_shapes(*context_, choices.profile, shapes);
  tensors_ = io_tensors(*context_);
  // Two, so that the copies of an inference can overlap with the compute of another.
  const size_t depth = choices.expose_dma ? 1 : 2;
  for (size_t i = 0; i < depth; ++i) {
    Slot& slot = *slots_.emplace_back(std::make_unique<Slot>(!choices.spin_wait));
    size_t input = 0;
    for (const IoTensor& tensor : tensors_) {
      const DeviceMemory& memory = slot.device.emplace_back(tensor.bytes);
      if (tensor.is_input) {
        check_cuda(cudaMemcpy(memory.data(), inputs_[input++].data(), tensor.bytes,
                              cudaMemcpyHostToDevice),
                   "copying an input");
      } else {
        slot.outputs.emplace_back(tensor.bytes);
      }
    }
  }
}

// Buffers must not go while an inference uses them, also after an error.
InferenceStream::~InferenceStream() {
  for (const StreamHandle* stream : {&input_, &compute_, &output_}) cudaStreamSynchronize(*stream);
}

void InferenceStream::set_addresses(const Slot& slot) {
  for (size_t i = 0; i < tensors_.size(); ++i) {
    if (!context_->setTensorAddress(tensors_[i].name.c_str(), slot.device[i].data())) {
      fail("cannot set the address of '{}'", tensors_[i].name);
    }
  }
}

void InferenceStream::enqueue(Slot& slot) {
  if (slot.graph != nullptr) {
    check_cuda(cudaGraphLaunch(slot.graph, compute_), "launching the graph");
  } else if (!context_->enqueueV3(compute_)) {
    fail(ErrorCode::kExecution, "Error occurred during inference: the enqueue failed");
  }
}

// ---- graphs

bool InferenceStream::capture(Slot& slot) {
  set_addresses(slot);
  enqueue(slot);  // work that is done for the first inference only must not be part of the graph
  check_cuda(cudaStreamSynchronize(compute_), "the inference before the capture");
  if (cudaStreamBeginCapture(compute_, cudaStreamCaptureModeThreadLocal) != cudaSuccess) {
    return false;
  }
  const bool enqueued = context_->enqueueV3(compute_);
  cudaGraph_t graph = nullptr;
  const bool ended = cudaStreamEndCapture(compute_, &graph) == cudaSuccess;
  const bool captured = enqueued && ended && graph != nullptr &&
                        cudaGraphInstantiate(&slot.graph, graph, 0) == cudaSuccess;
  if (graph != nullptr) cudaGraphDestroy(graph);
  return captured;
}

void InferenceStream::capture_graphs() {
  for (const auto& slot : slots_) {
    if (capture(*slot)) continue;
    cudaGetLastError();  // the failure is dealt with
    drop_graphs();
    console_.warning(
        "The CUDA graph capture on the stream has failed: the engine cannot be captured. "
        "--useCudaGraph is ignored and inferences are enqueued.");
    return;
  }
  console_.info("Successfully captured CUDA graph for the current context");
}

void InferenceStream::drop_graphs() {
  for (const auto& slot : slots_) slot->drop_graph();
}

// ---- inferences

void InferenceStream::begin_after(const StartMark& mark) {
  mark_ = mark;
  input_.wait_for(mark.device);
  compute_.wait_for(mark.device);
}

void InferenceStream::launch(size_t index) {
  Slot& slot = *slots_[index];
  if (choices_.transfers) {
    slot.h2d_start.record(input_);
    size_t input = 0;
    for (size_t i = 0; i < tensors_.size(); ++i) {
      if (!tensors_[i].is_input) continue;
      check_cuda(cudaMemcpyAsync(slot.device[i].data(), inputs_[input++].data(), tensors_[i].bytes,
                                 cudaMemcpyHostToDevice, input_),
                 "copying an input");
    }
    slot.h2d_end.record(input_);
    compute_.wait_for(slot.h2d_end);
  }
  if (slot.graph == nullptr) set_addresses(slot);
  slot.compute_start.record(compute_);
  slot.enq_start = Clock::now();
  enqueue(slot);
  slot.enq_end = Clock::now();
  slot.compute_end.record(compute_);
  if (choices_.transfers) {
    output_.wait_for(slot.compute_end);
    slot.d2h_start.record(output_);
    size_t output = 0;
    for (size_t i = 0; i < tensors_.size(); ++i) {
      if (tensors_[i].is_input) continue;
      check_cuda(cudaMemcpyAsync(slot.outputs[output++].data(), slot.device[i].data(),
                                 tensors_[i].bytes, cudaMemcpyDeviceToHost, output_),
                 "copying an output");
    }
    slot.d2h_end.record(output_);
  }
  slot.active = true;
}

bool InferenceStream::active(size_t slot) const { return slots_[slot]->active; }

// Ends are computed from their own starts: far from the mark, times since it are too coarse.
InferenceTrace InferenceStream::collect(size_t index) {
  Slot& slot = *slots_[index];
  (choices_.transfers ? slot.d2h_end : slot.compute_end).synchronize();
  slot.active = false;
  last_ = index;
  InferenceTrace t;
  t.stream = index_;
  t.enq_start = milliseconds(mark_.host, slot.enq_start);
  t.enq_end = milliseconds(mark_.host, slot.enq_end);
  t.compute_start = slot.compute_start.milliseconds_since(mark_.device);
  t.compute_end = t.compute_start + slot.compute_end.milliseconds_since(slot.compute_start);
  t.h2d_start = t.h2d_end = t.compute_start;
  t.d2h_start = t.d2h_end = t.compute_end;
  if (choices_.transfers) {
    t.h2d_start = slot.h2d_start.milliseconds_since(mark_.device);
    t.h2d_end = t.h2d_start + slot.h2d_end.milliseconds_since(slot.h2d_start);
    t.d2h_start = slot.d2h_start.milliseconds_since(mark_.device);
    t.d2h_end = t.d2h_start + slot.d2h_end.milliseconds_since(slot.d2h_start);
  }
  return t;
}

std::vector<OutputTensor> InferenceStream::outputs() const {
  const Slot& slot = *slots_[last_];
  std::vector<OutputTensor> outputs;
  for (size_t i = 0; i < tensors_.size(); ++i) {
    const IoTensor& tensor = tensors_[i];
    if (tensor.is_input) continue;
    const HostMemory& host = slot.outputs[outputs.size()];
    check_cuda(cudaMemcpy(host.data(), slot.device[i].data(), tensor.bytes, cudaMemcpyDeviceToHost),
               "copying an output");
    outputs.push_back({tensor.name, tensor.shape, values_of(host.span(), tensor.type)});
  }
  return outputs;
}

}  // namespace tenon::trtexec

#include "trtexec/inference.h"

#include <atomic>
#include <exception>
#include <thread>

#include "base/error.h"
#include "trtexec/interrupt.h"

namespace tenon::trtexec {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

// A stream's part of a run. `stop`: another stream failed.
std::vector<InferenceTrace> run_stream(InferenceStream& stream, const InferenceChoices& choices,
                                       const std::atomic<bool>& stop) {
  std::vector<InferenceTrace> trace;
  const double end_ms = choices.warm_up_ms + 1000 * choices.duration_s;
  const size_t depth = stream.depth();
  int warm_ups = 0;
  double reached_ms = 0;  // when the inference collected last began to compute
  const auto goes_on = [&](int i) {
    if (stop) return false;
    if (i == 0) return true;  // there is something to report, even if interrupted
    return !interrupted() &&
           (choices.duration_s < 0 || i < choices.iterations + warm_ups || reached_ms < end_ms);
  };
  const auto collect = [&](size_t slot) {
    if (!stream.active(slot)) return;
    trace.push_back(stream.collect(slot));
    reached_ms = trace.back().compute_start;
    warm_ups += reached_ms < choices.warm_up_ms;
  };
  size_t slot = 0;
  for (int i = 0; goes_on(i); ++i) {
    stream.launch(slot);
    slot = (slot + 1) % depth;
    collect(slot);
    if (choices.idle_ms > 0 && reached_ms >= choices.warm_up_ms) {
      std::this_thread::sleep_for(Milliseconds(choices.idle_ms));
    }
  }
  for (size_t i = 0; i < depth; ++i) collect((slot + i) % depth);
  return trace;
}

// Holds the device back for some ms.
void sleep_on(cudaStream_t stream, const double& ms) {
  const cudaHostFn_t sleep = [](void* data) {
    std::this_thread::sleep_for(Milliseconds(*static_cast<const double*>(data)));
  };
  check_cuda(cudaLaunchHostFunc(stream, sleep, const_cast<double*>(&ms)), "sleeping");
}

}  // namespace

Inference::Inference(nvinfer1::ICudaEngine& engine, const InferenceChoices& choices,
                     Console& console)
    : choices_(choices), console_(console) {
  const std::unique_ptr<nvinfer1::IExecutionContext> context(
      engine.createExecutionContext(nvinfer1::ExecutionContextAllocationStrategy::kUSER_MANAGED));
  if (!context) fail("cannot create an execution context");
  const Shapes shapes = run_shapes(engine, choices, console);
  set_shapes(*context, choices.profile, shapes);
  const auto tensors = io_tensors(*context);
  inputs_ = make_inputs(tensors, choices.inputs, console);
  for (const IoTensor& tensor : tensors) {
    console.info(fmt::format("{} binding for {} with dimensions {} is created.",
                             tensor.is_input ? "Input" : "Output", tensor.name,
                             shape_text(tensor.shape)));
  }
  for (int i = 0; i < choices.streams; ++i) {
    streams_.push_back(
        std::make_unique<InferenceStream>(engine, choices, shapes, inputs_, i, console));
    console.info(fmt::format("Created execution context with device memory size: {:.6g} MiB",
                             static_cast<double>(engine.getDeviceMemorySizeV2()) / (1 << 20)));
  }
}

std::vector<InferenceTrace> Inference::run(nvinfer1::IProfiler* profiler) {
  const bool graphs = choices_.cuda_graph && profiler == nullptr;
  for (const auto& stream : streams_) graphs ? stream->capture_graphs() : stream->drop_graphs();
  streams_.front()->set_profiler(profiler);

  const StreamHandle main;
  const EventHandle start(!choices_.spin_wait);
  if (choices_.sleep_ms > 0) sleep_on(main, choices_.sleep_ms);
  start.record(main);
  const StartMark mark{start, std::chrono::steady_clock::now()};
  for (const auto& stream : streams_) stream->begin_after(mark);

  std::atomic<bool> stop = false;
  std::vector<std::vector<InferenceTrace>> traces(streams_.size());
  std::vector<std::exception_ptr> errors(streams_.size());
  std::vector<std::thread> threads;
  for (size_t i = 0; i < streams_.size(); ++i) {
    threads.emplace_back([&, i] {
      try {
        traces[i] = run_stream(*streams_[i], choices_, stop);
      } catch (...) {
        errors[i] = std::current_exception();
        stop = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  streams_.front()->set_profiler(nullptr);
  check_cuda(cudaStreamSynchronize(main), "the run");
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  std::vector<InferenceTrace> all;
  for (const auto& trace : traces) all.insert(all.end(), trace.begin(), trace.end());
  return all;
}

}  // namespace tenon::trtexec

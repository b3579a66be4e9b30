#include "api/runtime/context.h"

#include <cuda_runtime_api.h>

#include <algorithm>

#include "api/convert.h"

namespace tenon::api {

using nvinfer1::ExecutionContextAllocationStrategy;

namespace {

constexpr int kAnyBinding = -1;
constexpr int kOutputOnly = 0;
constexpr int kInputOnly = 1;
constexpr size_t kKnownStreams = 8;

Context::MemoryMode mode_of(ExecutionContextAllocationStrategy strategy) {
  return strategy == ExecutionContextAllocationStrategy::kUSER_MANAGED ? Context::MemoryMode::kUser
                                                                       : Context::MemoryMode::kOwn;
}

// Dims that are none at all: the conversion cannot know whose they are.
Dims dims_of(const char* name, const nvinfer1::Dims& dims) {
  try {
    return to_internal(dims);
  } catch (const Error& error) {
    throw at(fmt::format("input {}", name), error);
  }
}

void check(cudaError_t status, const char* what) {
  if (status != cudaSuccess) {
    fail(ErrorCode::kExecution, "{}: {}", what, cudaGetErrorString(status));
  }
}

}  // namespace

ExecutionContext::ExecutionContext(const CudaEngine& engine,
                                   ExecutionContextAllocationStrategy strategy,
                                   nvinfer1::IRuntimeConfig* config)
    : engine_(engine.loaded(), engine.reporter()),
      reporter_(engine.reporter().logger()),
      context_(engine.loaded()->engine, mode_of(strategy)),
      user_memory_(mode_of(strategy) == Context::MemoryMode::kUser),
      config_(config) {
  nvinfer1::IExecutionContext::mImpl = this;
  reporter_.set_recorder(engine.reporter().recorder());
  output_allocators_.resize(engine_.plan().bindings.size(), nullptr);
}

int ExecutionContext::binding(const char* call, const char* name, int wanted_input) const noexcept {
  return guarded(reporter_, call, -1, [&] {
    const int i = engine_.engine().binding_index(&non_null(name, "tensorName"));
    if (i < 0) fail("the engine has no input or output '{}'", name);
    const bool is_input = engine_.plan().bindings[static_cast<size_t>(i)].is_input;
    if (wanted_input != kAnyBinding && is_input != (wanted_input == kInputOnly)) {
      fail("'{}' is an {}", name, is_input ? "input" : "output");
    }
    return i;
  });
}

bool ExecutionContext::setInputShape(const char* name, const nvinfer1::Dims& dims) noexcept {
  const char* call = "IExecutionContext::setInputShape";
  const int i = binding(call, name, kInputOnly);
  return i >= 0 && guarded(reporter_, call, false, [&] {
           context_.set_dims(i, dims_of(name, dims));
           return true;
         });
}

nvinfer1::Dims ExecutionContext::getTensorShape(const char* name) const noexcept {
  const char* call = "IExecutionContext::getTensorShape";
  const int i = binding(call, name, kAnyBinding);
  if (i < 0) return invalid_dims();
  return guarded(reporter_, call, invalid_dims(), [&] {
    const auto dims = context_.dims(i);
    return dims ? to_public(*dims)
                : to_public(engine_.plan().bindings[static_cast<size_t>(i)].dims);
  });
}

nvinfer1::Dims ExecutionContext::getTensorStrides(const char* name) const noexcept {
  nvinfer1::Dims dims = getTensorShape(name);
  int64_t stride = 1;
  for (int i = dims.nbDims - 1; i >= 0; --i) {
    const int64_t extent = dims.d[i];
    dims.d[i] = stride;
    stride = extent < 0 || stride < 0 ? -1 : stride * extent;
  }
  return dims;
}

bool ExecutionContext::set_address(const char* call, const char* name, void* data,
                                   int wanted_input) noexcept {
  const int i = binding(call, name, wanted_input);
  if (i < 0) return false;
  context_.set_address(i, data);
  return true;
}

bool ExecutionContext::setTensorAddress(const char* name, void* data) noexcept {
  return set_address("IExecutionContext::setTensorAddress", name, data, kAnyBinding);
}
bool ExecutionContext::setInputTensorAddress(const char* name, const void* data) noexcept {
  return set_address("IExecutionContext::setInputTensorAddress", name, const_cast<void*>(data),
                     kInputOnly);
}
bool ExecutionContext::setOutputTensorAddress(const char* name, void* data) noexcept {
  return set_address("IExecutionContext::setOutputTensorAddress", name, data, kOutputOnly);
}
const void* ExecutionContext::getTensorAddress(const char* name) const noexcept {
  const int i = binding("IExecutionContext::getTensorAddress", name, kAnyBinding);
  return i < 0 ? nullptr : context_.address(i);
}
void* ExecutionContext::getOutputTensorAddress(const char* name) const noexcept {
  const int i = binding("IExecutionContext::getOutputTensorAddress", name, kOutputOnly);
  return i < 0 ? nullptr : context_.address(i);
}

bool ExecutionContext::setOutputAllocator(const char* name,
                                          nvinfer1::IOutputAllocator* allocator) noexcept {
  const int i = binding("IExecutionContext::setOutputAllocator", name, kOutputOnly);
  if (i < 0) return false;
  output_allocators_[static_cast<size_t>(i)] = allocator;
  any_output_allocator_ = std::any_of(output_allocators_.begin(), output_allocators_.end(),
                                      [](const auto* a) { return a != nullptr; });
  return true;
}

nvinfer1::IOutputAllocator* ExecutionContext::getOutputAllocator(const char* name) noexcept {
  const int i = binding("IExecutionContext::getOutputAllocator", name, kOutputOnly);
  return i < 0 ? nullptr : output_allocators_[static_cast<size_t>(i)];
}

int64_t ExecutionContext::getMaxOutputSize(const char* name) const noexcept {
  const char* call = "IExecutionContext::getMaxOutputSize";
  const int i = binding(call, name, kOutputOnly);
  if (i < 0) return -1;
  return guarded(reporter_, call, int64_t{-1}, [&] {
    const auto dims = context_.dims(i);
    if (!dims) fail(ErrorCode::kInvalidState, "an input has no dims");
    const DataType dtype = engine_.plan().bindings[static_cast<size_t>(i)].dtype;
    return static_cast<int64_t>(bytes_of(dtype, dims->volume()));
  });
}

int32_t ExecutionContext::inferShapes(int32_t max_names, const char** names) noexcept {
  const char* call = "IExecutionContext::inferShapes";
  return guarded(reporter_, call, int32_t{-1}, [&] {
    const auto missing = context_.missing_dims();
    for (size_t i = 0; i < missing.size() && static_cast<int32_t>(i) < max_names; ++i) {
      const int index = engine_.engine().binding_index(missing[i]);
      (&non_null(names, "tensorNames"))[i] =
          engine_.plan().bindings[static_cast<size_t>(index)].name.c_str();
    }
    if (missing.empty()) context_.prepare();
    return static_cast<int32_t>(missing.size());
  });
}

bool ExecutionContext::allInputDimensionsSpecified() const noexcept {
  return guarded(reporter_, "IExecutionContext::allInputDimensionsSpecified", false,
                 [&] { return context_.dims_known(); });
}

int32_t ExecutionContext::getOptimizationProfile() const noexcept {
  return static_cast<int32_t>(context_.program());
}

bool ExecutionContext::setOptimizationProfileAsync(int32_t profile, cudaStream_t stream) noexcept {
  const char* call = "IExecutionContext::setOptimizationProfileAsync";
  return guarded(reporter_, call, false, [&] {
    if (!engine_.check_profile(call, profile)) return false;
    check(cudaStreamSynchronize(stream), "waiting for the stream");
    context_.set_program(static_cast<size_t>(profile));
    return true;
  });
}

// Memory first, then the shape, as the interface's contract says.
void ExecutionContext::allocate_outputs(cudaStream_t stream) {
  for (size_t i = 0; i < output_allocators_.size(); ++i) {
    nvinfer1::IOutputAllocator* allocator = output_allocators_[i];
    if (allocator == nullptr) continue;
    const Binding& binding = engine_.plan().bindings[i];
    const auto dims = context_.dims(static_cast<int>(i));
    if (!dims) fail(ErrorCode::kInvalidState, "an input has no dims");
    const uint64_t bytes = std::max<uint64_t>(bytes_of(binding.dtype, dims->volume()), 1);
    void* memory = allocator->reallocateOutputAsync(binding.name.c_str(),
                                                    context_.address(static_cast<int>(i)), bytes,
                                                    kDeviceAlignment, stream);
    if (memory == nullptr) {
      fail(ErrorCode::kOutOfMemory, "the output allocator of '{}' gave no memory for {} bytes",
           binding.name, bytes);
    }
    context_.set_address(static_cast<int>(i), memory);
    allocator->notifyShape(binding.name.c_str(), to_public(*dims));
  }
}

Stream& ExecutionContext::stream_for(cudaStream_t handle) {
  for (const KnownStream& known : streams_) {
    if (known.handle == handle) return *known.stream;
  }
  if (streams_.size() == kKnownStreams) streams_.erase(streams_.begin());
  streams_.push_back({handle, engine_.engine().device().wrap(handle)});
  return *streams_.back().stream;
}

bool ExecutionContext::enqueueV3(cudaStream_t handle) noexcept {
  return guarded(reporter_, "IExecutionContext::enqueueV3", false, [&] {
    Stream& stream = stream_for(handle);
    if (any_output_allocator_) {
      context_.prepare();
      allocate_outputs(handle);
    }
    context_.enqueue(stream);
    if (consumed_) check(cudaEventRecord(consumed_, handle), "recording the input-consumed event");
    if (debug_sync_) stream.synchronize();
    return true;
  });
}

void ExecutionContext::setAuxStreams(cudaStream_t* streams, int32_t count) noexcept {
  guarded(reporter_, "IExecutionContext::setAuxStreams", [&] {
    if (count < 0) fail("{} streams", count);
    std::vector<std::unique_ptr<Stream>> wrapped;
    for (int32_t i = 0; i < std::min(count, engine_.getNbAuxStreams()); ++i) {
      const cudaStream_t handle = (&non_null(streams, "auxStreams"))[i];
      wrapped.push_back(engine_.engine().device().wrap(handle));
    }
    context_.set_auxiliary_streams(std::move(wrapped));
  });
}

bool ExecutionContext::executeV2(void* const* bindings) noexcept {
  return guarded(reporter_, "IExecutionContext::executeV2", false, [&] {
    void* const* addresses = &non_null(bindings, "bindings");
    for (size_t i = 0; i < engine_.plan().bindings.size(); ++i) {
      context_.set_address(static_cast<int>(i), addresses[i]);
    }
    context_.execute();
    return true;
  });
}

bool ExecutionContext::setInputConsumedEvent(cudaEvent_t event) noexcept {
  consumed_ = event;
  return true;
}

void ExecutionContext::setDeviceMemory(void* memory) noexcept {
  setDeviceMemoryV2(memory, static_cast<int64_t>(context_.arena_bytes()));
}

void ExecutionContext::setDeviceMemoryV2(void* memory, int64_t size) noexcept {
  guarded(reporter_, "IExecutionContext::setDeviceMemory", [&] {
    if (size < 0) fail("the size is negative");
    if (reinterpret_cast<uintptr_t>(memory) % kDeviceAlignment != 0) {
      fail("the memory is not aligned to {} bytes", kDeviceAlignment);
    }
    context_.set_arena(memory, static_cast<size_t>(size));
  });
}

size_t ExecutionContext::updateDeviceMemorySizeForShapes() noexcept {
  return context_.arena_bytes();
}

void ExecutionContext::report(const char* step, float milliseconds) {
  profiler_->reportLayerTime(step, milliseconds);
}

void ExecutionContext::setProfiler(nvinfer1::IProfiler* profiler) noexcept {
  profiler_ = profiler;
  context_.set_step_times(profiler_ ? this : nullptr, emits_profile_);
}

void ExecutionContext::setEnqueueEmitsProfile(bool emits) noexcept {
  emits_profile_ = emits;
  context_.set_step_times(profiler_ ? this : nullptr, emits_profile_);
}

bool ExecutionContext::reportToProfiler() const noexcept {
  return guarded(reporter_, "IExecutionContext::reportToProfiler", false, [&]() -> bool {
    if (profiler_ == nullptr) fail(ErrorCode::kInvalidState, "there is no profiler");
    if (!context_.report_times()) {
      fail(ErrorCode::kInvalidState, "no inference was enqueued since the profiler was set");
    }
    return true;
  });
}

void ExecutionContext::setName(const char* name) noexcept {
  guarded(reporter_, "IExecutionContext::setName", [&] { name_ = &non_null(name, "name"); });
}

void ExecutionContext::setErrorRecorder(nvinfer1::IErrorRecorder* recorder) noexcept {
  reporter_.set_recorder(recorder);
}
nvinfer1::IErrorRecorder* ExecutionContext::getErrorRecorder() const noexcept {
  return reporter_.recorder();
}

bool ExecutionContext::setTemporaryStorageAllocator(nvinfer1::IGpuAllocator* allocator) noexcept {
  temporary_allocator_ = allocator;  // all scratch memory is part of the planned arena
  return true;
}
nvinfer1::IGpuAllocator* ExecutionContext::getTemporaryStorageAllocator() const noexcept {
  return temporary_allocator_;
}

bool ExecutionContext::setNvtxVerbosity(nvinfer1::ProfilingVerbosity verbosity) noexcept {
  using enum nvinfer1::ProfilingVerbosity;
  // From nothing to names to details; the engine's own is the most there is.
  const auto rank = [](nvinfer1::ProfilingVerbosity v) {
    return v == kNONE ? 0 : v == kLAYER_NAMES_ONLY ? 1 : 2;
  };
  if (rank(verbosity) > rank(engine_.getProfilingVerbosity())) return false;
  nvtx_ = verbosity;
  context_.set_annotation(verbosity == kNONE               ? Annotation::kNone
                          : verbosity == kLAYER_NAMES_ONLY ? Annotation::kNames
                                                           : Annotation::kDetails);
  return true;
}

bool ExecutionContext::setDebugListener(nvinfer1::IDebugListener* listener) noexcept {
  return listener == nullptr ||
         not_implemented(reporter_, "IExecutionContext::setDebugListener", false);
}
bool ExecutionContext::setTensorDebugState(const char*, bool) noexcept {
  return not_implemented(reporter_, "IExecutionContext::setTensorDebugState", false);
}
bool ExecutionContext::setAllTensorsDebugState(bool) noexcept {
  return not_implemented(reporter_, "IExecutionContext::setAllTensorsDebugState", false);
}
bool ExecutionContext::setUnfusedTensorsDebugState(bool) noexcept {
  return not_implemented(reporter_, "IExecutionContext::setUnfusedTensorsDebugState", false);
}
bool ExecutionContext::setCommunicator(void*) noexcept {
  return not_implemented(reporter_, "IExecutionContext::setCommunicator", false);
}

}  // namespace tenon::api

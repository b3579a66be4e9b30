#include "api/runtime/runtime.h"

#include "api/device.h"
#include "api/runtime/engine.h"
#include "base/knobs.h"

namespace tenon::api {

namespace {

constexpr int64_t kReadBytes = int64_t{4} << 20;
nvinfer1::ICudaEngine* const kNoEngine = nullptr;

// Reads a stream to its end; `read(destination, bytes)` returns the bytes read.
template <typename Read>
std::vector<std::byte> read_all(Read&& read) {
  std::vector<std::byte> file;
  while (true) {
    const size_t at = file.size();
    file.resize(at + static_cast<size_t>(kReadBytes));
    const int64_t n = read(file.data() + at, kReadBytes);
    if (n < 0 || n > kReadBytes) fail("the stream reader failed");
    file.resize(at + static_cast<size_t>(n));
    if (n == 0) return file;
  }
}

}  // namespace

Runtime::Runtime(nvinfer1::ILogger& logger) : reporter_(&logger) {
  nvinfer1::IRuntime::mImpl = this;
  warn_unknown_knobs(reporter_.log());
}

nvinfer1::ICudaEngine* Runtime::deserialize(std::span<const std::byte> file) {
  return make_engine(load_engine(file, allocator_), reporter_);
}

nvinfer1::ICudaEngine* Runtime::deserializeCudaEngine(const void* blob, std::size_t size) noexcept {
  return guarded(reporter_, "IRuntime::deserializeCudaEngine", kNoEngine, [&] {
    if (blob == nullptr) fail("blob is null");
    return deserialize({static_cast<const std::byte*>(blob), size});
  });
}

nvinfer1::ICudaEngine* Runtime::deserializeCudaEngine(nvinfer1::IStreamReader& reader) noexcept {
  return guarded(reporter_, "IRuntime::deserializeCudaEngine", kNoEngine, [&] {
    return deserialize(read_all([&](void* to, int64_t bytes) { return reader.read(to, bytes); }));
  });
}

nvinfer1::ICudaEngine* Runtime::deserializeCudaEngineV2(
    nvinfer1::IStreamReaderV2& reader) noexcept {
  return guarded(reporter_, "IRuntime::deserializeCudaEngine", kNoEngine, [&] {
    return deserialize(
        read_all([&](void* to, int64_t bytes) { return reader.read(to, bytes, nullptr); }));
  });
}

void Runtime::setDLACore(int32_t) noexcept {
  reporter_.log(nvinfer1::ILogger::Severity::kWARNING,
                "IRuntime::setDLACore: there is no DLA core");
}

void Runtime::setGpuAllocator(nvinfer1::IGpuAllocator* allocator) noexcept {
  allocator_ = allocator;
}

void Runtime::setErrorRecorder(nvinfer1::IErrorRecorder* recorder) noexcept {
  reporter_.set_recorder(recorder);
}
nvinfer1::IErrorRecorder* Runtime::getErrorRecorder() const noexcept {
  return reporter_.recorder();
}

bool Runtime::setMaxThreads(int32_t threads) noexcept {
  return guarded(reporter_, "IRuntime::setMaxThreads", false, [&] {
    if (!set_device_threads(threads)) {
      fail(ErrorCode::kInvalidState,
           "{} threads: the number must be positive and be set before the "
           "device is first used",
           threads);
    }
    return true;
  });
}
int32_t Runtime::getMaxThreads() const noexcept {
  return guarded(reporter_, "IRuntime::getMaxThreads", 1, [] { return device_threads(); });
}

void Runtime::setTemporaryDirectory(const char* path) noexcept {
  guarded(reporter_, "IRuntime::setTemporaryDirectory",
          [&] { temporary_directory_ = path ? path : ""; });
}
const char* Runtime::getTemporaryDirectory() const noexcept {
  return temporary_directory_.empty() ? nullptr : temporary_directory_.c_str();
}
void Runtime::setTempfileControlFlags(nvinfer1::TempfileControlFlags flags) noexcept {
  tempfile_flags_ = flags;
}
nvinfer1::TempfileControlFlags Runtime::getTempfileControlFlags() const noexcept {
  return tempfile_flags_;
}

nvinfer1::IPluginRegistry& Runtime::getPluginRegistry() noexcept { return *::getPluginRegistry(); }
void Runtime::setPluginRegistryParent(nvinfer1::IPluginRegistry*) noexcept {
  not_implemented(reporter_, "IRuntime::setPluginRegistryParent");
}

nvinfer1::IRuntime* Runtime::loadRuntime(const char*) noexcept {
  return not_implemented(reporter_, "IRuntime::loadRuntime",
                         static_cast<nvinfer1::IRuntime*>(nullptr));
}

}  // namespace tenon::api

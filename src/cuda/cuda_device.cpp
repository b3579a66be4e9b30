#include "cuda/cuda_device.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/device_facts.h"
#include "cuda/early_start.h"
#include "cuda/graph_recording.h"
#include "cuda/launch_timer.h"
#include "cuda/libraries.h"
#include "cuda/tactic_tables.h"

namespace tenon {
namespace {

constexpr int kMinimumSm = 80;
constexpr size_t kMaxDevices = 64;
// As many as the branches of common networks, less the one that the caller's stream takes.
constexpr int kAuxiliaryStreams = 3;

class CudaAllocator final : public Allocator {
 public:
  explicit CudaAllocator(int device) : device_(device) {}
  void* allocate(size_t bytes) override {
    const CurrentDevice current(device_);
    void* memory = nullptr;
    const cudaError_t status = cudaMalloc(&memory, std::max<size_t>(bytes, 1));
    if (status == cudaErrorMemoryAllocation) {
      cudaGetLastError();
      size_t free = 0, total = 0;
      cudaMemGetInfo(&free, &total);
      fail(ErrorCode::kOutOfMemory, "cannot allocate {} bytes on GPU {}: {} of {} are free", bytes,
           device_, free, total);
    }
    check_cuda(status, "cudaMalloc");
    return memory;
  }
  void release(void* memory) noexcept override { cudaFree(memory); }

 private:
  int device_;
};

class CudaMarks final : public Marks {
 public:
  explicit CudaMarks(size_t count) : events_(count, nullptr) {
    for (cudaEvent_t& event : events_) check_cuda(cudaEventCreate(&event), "cudaEventCreate");
  }
  ~CudaMarks() override {
    for (cudaEvent_t event : events_) cudaEventDestroy(event);
  }
  CudaMarks(const CudaMarks&) = delete;
  CudaMarks& operator=(const CudaMarks&) = delete;

  void set(size_t index, Stream& stream) override {
    // In a recording: a mark of every replay, instead of a dependency among recorded work.
    const unsigned flags = stream.capturing() ? cudaEventRecordExternal : cudaEventRecordDefault;
    check_cuda(
        cudaEventRecordWithFlags(events_[index], static_cast<cudaStream_t>(stream.handle()), flags),
        "cudaEventRecord");
  }
  double seconds(size_t from, size_t to) const override {
    float ms = 0;
    check_cuda(cudaEventSynchronize(events_[to]), "waiting for the end of a layer");
    check_cuda(cudaEventElapsedTime(&ms, events_[from], events_[to]), "cudaEventElapsedTime");
    return ms / 1e3;
  }

 private:
  std::vector<cudaEvent_t> events_;
};

class CudaFences final : public Fences {
 public:
  explicit CudaFences(size_t count) : events_(count, nullptr) {
    for (cudaEvent_t& event : events_) {
      check_cuda(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "cudaEventCreate");
    }
  }
  ~CudaFences() override {
    for (cudaEvent_t event : events_) cudaEventDestroy(event);
  }
  CudaFences(const CudaFences&) = delete;
  CudaFences& operator=(const CudaFences&) = delete;

  void set(size_t index, Stream& stream) override {
    check_cuda(cudaEventRecord(events_[index], static_cast<cudaStream_t>(stream.handle())),
               "cudaEventRecord");
  }
  void wait(size_t index, Stream& stream) override {
    check_cuda(cudaStreamWaitEvent(static_cast<cudaStream_t>(stream.handle()), events_[index], 0),
               "cudaStreamWaitEvent");
  }

 private:
  std::vector<cudaEvent_t> events_;
};

class CudaDevice final : public Device {
 public:
  explicit CudaDevice(int index) : index_(index), facts_(device_facts(index)), allocator_(index) {
    if (facts_.sm < kMinimumSm) {
      fail(ErrorCode::kInitialization,
           "GPU {} ({}) has compute capability {}.{}, {}.{} is the least that is supported", index,
           facts_.name, facts_.sm / 10, facts_.sm % 10, kMinimumSm / 10, kMinimumSm % 10);
    }
    const CurrentDevice current(index);
    check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "cudaStreamCreate");
  }

  std::string fingerprint() const override {
    return fmt::format("{}, {} multiprocessors, {}", facts_.name, facts_.multiprocessors,
                       library_versions());
  }
  std::string compatibility() const override {
    return fmt::format("cuda sm_{}, {}", facts_.sm, library_versions());
  }
  std::span<const Tactic* const> tactics(std::string_view op) const override {
    return cuda_tactics(op);
  }
  Allocator& default_allocator() override { return allocator_; }
  void enter_thread() noexcept override { cudaSetDevice(index_); }

  void copy_to_device(void* to, std::span<const std::byte> from) override {
    if (from.empty()) return;
    check_cuda(cudaMemcpyAsync(to, from.data(), from.size(), cudaMemcpyHostToDevice, stream_),
               "copying to the GPU");
    check_cuda(cudaStreamSynchronize(stream_), "copying to the GPU");
  }
  void copy_to_host(std::span<std::byte> to, const void* from) override {
    if (to.empty()) return;
    check_cuda(cudaMemcpyAsync(to.data(), from, to.size(), cudaMemcpyDeviceToHost, stream_),
               "copying from the GPU");
    check_cuda(cudaStreamSynchronize(stream_), "copying from the GPU");
  }
  void fill_zero(void* memory, size_t bytes) override {
    if (bytes == 0) return;
    check_cuda(cudaMemsetAsync(memory, 0, bytes, stream_), "cudaMemset");
    check_cuda(cudaStreamSynchronize(stream_), "cudaMemset");
  }
  void repeat(void* memory, size_t prefix, size_t bytes) override {
    auto* to = static_cast<std::byte*>(memory);
    for (size_t done = prefix; done < bytes; done *= 2) {
      check_cuda(cudaMemcpyAsync(to + done, to, std::min(done, bytes - done),
                                 cudaMemcpyDeviceToDevice, stream_),
                 "cudaMemcpyAsync");
    }
    check_cuda(cudaStreamSynchronize(stream_), "cudaMemcpyAsync");
  }
  bool host_addressable() const override { return false; }

  std::unique_ptr<Stream> wrap(void* handle) override {
    return make_cuda_stream(static_cast<cudaStream_t>(handle), index_);
  }
  std::unique_ptr<Stream> make_stream() override { return make_own_cuda_stream(index_); }
  std::unique_ptr<Fences> make_fences(size_t count) override {
    const CurrentDevice current(index_);
    return std::make_unique<CudaFences>(count);
  }
  int auxiliary_streams() const override { return kAuxiliaryStreams; }
  // On a stream of the device's own, so that nothing waits for the program's.
  void run_now(StreamTask task) override {
    const auto stream = make_cuda_stream(stream_, index_);
    stream->submit(task, {});
    stream->synchronize();
  }
  bool gains_by_recording() const override { return records_graphs(); }
  std::unique_ptr<Recording> record(StreamTask task) override {
    const CurrentDevice current(index_);
    return record_graph(task, index_);
  }
  std::unique_ptr<Marks> make_marks(size_t count) override {
    const CurrentDevice current(index_);
    return std::make_unique<CudaMarks>(count);
  }
  double time(const Launch& launch, const LaunchArgs& args, int repeats, double hopeless) override {
    const CurrentDevice current(index_);
    return time_launch(launch, args, repeats, hopeless, stream_, index_);
  }
  double early_start_seconds() override {
    const CurrentDevice current(index_);
    return tenon::early_start_seconds(*this);
  }
  double time_work(const std::function<void(Stream&)>& work, int repeats) override {
    const CurrentDevice current(index_);
    return tenon::time_work(work, repeats, stream_, index_);
  }

 private:
  int index_;
  const DeviceFacts& facts_;
  CudaAllocator allocator_;
  cudaStream_t stream_ = nullptr;
};

std::atomic<int> host_threads{0};

}  // namespace

Device& cuda_device(int index) {
  static std::mutex mutex;
  // Never destroyed: the driver may be gone when the process ends.
  static auto* devices = new std::array<std::unique_ptr<CudaDevice>, kMaxDevices>;
  device_facts(index);  // checks the index
  const std::lock_guard lock(mutex);
  auto& device = devices->at(static_cast<size_t>(index));
  if (!device) device = std::make_unique<CudaDevice>(index);
  return *device;
}

Device& cuda_device() { return cuda_device(device_facts().index); }

bool set_cuda_host_threads(int n) {
  if (n < 1) return false;
  host_threads = n;
  return true;
}

int cuda_host_threads() {
  const int set = host_threads;
  return set > 0 ? set : std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 16);
}

}  // namespace tenon

#include "cuda/cuda_stream.h"

#include <nvtx3/nvToolsExt.h>

#include <mutex>
#include <vector>

#include "base/knobs.h"
#include "cuda/check.h"
#include "cuda/graph_recording.h"
#include "cuda/stream_capture.h"
#include "cuda/write_bytes.h"

namespace tenon {

CurrentDevice::CurrentDevice(int device) {
  check_cuda(cudaGetDevice(&before_), "cudaGetDevice");
  if (before_ == device) return;
  check_cuda(cudaSetDevice(device), "cudaSetDevice");
  changed_ = true;
}

CurrentDevice::~CurrentDevice() {
  if (changed_) cudaSetDevice(before_);
}

namespace {

using Owner = std::shared_ptr<const void>;

// Owners that destroyed graphs gave up. The callback that says so must not call CUDA, and an
// owner's destructor may: they go when the next recording is made.
class Graveyard {
 public:
  void bury(Owner owner) {
    const std::lock_guard lock(mutex_);
    owners_.push_back(std::move(owner));
  }
  void clear() {
    std::vector<Owner> owners;
    const std::lock_guard lock(mutex_);
    owners.swap(owners_);
  }

 private:
  std::mutex mutex_;
  std::vector<Owner> owners_;
};

// Never destroyed: graphs may go while the process ends.
Graveyard& graveyard() {
  static auto* graveyard = new Graveyard;
  return *graveyard;
}

void give_up(void* owner) {
  auto* held = static_cast<Owner*>(owner);
  graveyard().bury(std::move(*held));
  delete held;
}

// Has the graph that the stream records keep the owner alive, and with it every executable graph
// made of it.
void keep_with_recording(cudaStream_t stream, Owner owner) {
  graveyard().clear();
  auto held = std::make_unique<Owner>(std::move(owner));
  cudaUserObject_t object = nullptr;
  check_cuda(cudaUserObjectCreate(&object, held.get(), give_up, 1, cudaUserObjectNoDestructorSync),
             "cudaUserObjectCreate");
  held.release();
  check_cuda(
      cudaGraphRetainUserObject(capture_state(stream).graph, object, 1, cudaGraphUserObjectMove),
      "cudaGraphRetainUserObject");
}

class CudaStream : public Stream {
 public:
  CudaStream(cudaStream_t handle, int device) : handle_(handle), device_(device) {}
  void* handle() const override { return handle_; }

  bool capturing() const override {
    cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
    check_cuda(cudaStreamIsCapturing(handle_, &status), "cudaStreamIsCapturing");
    if (status == cudaStreamCaptureStatusInvalidated) {
      fail(ErrorCode::kExecution, "the stream's capture was broken by an earlier call");
    }
    return status == cudaStreamCaptureStatusActive;
  }

  void submit(StreamTask task, std::shared_ptr<const void> owner) override {
    const CurrentDevice current(device_);
    if (owner && capturing()) {
      keep_with_recording(handle_, std::move(owner));
      if (capture_without_memsets(handle_, task, device_)) return;
    }
    task.run(task.arg, *this);
  }

  void synchronize() override {
    check_cuda(cudaStreamSynchronize(handle_), "cudaStreamSynchronize");
  }

  void write(void* to, std::span<const std::byte> from) override {
    write_bytes(to, from, handle_);
    check_launch("write_bytes");
  }

  void begin_step(const char* name) override {
    in_range_ = name != nullptr;
    if (in_range_) nvtxRangePushA(name);
  }
  void end_step() noexcept override {
    if (in_range_) nvtxRangePop();
  }
  // Launches fail later than they are made: only waiting tells whose fault it was.
  void check_step() override {
    static const bool waits = knob("TENON_CUDA_SYNC").value_or("0") != "0";
    if (waits && !capturing()) check_cuda(cudaStreamSynchronize(handle_), "running the layer");
  }

 private:
  cudaStream_t handle_;
  int device_;
  bool in_range_ = false;
};

cudaStream_t new_stream(int device) {
  const CurrentDevice current(device);
  cudaStream_t stream = nullptr;
  check_cuda(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "cudaStreamCreate");
  return stream;
}

class OwnCudaStream final : public CudaStream {
 public:
  explicit OwnCudaStream(int device) : CudaStream(new_stream(device), device) {}
  ~OwnCudaStream() override { cudaStreamDestroy(static_cast<cudaStream_t>(handle())); }
  OwnCudaStream(const OwnCudaStream&) = delete;
  OwnCudaStream& operator=(const OwnCudaStream&) = delete;
};

}  // namespace

std::unique_ptr<Stream> make_cuda_stream(cudaStream_t handle, int device) {
  return std::make_unique<CudaStream>(handle, device);
}

std::unique_ptr<Stream> make_own_cuda_stream(int device) {
  return std::make_unique<OwnCudaStream>(device);
}

}  // namespace tenon

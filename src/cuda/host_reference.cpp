#include "cuda/host_reference.h"

#include <algorithm>
#include <exception>
#include <mutex>

#include "base/rounding.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "device/evaluation.h"
#include "device/offers.h"
#include "device/packed_constants.h"

namespace tenon {
namespace {

size_t aligned(size_t bytes) { return round_up(bytes, size_t{64}); }

// While a stream of this thread records, memory cannot be had otherwise.
class AllocationAllowed {
 public:
  AllocationAllowed() { cudaThreadExchangeStreamCaptureMode(&mode_); }
  ~AllocationAllowed() { cudaThreadExchangeStreamCaptureMode(&mode_); }
  AllocationAllowed(const AllocationAllowed&) = delete;
  AllocationAllowed& operator=(const AllocationAllowed&) = delete;

 private:
  cudaStreamCaptureMode mode_ = cudaStreamCaptureModeRelaxed;
};

// Host memory for the operands of one evaluation, and the evaluation's arguments.
class Staging {
 public:
  Staging(const Problem& problem, const Evaluation& evaluation) : evaluation_(evaluation) {
    std::vector<size_t> offsets;
    size_t bytes = 0;
    const auto place = [&](const OperandDesc& d, bool used) {
      offsets.push_back(bytes);
      bytes_.push_back(used ? d.bytes() : 0);
      bytes += aligned(bytes_.back());
    };
    for (const OperandDesc& d : problem.inputs) place(d, is_tensor(d));
    for (const OperandDesc& d : problem.outputs) place(d, true);
    const AllocationAllowed allowed;
    check_cuda(cudaMallocHost(&memory_, std::max<size_t>(bytes, 64)), "cudaMallocHost");
    check_cuda(cudaEventCreateWithFlags(&done_, cudaEventDisableTiming), "cudaEventCreate");
    for (size_t i = 0; i < offsets.size(); ++i) {
      std::byte* place = static_cast<std::byte*>(memory_) + offsets[i];
      if (i < problem.inputs.size()) {
        inputs_.push_back(place);
      } else {
        outputs_.push_back(place);
      }
    }
  }
  ~Staging() {
    cudaEventDestroy(done_);
    cudaFreeHost(memory_);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  // Enqueues the evaluation. Runs of other streams wait for each other's use of the memory; a
  // recorded one has it for itself.
  void run(const LaunchArgs& args, bool recorded) {
    const cudaStream_t stream = stream_of(args);
    if (!recorded) check_cuda(cudaStreamWaitEvent(stream, done_), "cudaStreamWaitEvent");
    for (size_t i = 0; i < inputs_.size(); ++i) {
      copy(const_cast<void*>(inputs_[i]), args.inputs[i], bytes_[i], stream);
    }
    check_cuda(cudaLaunchHostFunc(stream, evaluate, this), "cudaLaunchHostFunc");
    for (size_t i = 0; i < outputs_.size(); ++i) {
      copy(args.outputs[i], outputs_[i], bytes_[inputs_.size() + i], stream);
    }
    if (!recorded) check_cuda(cudaEventRecord(done_, stream), "cudaEventRecord");
  }

 private:
  static void copy(void* to, const void* from, size_t bytes, cudaStream_t stream) {
    if (bytes == 0) return;
    check_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, stream), "cudaMemcpyAsync");
  }
  // An index out of range, say: there is nobody to tell. The output is whatever was written, with
  // floating-point results made NaN, so that nothing takes it for a result.
  static void evaluate(void* arg) {
    auto& self = *static_cast<Staging*>(arg);
    try {
      self.evaluation_.run(self.inputs_, self.outputs_);
    } catch (const std::exception&) {
      for (size_t i = 0; i < self.outputs_.size(); ++i) {
        auto* bytes = static_cast<unsigned char*>(self.outputs_[i]);
        std::fill_n(bytes, self.bytes_[self.inputs_.size() + i], static_cast<unsigned char>(0xFF));
      }
    }
  }

  const Evaluation& evaluation_;
  void* memory_ = nullptr;
  cudaEvent_t done_ = nullptr;
  std::vector<size_t> bytes_;  // of inputs, then outputs
  std::vector<const void*> inputs_;
  std::vector<void*> outputs_;
};

class HostReferenceLaunch final : public Launch {
 public:
  HostReferenceLaunch(const Problem& problem, std::span<const std::byte> constants)
      : problem_(problem), evaluation_(problem, constants), staging_(problem, evaluation_) {}

  void run(const LaunchArgs& args) const override {
    const std::lock_guard lock(mutex_);
    if (!args.stream->capturing()) return staging_.run(args, false);
    recorded_.push_back(std::make_unique<Staging>(problem_, evaluation_));
    recorded_.back()->run(args, true);
  }

 private:
  Problem problem_;
  Evaluation evaluation_;
  mutable std::mutex mutex_;  // the exception to run()'s promise
  mutable Staging staging_;
  mutable std::vector<std::unique_ptr<Staging>> recorded_;  // the recording keeps the launch
};

class HostReference final : public Tactic {
 public:
  std::string_view name() const override { return "reference"; }
  Offer offer(const Problem& problem) const override { return linear_offer(problem); }
  double estimate(const Problem& problem) const override {
    return 50e-6 + evaluation_seconds(problem);
  }
  // Constants stay on the host.
  std::vector<std::byte> compile(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return std::make_unique<HostReferenceLaunch>(problem, packed.code);
  }
};

}  // namespace

const Tactic& host_reference_tactic() {
  static const HostReference tactic;
  return tactic;
}

}  // namespace tenon

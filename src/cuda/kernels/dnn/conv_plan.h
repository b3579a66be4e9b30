#pragma once

#include <cuda_runtime_api.h>

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "cuda/kernels/dnn/conv_engines.h"
#include "cuda/kernels/dnn/conv_spec.h"

namespace tenon {

// An engine made ready for a convolution: cuDNN's execution plan.
class ConvPlan {
 public:
  // The plan, built unless the process has it still: from its JSON form if there is one and cuDNN
  // takes it, which is fast, else from the engine. Throws Error when the engine cannot do it.
  static std::shared_ptr<const ConvPlan> of(const ConvSpec& spec, const ConvEngine& engine,
                                            const std::string& json = {});
  // Drops the plans that no launch uses.
  static void forget_unused();

  size_t workspace_bytes() const { return workspace_bytes_; }
  bool from_json() const { return graph_ == nullptr; }
  // What plan files hold, so that nothing needs to be compiled when they are loaded.
  std::string json() const;
  // Enqueues the work; pointers in the order of conv_tensors().
  void run(std::span<void* const> pointers, void* workspace, cudaStream_t stream) const;

 private:
  ConvPlan(const ConvSpec& spec, const ConvEngine& engine, const std::string& json);
  bool load(const std::string& json, cudnnHandle_t handle);
  void build(const ConvSpec& spec, const ConvEngine& engine, cudnnHandle_t handle);

  std::vector<int64_t> tensors_;
  std::vector<BackendDescriptor> parts_;
  std::unique_ptr<OperationGraph> graph_;
  std::unique_ptr<BackendDescriptor> plan_;
  size_t workspace_bytes_ = 0;

  // cuDNN does not promise that a plan can be enqueued by several threads at the same time, and
  // pointers can be given to it only in a new descriptor: the last one is kept, as runs mostly have
  // the same pointers. The lock is held while work is enqueued, not while it is done.
  struct Pointers {
    std::mutex mutex;
    std::vector<void*> values;  // the workspace last
    std::unique_ptr<BackendDescriptor> pack;
  };
  std::unique_ptr<Pointers> pointers_ = std::make_unique<Pointers>();
};

}  // namespace tenon

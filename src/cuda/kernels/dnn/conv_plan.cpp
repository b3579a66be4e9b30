#include "cuda/kernels/dnn/conv_plan.h"

#include <algorithm>
#include <list>
#include <map>

#include "base/error.h"
#include "cuda/check.h"
#include "cuda/libraries.h"

namespace tenon {
namespace {

constexpr size_t kKept = 32;  // plans kept though perhaps unused, the last used ones

// Plans by convolution and engine; those in use are found as long as they are.
class PlanCache {
 public:
  static PlanCache& instance() {
    static auto* cache = new PlanCache;  // launches may outlive main()
    return *cache;
  }
  std::shared_ptr<const ConvPlan> find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto it = plans_.find(key);
    std::shared_ptr<const ConvPlan> plan = it == plans_.end() ? nullptr : it->second.lock();
    if (plan) keep(plan);
    return plan;
  }
  void insert(const std::string& key, const std::shared_ptr<const ConvPlan>& plan) {
    const std::lock_guard lock(mutex_);
    std::erase_if(plans_, [](const auto& entry) { return entry.second.expired(); });
    plans_[key] = plan;
    keep(plan);
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    recent_.clear();
  }

 private:
  void keep(const std::shared_ptr<const ConvPlan>& plan) {
    recent_.remove(plan);
    recent_.push_front(plan);
    if (recent_.size() > kKept) recent_.pop_back();
  }
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const ConvPlan>> plans_;
  std::list<std::shared_ptr<const ConvPlan>> recent_;
};

BackendDescriptor knob_choice(int64_t knob, int64_t value) {
  BackendDescriptor d(CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR);
  d.set(CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, CUDNN_TYPE_KNOB_TYPE,
        static_cast<cudnnBackendKnobType_t>(knob));
  d.set(CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE, CUDNN_TYPE_INT64, value);
  d.finalize();
  return d;
}

}  // namespace

std::shared_ptr<const ConvPlan> ConvPlan::of(const ConvSpec& spec, const ConvEngine& engine,
                                             const std::string& json) {
  int device = 0;
  check_cuda(cudaGetDevice(&device), "cudaGetDevice");
  const std::string key = fmt::format("{}: {} {}", device, spec.key(), engine.key());
  PlanCache& cache = PlanCache::instance();
  if (auto plan = cache.find(key)) return plan;
  std::shared_ptr<const ConvPlan> plan(new ConvPlan(spec, engine, json));
  cache.insert(key, plan);
  return plan;
}

void ConvPlan::forget_unused() { PlanCache::instance().clear(); }

ConvPlan::ConvPlan(const ConvSpec& spec, const ConvEngine& engine, const std::string& json)
    : tensors_(conv_tensors(spec, engine.how())) {
  const BuildHandle handle;
  if (json.empty() || !load(json, handle.get())) build(spec, engine, handle.get());
  workspace_bytes_ = static_cast<size_t>(
      plan_->value<int64_t>(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64));
}

bool ConvPlan::load(const std::string& json, cudnnHandle_t handle) {
  plan_ = std::make_unique<BackendDescriptor>(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
  plan_->set(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, handle);
  const cudnnStatus_t status =
      cudnnBackendSetAttribute(plan_->get(), CUDNN_ATTR_EXECUTION_PLAN_JSON_REPRESENTATION,
                               CUDNN_TYPE_CHAR, static_cast<int64_t>(json.size()), json.data());
  return status == CUDNN_STATUS_SUCCESS && plan_->try_finalize();
}

void ConvPlan::build(const ConvSpec& spec, const ConvEngine& engine, cudnnHandle_t handle) {
  graph_ = std::make_unique<OperationGraph>(conv_graph(spec, engine.how(), handle));
  BackendDescriptor e(CUDNN_BACKEND_ENGINE_DESCRIPTOR);
  e.set(CUDNN_ATTR_ENGINE_OPERATION_GRAPH, graph_->graph);
  e.set(CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64, engine.index);
  e.finalize();
  std::vector<cudnnBackendDescriptor_t> choices;
  for (size_t i = 0; i < engine.knobs.size(); ++i) {
    parts_.push_back(knob_choice(engine.knobs[i], engine.values.at(i)));
    choices.push_back(parts_.back().get());
  }
  BackendDescriptor config(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
  config.set(CUDNN_ATTR_ENGINECFG_ENGINE, e);
  if (!choices.empty()) {
    config.set(CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, CUDNN_TYPE_BACKEND_DESCRIPTOR,
               static_cast<int64_t>(choices.size()), choices.data());
  }
  config.finalize();
  plan_ = std::make_unique<BackendDescriptor>(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
  plan_->set(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, handle);
  plan_->set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, config);
  plan_->finalize();
  parts_.push_back(std::move(e));
  parts_.push_back(std::move(config));
}

std::string ConvPlan::json() const {
  const auto text =
      plan_->list<char>(CUDNN_ATTR_EXECUTION_PLAN_JSON_REPRESENTATION, CUDNN_TYPE_CHAR);
  return {text.begin(), text.end()};
}

void ConvPlan::run(std::span<void* const> pointers, void* workspace, cudaStream_t stream) const {
  const cudnnHandle_t handle = cudnn_handle();
  check_cudnn(cudnnSetStream(handle, stream), "cudnnSetStream");
  const std::lock_guard lock(pointers_->mutex);
  Pointers& last = *pointers_;
  const bool same = last.pack && last.values.back() == workspace &&
                    std::equal(pointers.begin(), pointers.end(), last.values.begin());
  if (!same) {
    auto pack = std::make_unique<BackendDescriptor>(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
    pack->set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, tensors_);
    pack->set(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR,
              static_cast<int64_t>(pointers.size()), pointers.data());
    pack->set(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, workspace);
    pack->finalize();
    last.pack = std::move(pack);
    last.values.assign(pointers.begin(), pointers.end());
    last.values.push_back(workspace);
  }
  check_cudnn(cudnnBackendExecute(handle, plan_->get(), last.pack->get()), "cudnnBackendExecute");
}

}  // namespace tenon

#include "cuda/kernels/dnn/conv_engines.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "cuda/check.h"
#include "cuda/kernels/dnn/conv_plan.h"
#include "cuda/kernels/matmul/finish.h"

namespace tenon {
namespace {

constexpr size_t kEnough = 8;        // engines, after which no other heuristic is asked
constexpr size_t kMostOfAMode = 24;  // configurations to look at
constexpr size_t kMostKnobs = CUDNN_KNOB_TYPE_COUNTS;
constexpr size_t kRemembered = 4096;  // convolutions whose engines are kept

// Whether the engine computes as the spec asks: sums in FP32, the same result each time, and for
// FP32 tensor cores exactly when TF32 is allowed.
bool suits(const ConvSpec& spec, const BackendDescriptor& engine) {
  const auto notes = engine.list<cudnnBackendNumericalNote_t>(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE,
                                                              CUDNN_TYPE_NUMERICAL_NOTE);
  const auto has = [&](cudnnBackendNumericalNote_t note) {
    return std::find(notes.begin(), notes.end(), note) != notes.end();
  };
  if (has(CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION)) return false;
  if (has(CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC)) return false;
  if (spec.type == DataType::kF32) {
    if (has(CUDNN_NUMERICAL_NOTE_TENSOR_CORE) != spec.tf32) return false;
    if (!spec.tf32 && has(CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS)) return false;
  }
  const auto behavior = engine.list<cudnnBackendBehaviorNote_t>(CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE,
                                                                CUDNN_TYPE_BEHAVIOR_NOTE);
  return std::none_of(behavior.begin(), behavior.end(), [](cudnnBackendBehaviorNote_t note) {
    return note == CUDNN_BEHAVIOR_NOTE_REQUIRES_FILTER_INT8x32_REORDER ||
           note == CUDNN_BEHAVIOR_NOTE_REQUIRES_BIAS_INT8x32_REORDER;
  });
}

ConvEngine engine_of(const BackendDescriptor& config, const BackendDescriptor& engine,
                     ConvFusion fusion) {
  ConvEngine e{.fusion = static_cast<int64_t>(fusion)};
  e.index = engine.value<int64_t>(CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64);
  for (const BackendDescriptor& knob : config.descriptors(
           CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR, kMostKnobs)) {
    e.knobs.push_back(
        knob.value<cudnnBackendKnobType_t>(CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, CUDNN_TYPE_KNOB_TYPE));
    e.values.push_back(knob.value<int64_t>(CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE, CUDNN_TYPE_INT64));
  }
  return e;
}

void add_engines(const ConvSpec& spec, const BackendDescriptor& graph, cudnnBackendHeurMode_t mode,
                 ConvFusion fusion, std::vector<ConvEngine>& found) {
  BackendDescriptor heuristic(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  heuristic.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph);
  heuristic.set(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, mode);
  if (!heuristic.try_finalize()) return;
  for (const BackendDescriptor& config : heuristic.descriptors(
           CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, kMostOfAMode)) {
    const auto engines =
        config.descriptors(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_BACKEND_ENGINE_DESCRIPTOR, 1);
    if (engines.empty() || !suits(spec, engines[0])) continue;
    ConvEngine engine = engine_of(config, engines[0], fusion);
    if (std::find(found.begin(), found.end(), engine) == found.end()) {
      found.push_back(std::move(engine));
    }
  }
}

// Of the graph of one fusion, from the heuristic that knows most to the one that knows least.
std::vector<ConvEngine> engines_of(const ConvSpec& spec, ConvFusion fusion) {
  const BuildHandle handle;
  const OperationGraph graph = conv_graph(spec, fusion, handle.get());
  std::vector<ConvEngine> found;
  for (const auto mode : {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_B, CUDNN_HEUR_MODE_FALLBACK}) {
    if (found.size() < kEnough) add_engines(spec, graph.graph, mode, fusion, found);
  }
  return found;
}

}  // namespace

std::string ConvEngine::key() const {
  std::string key = fmt::format("fusion{} engine{}", fusion, index);
  for (size_t i = 0; i < knobs.size(); ++i) key += fmt::format(" {}={}", knobs[i], values[i]);
  return key;
}

std::shared_ptr<ConvEngines> ConvEngines::of(const ConvSpec& spec) {
  static std::mutex mutex;
  static auto* known = new std::map<std::string, std::shared_ptr<ConvEngines>>;
  int device = 0;
  check_cuda(cudaGetDevice(&device), "cudaGetDevice");
  const std::string key = fmt::format("{}: {}", device, spec.key());
  {
    const std::lock_guard lock(mutex);
    if (const auto it = known->find(key); it != known->end()) return it->second;
  }
  auto engines = std::make_shared<ConvEngines>(spec);
  const std::lock_guard lock(mutex);
  if (known->size() >= kRemembered) known->clear();
  return known->emplace(key, std::move(engines)).first->second;
}

ConvEngines::ConvEngines(const ConvSpec& spec) : spec_(spec) {
  while (candidates_.empty() && find_next_fusion()) continue;
}

// Adds the engines of the next graph, which does less. False when there is none left.
bool ConvEngines::find_next_fusion() {
  constexpr ConvFusion kFusions[] = {ConvFusion::kAll, ConvFusion::kBias, ConvFusion::kNone};
  while (next_fusion_ < std::size(kFusions)) {
    const ConvFusion fusion = kFusions[next_fusion_++];
    const ConvRest rest = rest_of(spec_, fusion);
    const bool seen = next_fusion_ > 1 && rest == rest_of(spec_, kFusions[next_fusion_ - 2]);
    if (seen || (rest.act && !can_finish(spec_.act.fn, spec_.type))) continue;
    try {
      candidates_ = engines_of(spec_, fusion);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kInternal) throw;
      candidates_.clear();
      last_failure_ = error.what();
    }
    tried_ = 0;
    return true;
  }
  return false;
}

size_t ConvEngines::offered() const {
  const std::lock_guard lock(mutex_);
  const bool all_tried = tried_ == candidates_.size();
  return all_tried ? working_.size() : candidates_.size();
}

ConvEngine ConvEngines::choose(size_t rank) {
  const std::lock_guard lock(mutex_);
  while (working_.size() <= rank) {
    if (tried_ == candidates_.size()) {
      if (!working_.empty() || !find_next_fusion()) break;
      continue;
    }
    const ConvEngine& engine = candidates_[tried_++];
    try {
      ConvPlan::of(spec_, engine);
      working_.push_back(engine);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kInternal) throw;
      last_failure_ = error.what();
    }
  }
  if (working_.empty()) {
    fail(ErrorCode::kUnsupported, "no engine of cuDNN does {}: {}", spec_.key(),
         last_failure_.empty() ? "it names none" : last_failure_);
  }
  return working_[std::min(rank, working_.size() - 1)];
}

}  // namespace tenon

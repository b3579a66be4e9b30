#include "cuda/kernels/dnn/conv_engines.h"

#include <algorithm>
#include <map>
#include <semaphore>
#include <utility>

#include "base/error.h"
#include "cuda/check.h"
#include "cuda/kernels/dnn/conv_plan.h"
#include "cuda/kernels/matmul/finish.h"

namespace tenon {
namespace {

constexpr size_t kEnough = 8;        // engines, after which no other heuristic is asked
constexpr size_t kMostCompiled = 2;  // at run time, where there are no others
constexpr std::ptrdiff_t kMostCompilers = 4;
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

bool is_compiled_at_run_time(const BackendDescriptor& engine) {
  const auto notes = engine.list<cudnnBackendBehaviorNote_t>(CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE,
                                                             CUDNN_TYPE_BEHAVIOR_NOTE);
  return std::find(notes.begin(), notes.end(), CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION) !=
         notes.end();
}

// Activations that engines compiled beforehand may do.
bool is_common(UnaryFn fn) {
  return fn == UnaryFn::kIdentity || fn == UnaryFn::kRelu || fn == UnaryFn::kClip;
}

// Compilers take much memory: only so many work at the same time.
std::counting_semaphore<kMostCompilers>& compilers() {
  static std::counting_semaphore<kMostCompilers> semaphore(kMostCompilers);
  return semaphore;
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
  const std::lock_guard lock(mutex);
  if (const auto it = known->find(key); it != known->end()) return it->second;
  if (known->size() >= kRemembered) known->clear();
  return known->emplace(key, std::make_shared<ConvEngines>(spec)).first->second;
}

void ConvEngines::add_candidates(const ConvSpec& spec, const BackendDescriptor& graph,
                                 cudnnBackendHeurMode_t mode, ConvFusion fusion,
                                 std::vector<Candidate>& found) {
  BackendDescriptor heuristic(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  heuristic.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph);
  heuristic.set(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, mode);
  if (!heuristic.try_finalize()) return;
  for (const BackendDescriptor& config : heuristic.descriptors(
           CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, kMostOfAMode)) {
    const auto engines =
        config.descriptors(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_BACKEND_ENGINE_DESCRIPTOR, 1);
    if (engines.empty() || !suits(spec, engines[0])) continue;
    Candidate candidate{.engine = engine_of(config, engines[0], fusion),
                        .compiled_at_run_time = is_compiled_at_run_time(engines[0])};
    const auto same = [&](const Candidate& c) { return c.engine == candidate.engine; };
    if (std::none_of(found.begin(), found.end(), same)) found.push_back(std::move(candidate));
  }
}

// Of the graph of one fusion, from the heuristic that knows most to the one that knows least.
std::vector<ConvEngines::Candidate> ConvEngines::candidates_of(const ConvSpec& spec,
                                                               ConvFusion fusion) {
  const BuildHandle handle;
  const OperationGraph graph = conv_graph(spec, fusion, handle.get());
  std::vector<Candidate> found;
  for (const auto mode : {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_B, CUDNN_HEUR_MODE_FALLBACK}) {
    const bool any = !std::all_of(found.begin(), found.end(),
                                  [](const Candidate& c) { return c.compiled_at_run_time; });
    if (found.size() < kEnough || !any) add_candidates(spec, graph.graph, mode, fusion, found);
  }
  return found;
}

// The next graph, which does less than those before. False when there is none left.
bool ConvEngines::has_next(ConvFusion& fusion) {
  constexpr ConvFusion kFusions[] = {ConvFusion::kAll, ConvFusion::kBias, ConvFusion::kNone};
  while (next_fusion_ < std::size(kFusions)) {
    fusion = kFusions[next_fusion_++];
    const ConvRest rest = rest_of(spec_, fusion);
    const bool seen = next_fusion_ > 1 && rest == rest_of(spec_, kFusions[next_fusion_ - 2]);
    if (!seen && (!rest.act || can_finish(spec_.act.fn, spec_.type))) return true;
  }
  return false;
}

// New candidates: those of the next graph that has engines compiled beforehand, else all that are
// compiled at run time. False when there is none left.
bool ConvEngines::find_more() {
  begun_ = true;
  tried_ = 0;
  candidates_.clear();
  for (ConvFusion fusion{}; candidates_.empty() && has_next(fusion);) {
    try {
      take(candidates_of(spec_, fusion));
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kInternal) throw;
      last_failure_ = error.what();
    }
  }
  most_ = candidates_.size();
  if (!candidates_.empty()) return true;
  candidates_ = std::exchange(spared_, {});
  most_ = std::min(candidates_.size(), kMostCompiled);
  return !candidates_.empty();
}

// Sorts a graph's engines into candidates_ and spared_, where those of fuller graphs are. Beside
// engines compiled beforehand few of the others are tried: one where both do the same work, more
// and first where only these have the activation.
void ConvEngines::take(std::vector<Candidate> found) {
  const auto compiled = [](const Candidate& c) { return c.compiled_at_run_time; };
  const bool all = std::all_of(found.begin(), found.end(), compiled);
  std::move(found.begin(), found.end(), std::back_inserter(all ? spared_ : candidates_));
  if (all) return;
  const auto beforehand =
      std::stable_partition(candidates_.begin(), candidates_.end(),
                            [](const Candidate& c) { return !c.compiled_at_run_time; });
  std::move(beforehand, candidates_.end(), std::back_inserter(spared_));
  candidates_.erase(beforehand, candidates_.end());
  const bool common = is_common(spec_.act.fn);
  const size_t tried = spec_.grouped() ? 0 : std::min(common ? 1 : kMostCompiled, spared_.size());
  const auto end = spared_.begin() + static_cast<std::ptrdiff_t>(tried);
  candidates_.insert(common ? candidates_.end() : candidates_.begin(),
                     std::make_move_iterator(spared_.begin()), std::make_move_iterator(end));
  spared_.erase(spared_.begin(), end);
}

size_t ConvEngines::offered() {
  const std::lock_guard lock(mutex_);
  if (!begun_) find_more();
  return tried_ == candidates_.size() ? std::min(most_, working_.size()) : most_;
}

// Throws Error when it does not work.
void ConvEngines::build(Candidate& candidate) {
  if (!candidate.compiled_at_run_time) {
    candidate.json = ConvPlan::of(spec_, candidate.engine)->json();
    return;
  }
  struct Turn {
    Turn() { compilers().acquire(); }
    ~Turn() { compilers().release(); }
  } turn;
  candidate.json = ConvPlan::of(spec_, candidate.engine)->json();
}

ConvEngines::Candidate& ConvEngines::find_working(size_t rank) {
  while (working_.size() <= rank) {
    if (tried_ == candidates_.size()) {
      if (!working_.empty() || !find_more()) break;
      continue;
    }
    Candidate& candidate = candidates_[tried_++];
    try {
      build(candidate);
      working_.push_back(std::move(candidate));
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

ConvEngine ConvEngines::choose(size_t rank) {
  const std::lock_guard lock(mutex_);
  return find_working(rank).engine;
}

std::string ConvEngines::plan_json(size_t rank) {
  const std::lock_guard lock(mutex_);
  Candidate& candidate = find_working(rank);
  if (candidate.json.empty()) build(candidate);
  return std::exchange(candidate.json, {});
}

}  // namespace tenon

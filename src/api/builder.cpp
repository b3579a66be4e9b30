#include "api/builder.h"

#include <algorithm>

#include "api/builder_notices.h"
#include "api/device.h"
#include "api/exports.h"
#include "api/host_memory.h"
#include "api/runtime/engine.h"
#include "base/knobs.h"

namespace tenon::api {

namespace nv = nvinfer1;

namespace {

// Tells the program's monitor.
class MonitorAdapter : public BuildProgress {
 public:
  explicit MonitorAdapter(nv::IProgressMonitor& monitor) : monitor_(monitor) {}
  void phase_start(const std::string& phase, const std::string& parent, int steps) override {
    monitor_.phaseStart(phase.c_str(), parent.empty() ? nullptr : parent.c_str(), steps);
  }
  bool step_complete(const std::string& phase, int step) override {
    return monitor_.stepComplete(phase.c_str(), step);
  }
  void phase_finish(const std::string& phase) override { monitor_.phaseFinish(phase.c_str()); }

 private:
  nv::IProgressMonitor& monitor_;
};

BuildOptions options_of(const BuilderConfig& config, const Graph& graph, const Log& log) {
  // Runs a tactic is timed for, by optimisation level.
  constexpr int kRepeats[] = {1, 2, 3, 5, 7, 10};
  const auto level = static_cast<size_t>(std::clamp(config.getBuilderOptimizationLevel(), 0, 5));
  BuildOptions options;
  options.timing_repeats = std::max(kRepeats[level], config.getAvgTimingIterations());
  constexpr int kTrials[] = {0, 0, 16, 32, 64, 128};
  options.program_trials = kTrials[level];
  options.workspace_limit = config.workspace_limit();
  using Flag = nv::BuilderFlag;
  if (config.has(Flag::kFP16)) options.precision.narrow.push_back(DataType::kF16);
  if (config.has(Flag::kBF16)) options.precision.narrow.push_back(DataType::kBF16);
  options.precision.tf32 = config.has(Flag::kTF32);
  // One list for all three: their names differ.
  options.passes.disabled = knob_list("TENON_DISABLE");
  options.threads = device_threads();
  options.max_auxiliary_streams = config.getMaxAuxStreams();
  options.disabled_tactics = options.passes.disabled;
  options.passes.dump_folder = knob("TENON_DUMP").value_or("");
  options.verbosity = static_cast<int64_t>(config.getProfilingVerbosity());
  for (const OptimizationProfile* profile : config.profiles()) {
    if (profile->has_shape_values()) {
      fail(ErrorCode::kUnsupported, "profiles with values of shape tensors are not supported");
    }
    Profile ranges = profile->ranges();
    for (const auto& [name, range] : ranges) {
      const auto is_it = [&, &wanted = name](ValueId v) { return graph.value(v).name == wanted; };
      if (std::none_of(graph.inputs().begin(), graph.inputs().end(), is_it)) {
        log.warning("optimization profile {}: the network has no input {}", options.profiles.size(),
                    name);
      }
    }
    options.profiles.push_back(std::move(ranges));
  }
  return options;
}

Network& our_network(nv::INetworkDefinition& network) {
  return non_null(dynamic_cast<Network*>(&network), "network");
}

BuilderConfig& our_config(nv::IBuilderConfig& config) {
  return non_null(dynamic_cast<BuilderConfig*>(&config), "config");
}

void write_all(nv::IStreamWriter& writer, const std::vector<std::byte>& bytes) {
  const auto size = static_cast<int64_t>(bytes.size());
  const int64_t written = size == 0 ? 0 : writer.write(bytes.data(), size);
  if (written != size) {
    fail(ErrorCode::kExecution, "the stream took {} of {} bytes", written, size);
  }
}

std::vector<std::byte> joined(PlanImage image) {
  // In place where there is room: two copies of the weights may be too much for the machine.
  std::vector<std::byte> file = std::move(image.weights);
  file.insert(file.begin(), image.header_and_program.begin(), image.header_and_program.end());
  return file;
}

}  // namespace

Builder::Builder(nv::ILogger& logger) : reporter_(&logger) { nv::IBuilder::mImpl = this; }

// ---- making things

nv::IBuilderConfig* Builder::createBuilderConfig() noexcept {
  return guarded(reporter_, "IBuilder::createBuilderConfig",
                 static_cast<nv::IBuilderConfig*>(nullptr),
                 [&] { return new BuilderConfig(reporter_); });
}

nv::INetworkDefinition* Builder::createNetworkV2(
    nv::NetworkDefinitionCreationFlags flags) noexcept {
  return guarded(reporter_, "IBuilder::createNetworkV2",
                 static_cast<nv::INetworkDefinition*>(nullptr), [&] {
                   const auto known = (1U << nv::EnumMax<nv::NetworkDefinitionCreationFlag>()) - 1;
                   if ((flags & ~known) != 0) fail("{:#x} has unknown flags", flags);
                   return new Network(*this, reporter_, flags);
                 });
}

nv::IOptimizationProfile* Builder::createOptimizationProfile() noexcept {
  return guarded(reporter_, "IBuilder::createOptimizationProfile",
                 static_cast<nv::IOptimizationProfile*>(nullptr), [&] {
                   profiles_.push_back(std::make_unique<OptimizationProfile>(reporter_));
                   return profiles_.back().get();
                 });
}

// ---- settings

void Builder::setGpuAllocator(nv::IGpuAllocator* allocator) noexcept { allocator_ = allocator; }

void Builder::setErrorRecorder(nv::IErrorRecorder* recorder) noexcept {
  reporter_.set_recorder(recorder);
}

nv::IErrorRecorder* Builder::getErrorRecorder() const noexcept { return reporter_.recorder(); }

void Builder::reset() noexcept {
  allocator_ = nullptr;
  reporter_.set_recorder(nullptr);
}

bool Builder::setMaxThreads(int32_t threads) noexcept {
  return guarded(reporter_, "IBuilder::setMaxThreads", false, [&] {
    if (threads < 1) fail("{} threads", threads);
    if (!set_device_threads(threads) && threads != device_threads()) {
      fail(ErrorCode::kInvalidState, "the device is in use with {} threads", device_threads());
    }
    return true;
  });
}

int32_t Builder::getMaxThreads() const noexcept { return device_threads(); }

nv::IPluginRegistry& Builder::getPluginRegistry() noexcept { return *::getPluginRegistry(); }

// ---- building

PlanImage Builder::build(nv::INetworkDefinition& network, nv::IBuilderConfig& config) const {
  Network& own_network = our_network(network);
  BuilderConfig& own_config = our_config(config);
  own_config.require_possible();
  const Log log = reporter_.log();
  const Graph graph = own_network.complete_graph();
  log_notices(own_network, own_config, log);
  BuildOptions options = options_of(own_config, graph, log);
  if (network.getFlag(nv::NetworkDefinitionCreationFlag::kSTRONGLY_TYPED)) {
    options.precision.narrow.clear();
  }

  TimingCache unused;
  const bool caches = !own_config.has(nv::BuilderFlag::kDISABLE_TIMING_CACHE);
  TimingCache& cache = caches ? own_config.timing_cache() : unused;
  const size_t measured_before = cache.size();
  std::optional<MonitorAdapter> progress;
  if (nv::IProgressMonitor* monitor = own_config.getProgressMonitor()) progress.emplace(*monitor);
  Built built =
      build_plan(graph, default_device(), options, cache, log, progress ? &*progress : nullptr);
  if (own_config.has(nv::BuilderFlag::kERROR_ON_TIMING_CACHE_MISS) &&
      cache.size() != measured_before) {
    fail(ErrorCode::kInvalidConfig, "{} timings were not in the timing cache",
         cache.size() - measured_before);
  }
  return write_plan(built.plan, std::move(built.weights));
}

nv::IHostMemory* Builder::buildSerializedNetwork(nv::INetworkDefinition& network,
                                                 nv::IBuilderConfig& config) noexcept {
  return guarded(reporter_, "IBuilder::buildSerializedNetwork",
                 static_cast<nv::IHostMemory*>(nullptr),
                 [&] { return new HostMemory(joined(build(network, config))); });
}

nv::IHostMemory* Builder::buildSerializedNetworkWithKernelText(
    nv::INetworkDefinition& network, nv::IBuilderConfig& config,
    nv::IHostMemory*& kernel_text) noexcept {
  kernel_text = nullptr;  // no kernels are made from source
  return buildSerializedNetwork(network, config);
}

bool Builder::buildSerializedNetworkToStream(nv::INetworkDefinition& network,
                                             nv::IBuilderConfig& config,
                                             nv::IStreamWriter& writer) noexcept {
  return guarded(reporter_, "IBuilder::buildSerializedNetworkToStream", false, [&] {
    const PlanImage image = build(network, config);
    write_all(writer, image.header_and_program);
    write_all(writer, image.weights);
    return true;
  });
}

nv::ICudaEngine* Builder::buildEngineWithConfig(nv::INetworkDefinition& network,
                                                nv::IBuilderConfig& config) noexcept {
  return guarded(reporter_, "IBuilder::buildEngineWithConfig",
                 static_cast<nv::ICudaEngine*>(nullptr), [&] {
                   const std::vector<std::byte> file = joined(build(network, config));
                   return make_engine(load_engine(file, allocator_), reporter_);
                 });
}

bool Builder::isNetworkSupported(const nv::INetworkDefinition& network,
                                 const nv::IBuilderConfig& config) const noexcept {
  return guarded(reporter_, "IBuilder::isNetworkSupported", false, [&] {
    const auto& own_config = non_null(dynamic_cast<const BuilderConfig*>(&config), "config");
    own_config.require_possible();
    our_network(const_cast<nv::INetworkDefinition&>(network)).complete_graph();
    return true;
  });
}

}  // namespace tenon::api

void* createInferBuilder_INTERNAL(void* logger, int32_t version) noexcept {
  using namespace tenon::api;
  constexpr const char* kCall = "createInferBuilder";
  auto* const log = static_cast<nvinfer1::ILogger*>(logger);
  if (!accepts_version(log, version, kCall)) return nullptr;
  return guarded(Reporter(log), kCall, static_cast<nvinfer1::IBuilder*>(nullptr),
                 [&] { return new Builder(*log); });
}

#include <NvInfer.h>
#include <NvOnnxParser.h>

#include <chrono>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "trtexec/engine.h"
#include "trtexec/interrupt.h"
#include "trtexec/progress.h"
#include "trtexec/tensors.h"

namespace tenon::trtexec {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void write_bytes(const std::string& path, const void* data, size_t size) {
  const std::span<const std::byte> bytes(static_cast<const std::byte*>(data), size);
  write_file_atomically(path, std::span(&bytes, 1));
}

void parse(const BuildChoices& choices, nvinfer1::INetworkDefinition& network, Console& console) {
  const auto begin = Clock::now();
  console.info("Start parsing network model.");
  std::unique_ptr<nvonnxparser::IParser> parser(nvonnxparser::createParser(network, console));
  if (!parser) fail(ErrorCode::kInitialization, "cannot create a parser");
  const int verbosity = static_cast<int>(Severity::kVERBOSE);
  if (!parser->parseFromFile(choices.onnx.c_str(), verbosity)) {
    // The library logged each with its node, operator and reason.
    fail("{}: Failed to parse onnx file: {} errors, listed above", choices.onnx,
         parser->getNbErrors());
  }
  console.info(
      fmt::format("Finished parsing network model. Parse time: {:.6g}", seconds_since(begin)));
}

void set_flags(const BuildChoices& choices, nvinfer1::IBuilderConfig& config) {
  using enum nvinfer1::BuilderFlag;
  // The network's types rule a strongly typed one; its builder takes no permissions.
  if (!choices.strongly_typed) {
    if (choices.fp16 || choices.best) config.setFlag(kFP16);
    if (choices.bf16 || choices.best) config.setFlag(kBF16);
    if (choices.int8 || choices.best) config.setFlag(kINT8);
  }
  if (choices.no_tf32) config.clearFlag(kTF32);
  if (choices.no_builder_cache) config.setFlag(kDISABLE_TIMING_CACHE);
  config.setProfilingVerbosity(choices.profiling_verbosity);
  if (choices.optimization_level) config.setBuilderOptimizationLevel(*choices.optimization_level);
  if (choices.max_aux_streams) config.setMaxAuxStreams(*choices.max_aux_streams);
  if (choices.avg_timing) config.setAvgTimingIterations(*choices.avg_timing);
  using nvinfer1::MemoryPoolType;
  if (choices.workspace_bytes) {
    config.setMemoryPoolLimit(MemoryPoolType::kWORKSPACE, *choices.workspace_bytes);
  }
  if (choices.tactic_shared_memory_bytes) {
    config.setMemoryPoolLimit(MemoryPoolType::kTACTIC_SHARED_MEMORY,
                              *choices.tactic_shared_memory_bytes);
  }
}

// The shape given for an input, or, for one with free dimensions, 1 for each of those.
std::optional<Shape> shape_for(const nvinfer1::ITensor& input, const Shapes& given, bool warn,
                               Console& console) {
  const Shape declared = to_shape(input.getDimensions());
  const auto found = given.find(input.getName());
  if (found != given.end()) return found->second;
  if (is_fixed(declared)) return std::nullopt;
  const Shape ones = with_free_as_one(declared);
  if (warn) {
    console.warning(
        fmt::format("Dynamic dimensions required for input: {}, but no shapes were "
                    "provided. Automatically overriding shape to: {}",
                    input.getName(), shape_text(ones)));
  }
  return ones;
}

void add_profile(const BuildChoices& choices, nvinfer1::IBuilder& builder,
                 nvinfer1::INetworkDefinition& network, nvinfer1::IBuilderConfig& config,
                 Console& console) {
  using nvinfer1::OptProfileSelector;
  for (const auto& [name, shape] : choices.opt_shapes) {
    bool there = false;
    for (int i = 0; i < network.getNbInputs(); ++i) there |= network.getInput(i)->getName() == name;
    if (!there) fail("the network has no input '{}', for which a shape is given", name);
  }
  nvinfer1::IOptimizationProfile* profile = builder.createOptimizationProfile();
  bool any_free = false;
  for (int i = 0; i < network.getNbInputs(); ++i) {
    const nvinfer1::ITensor& input = *network.getInput(i);
    any_free |= !is_fixed(to_shape(input.getDimensions()));
    const std::pair<OptProfileSelector, const Shapes*> sides[] = {
        {OptProfileSelector::kMIN, &choices.min_shapes},
        {OptProfileSelector::kOPT, &choices.opt_shapes},
        {OptProfileSelector::kMAX, &choices.max_shapes}};
    for (const auto& [side, shapes] : sides) {
      const bool warn = side == OptProfileSelector::kOPT;
      const auto shape = shape_for(input, *shapes, warn, console);
      if (shape && !profile->setDimensions(input.getName(), side, to_dims(*shape))) {
        fail("input '{}' cannot have the shape {}", input.getName(), shape_text(*shape));
      }
    }
  }
  if (!any_free && choices.opt_shapes.empty()) return;
  if (config.addOptimizationProfile(profile) < 0) fail("the shapes of the inputs are not possible");
}

// Null without a file to keep it in.
std::unique_ptr<nvinfer1::ITimingCache> read_timing_cache(const BuildChoices& choices,
                                                          nvinfer1::IBuilderConfig& config,
                                                          Console& console) {
  const std::string& path = choices.timing_cache_file;
  if (path.empty() || choices.no_builder_cache) return nullptr;
  std::vector<std::byte> bytes;
  if (std::filesystem::exists(path)) bytes = read_file(path);
  std::unique_ptr<nvinfer1::ITimingCache> cache;
  if (!bytes.empty()) {
    cache.reset(config.createTimingCache(bytes.data(), bytes.size()));
    if (cache) {
      console.info(fmt::format("Loaded {} bytes of timing cache from {}", bytes.size(), path));
    } else {
      console.warning(
          fmt::format("The timing cache {} is damaged or of another version; it will "
                      "be replaced.",
                      path));
    }
  }
  if (!cache) cache.reset(config.createTimingCache(nullptr, 0));
  if (!cache || !config.setTimingCache(*cache, false)) fail("cannot use a timing cache");
  return cache;
}

void write_timing_cache(const std::string& path, const nvinfer1::ITimingCache& cache,
                        Console& console) {
  const std::unique_ptr<nvinfer1::IHostMemory> bytes(cache.serialize());
  if (!bytes) fail("cannot serialize the timing cache");
  write_bytes(path, bytes->data(), bytes->size());
  console.info(fmt::format("Saved {} bytes of timing cache to {}", bytes->size(), path));
}

}  // namespace

std::vector<std::byte> build_plan(const BuildChoices& choices, Console& console) {
  const auto begin = Clock::now();
  std::unique_ptr<nvinfer1::IBuilder> builder(nvinfer1::createInferBuilder(console));
  if (!builder) fail(ErrorCode::kInitialization, "cannot create a builder");
  const auto typed = nvinfer1::NetworkDefinitionCreationFlag::kSTRONGLY_TYPED;
  const uint32_t flags = choices.strongly_typed ? 1U << static_cast<uint32_t>(typed) : 0;
  std::unique_ptr<nvinfer1::INetworkDefinition> network(builder->createNetworkV2(flags));
  std::unique_ptr<nvinfer1::IBuilderConfig> config(builder->createBuilderConfig());
  if (!network || !config) fail(ErrorCode::kInitialization, "cannot create a network");
  parse(choices, *network, console);
  set_flags(choices, *config);
  add_profile(choices, *builder, *network, *config, console);
  const auto cache = read_timing_cache(choices, *config, console);
  std::unique_ptr<nvinfer1::IHostMemory> memory;
  {
    ProgressBar bar(console);
    config->setProgressMonitor(&bar);
    memory.reset(builder->buildSerializedNetwork(*network, *config));
    config->setProgressMonitor(nullptr);
  }
  if (interrupted()) fail(ErrorCode::kExecution, "the build was cancelled");
  if (!memory) fail("Engine could not be created from network");
  console.info(fmt::format("Engine built in {:.6g} sec.", seconds_since(begin)));
  console.info(fmt::format("Created engine with size: {:.6g} MiB",
                           static_cast<double>(memory->size()) / (1024 * 1024)));
  if (!choices.save_engine.empty()) {
    write_bytes(choices.save_engine, memory->data(), memory->size());
    console.info("Engine saved to " + choices.save_engine);
  }
  if (cache) write_timing_cache(choices.timing_cache_file, *cache, console);
  const auto* bytes = static_cast<const std::byte*>(memory->data());
  return {bytes, bytes + memory->size()};
}

}  // namespace tenon::trtexec

// The time of one inference of a model on the GPU, for compare_gpu.py: builds a plan for one batch
// (with a timing cache), loads it, captures enqueueV3 into a graph, replays it, and prints
//   {"ms": ..., "build_s": ..., "build_mib": ..., "enqueue_us": ..., "replay_us": ..., "steps":
//   ..., "aux_streams": ...}
// ms: median time of a replay on the device, replays back to back; build_mib: peak of the build's
// own host memory, beyond what the CUDA context had taken before (pages of files, such as the
// libraries, do not count); enqueue_us, replay_us: host time of one enqueueV3 without a graph and
// of one launch of the graph; steps: layers of the plan.
//
//   graph_latency MODEL.onnx TYPE BATCH LENGTH SECONDS CACHE PLAN
//
// TYPE: fp32, tf32, fp16 or bf16. LENGTH is what free dims after the first become (tokens). Inputs
// are random. With PLAN the plan is written there. BENCH_AUX_STREAMS in the environment is the most
// auxiliary streams that the builder may use; BENCH_VERBOSE shows what it says.
#include <NvInfer.h>
#include <NvOnnxParser.h>
#include <cuda_runtime_api.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

class Logger : public nvinfer1::ILogger {
  void log(Severity severity, const char* message) noexcept override {
    if (severity <= level) std::fprintf(stderr, "%s\n", message);
  }

 public:
  Severity level = std::getenv("BENCH_VERBOSE") ? Severity::kVERBOSE : Severity::kWARNING;
};

struct Choices {
  std::string model, type;
  int64_t batch, length;
  double seconds;
  std::string cache, plan;
};

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

void check(cudaError_t status, const char* what) {
  require(status == cudaSuccess, std::string(what) + ": " + cudaGetErrorString(status));
}

// Of the process, without pages of files.
double own_memory_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) return std::atof(line.c_str() + 8) / 1024;
  }
  return 0;
}

// The most memory of one's own while the object lives, beyond what there was.
class PeakMemory {
 public:
  PeakMemory()
      : before_(own_memory_mib()), watcher_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            peak_ = std::max(peak_.load(), own_memory_mib());
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
          }
        }) {}
  double mib() const { return std::max(0.0, peak_ - before_); }

 private:
  double before_;
  std::atomic<double> peak_ = 0;
  std::jthread watcher_;
};

double seconds_since(Clock::time_point t) {
  return std::chrono::duration<double>(Clock::now() - t).count();
}

std::vector<char> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write(const std::string& path, const nvinfer1::IHostMemory& memory) {
  std::ofstream file(path, std::ios::binary);
  file.write(static_cast<const char*>(memory.data()), static_cast<std::streamsize>(memory.size()));
}

void set_profile(nvinfer1::INetworkDefinition& network, nvinfer1::IOptimizationProfile& profile,
                 const Choices& c) {
  for (int i = 0; i < network.getNbInputs(); ++i) {
    nvinfer1::Dims dims = network.getInput(i)->getDimensions();
    for (int a = 0; a < dims.nbDims; ++a) {
      if (dims.d[a] < 0) dims.d[a] = a == 0 ? c.batch : c.length;
    }
    using nvinfer1::OptProfileSelector;
    for (const auto which :
         {OptProfileSelector::kMIN, OptProfileSelector::kOPT, OptProfileSelector::kMAX}) {
      profile.setDimensions(network.getInput(i)->getName(), which, dims);
    }
  }
}

std::unique_ptr<nvinfer1::IHostMemory> build(const Choices& c, nvinfer1::ILogger& logger) {
  using nvinfer1::BuilderFlag;
  std::unique_ptr<nvinfer1::IBuilder> builder(nvinfer1::createInferBuilder(logger));
  require(builder != nullptr, "no builder");
  std::unique_ptr<nvinfer1::INetworkDefinition> network(builder->createNetworkV2(0));
  std::unique_ptr<nvonnxparser::IParser> parser(nvonnxparser::createParser(*network, logger));
  require(parser->parseFromFile(c.model.c_str(), 2), "cannot parse " + c.model);
  std::unique_ptr<nvinfer1::IBuilderConfig> config(builder->createBuilderConfig());
  if (const char* streams = std::getenv("BENCH_AUX_STREAMS")) {
    config->setMaxAuxStreams(std::atoi(streams));
  }
  if (c.type == "fp32") config->clearFlag(BuilderFlag::kTF32);
  if (c.type == "fp16") config->setFlag(BuilderFlag::kFP16);
  if (c.type == "bf16") config->setFlag(BuilderFlag::kBF16);
  nvinfer1::IOptimizationProfile* profile = builder->createOptimizationProfile();
  set_profile(*network, *profile, c);
  config->addOptimizationProfile(profile);
  const std::vector<char> known = read(c.cache);
  std::unique_ptr<nvinfer1::ITimingCache> cache(
      config->createTimingCache(known.data(), known.size()));
  require(cache != nullptr, "the timing cache cannot be read");
  config->setTimingCache(*cache, false);
  std::unique_ptr<nvinfer1::IHostMemory> plan(builder->buildSerializedNetwork(*network, *config));
  require(plan != nullptr, "the build failed");
  std::unique_ptr<nvinfer1::IHostMemory> times(cache->serialize());
  write(c.cache, *times);
  return plan;
}

size_t volume(const nvinfer1::Dims& dims) {
  size_t v = 1;
  for (int i = 0; i < dims.nbDims; ++i) v *= static_cast<size_t>(dims.d[i]);
  return v;
}

template <typename T, typename Draw>
void upload(void* memory, size_t count, Draw draw) {
  std::vector<T> values(count);
  for (T& v : values) v = static_cast<T>(draw());
  check(cudaMemcpy(memory, values.data(), count * sizeof(T), cudaMemcpyHostToDevice), "upload");
}

// Random numbers; integers are token ids below 100, and 1 throughout in masks.
void bind(const nvinfer1::ICudaEngine& engine, nvinfer1::IExecutionContext& context) {
  std::minstd_rand random(1);
  for (int i = 0; i < engine.getNbIOTensors(); ++i) {
    const char* name = engine.getIOTensorName(i);
    const size_t count = volume(context.getTensorShape(name));
    void* memory = nullptr;
    check(cudaMalloc(&memory, count * sizeof(int64_t)), "cudaMalloc");
    const bool mask = std::string(name).find("mask") != std::string::npos;
    const auto token = [&] { return mask ? 1 : random() % 100; };
    switch (engine.getTensorDataType(name)) {
      case nvinfer1::DataType::kINT64: upload<int64_t>(memory, count, token); break;
      case nvinfer1::DataType::kINT32: upload<int32_t>(memory, count, token); break;
      default:
        upload<float>(memory, count,
                      [&] { return static_cast<float>(random() % 4001) / 1000.0F - 2.0F; });
    }
    context.setTensorAddress(name, memory);
  }
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Times {
  double ms, enqueue_us, replay_us;
};

Times measure(nvinfer1::IExecutionContext& context, double seconds) {
  cudaStream_t stream;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "cudaStreamCreate");
  Times times{};
  std::vector<double> host;
  for (int i = 0; i < 20; ++i) {
    const auto start = Clock::now();
    require(context.enqueueV3(stream), "enqueueV3 failed");
    host.push_back(seconds_since(start) * 1e6);
    check(cudaStreamSynchronize(stream), "the inference");
  }
  times.enqueue_us = median(host);
  cudaGraph_t graph;
  cudaGraphExec_t exec;
  check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "capture");
  require(context.enqueueV3(stream), "enqueueV3 failed while capturing");
  check(cudaStreamEndCapture(stream, &graph), "capture");
  check(cudaGraphInstantiate(&exec, graph, 0), "cudaGraphInstantiate");
  cudaEvent_t begin, end;
  check(cudaEventCreate(&begin), "event");
  check(cudaEventCreate(&end), "event");
  const auto replay = [&](int count) {
    cudaEventRecord(begin, stream);
    for (int i = 0; i < count; ++i) check(cudaGraphLaunch(exec, stream), "cudaGraphLaunch");
    cudaEventRecord(end, stream);
    check(cudaEventSynchronize(end), "the inference");
    float ms = 0;
    cudaEventElapsedTime(&ms, begin, end);
    return ms / count;
  };
  replay(3);
  const int count = std::clamp(static_cast<int>(20 / std::max(replay(5), 1e-3F)), 5, 200);
  host.clear();
  for (int i = 0; i < 20; ++i) {
    const auto start = Clock::now();
    cudaGraphLaunch(exec, stream);
    host.push_back(seconds_since(start) * 1e6);
    cudaStreamSynchronize(stream);
  }
  times.replay_us = median(host);
  std::vector<double> ms;
  for (const auto start = Clock::now(); seconds_since(start) < seconds || ms.size() < 5;) {
    ms.push_back(replay(count));
  }
  times.ms = median(ms);
  return times;
}

void run(const Choices& c) {
  Logger logger;
  check(cudaFree(nullptr), "the GPU");  // its start does not count
  const auto start = Clock::now();
  auto memory = std::make_unique<PeakMemory>();
  const auto plan = build(c, logger);
  const double build_s = seconds_since(start);
  const double build_mib = memory->mib();
  memory.reset();
  if (!c.plan.empty()) write(c.plan, *plan);
  std::unique_ptr<nvinfer1::IRuntime> runtime(nvinfer1::createInferRuntime(logger));
  std::unique_ptr<nvinfer1::ICudaEngine> engine(
      runtime->deserializeCudaEngine(plan->data(), plan->size()));
  require(engine != nullptr, "cannot load the plan");
  std::unique_ptr<nvinfer1::IExecutionContext> context(engine->createExecutionContext());
  require(context != nullptr, "no context");
  bind(*engine, *context);
  const Times t = measure(*context, c.seconds);
  std::printf(
      "{\"ms\": %.5f, \"build_s\": %.2f, \"build_mib\": %.0f, \"enqueue_us\": %.1f, "
      "\"replay_us\": %.1f, \"steps\": %d, \"aux_streams\": %d}\n",
      t.ms, build_s, build_mib, t.enqueue_us, t.replay_us, engine->getNbLayers(),
      engine->getNbAuxStreams());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7 && argc != 8) {
    std::fprintf(stderr,
                 "usage: graph_latency MODEL.onnx TYPE BATCH LENGTH SECONDS CACHE [PLAN]\n");
    return 2;
  }
  try {
    run({argv[1], argv[2], std::atoll(argv[3]), std::atoll(argv[4]), std::atof(argv[5]), argv[6],
         argc > 7 ? argv[7] : ""});
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "graph_latency: %s\n", error.what());
    return 1;
  }
}

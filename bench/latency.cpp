// The latency of one model, for compare_frameworks.py: builds a plan for batch 1 (with a timing
// cache), loads it, runs it for some seconds and prints {"ms": median, "mib": peak memory} of the
// inference. The build runs in a process of its own, so that the memory is that of running a plan.
//
//   latency MODEL.onnx SECONDS CACHE [LENGTH]
//
// LENGTH is what free dims after the first become (tokens), 1 when left out.
#include <NvInfer.h>
#include <NvOnnxParser.h>
#include <cuda_runtime_api.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

class Logger : public nvinfer1::ILogger {
  void log(Severity severity, const char* message) noexcept override {
    if (severity <= Severity::kWARNING) std::fprintf(stderr, "%s\n", message);
  }
};

void require(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(what);
}

std::vector<char> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write(const std::string& path, const nvinfer1::IHostMemory& memory) {
  std::ofstream file(path, std::ios::binary);
  file.write(static_cast<const char*>(memory.data()), static_cast<std::streamsize>(memory.size()));
  require(file.good(), "cannot write");
}

void build(const std::string& model, const std::string& plan_path, const std::string& cache_path,
           int64_t length) {
  Logger logger;
  std::unique_ptr<nvinfer1::IBuilder> builder(nvinfer1::createInferBuilder(logger));
  std::unique_ptr<nvinfer1::INetworkDefinition> network(builder->createNetworkV2(0));
  std::unique_ptr<nvonnxparser::IParser> parser(nvonnxparser::createParser(*network, logger));
  require(parser->parseFromFile(model.c_str(), 2), "cannot parse the model");
  std::unique_ptr<nvinfer1::IBuilderConfig> config(builder->createBuilderConfig());
  nvinfer1::IOptimizationProfile* profile = builder->createOptimizationProfile();
  for (int i = 0; i < network->getNbInputs(); ++i) {
    nvinfer1::Dims dims = network->getInput(i)->getDimensions();
    for (int a = 0; a < dims.nbDims; ++a) {
      if (dims.d[a] < 0) dims.d[a] = a == 0 ? 1 : length;
    }
    using nvinfer1::OptProfileSelector;
    for (const auto which :
         {OptProfileSelector::kMIN, OptProfileSelector::kOPT, OptProfileSelector::kMAX}) {
      profile->setDimensions(network->getInput(i)->getName(), which, dims);
    }
  }
  config->addOptimizationProfile(profile);
  const std::vector<char> known = read(cache_path);
  std::unique_ptr<nvinfer1::ITimingCache> cache(
      config->createTimingCache(known.data(), known.size()));
  config->setTimingCache(*cache, false);
  std::unique_ptr<nvinfer1::IHostMemory> plan(builder->buildSerializedNetwork(*network, *config));
  require(plan != nullptr, "the build failed");
  write(plan_path, *plan);
  std::unique_ptr<nvinfer1::IHostMemory> times(cache->serialize());
  write(cache_path, *times);
}

size_t volume(const nvinfer1::Dims& dims) {
  size_t v = 1;
  for (int i = 0; i < dims.nbDims; ++i) v *= static_cast<size_t>(dims.d[i]);
  return v;
}

// Random numbers; integers are token ids below 100, and 1 throughout in masks.
void bind(const nvinfer1::ICudaEngine& engine, nvinfer1::IExecutionContext& context) {
  std::minstd_rand random(1);
  for (int i = 0; i < engine.getNbIOTensors(); ++i) {
    const char* name = engine.getIOTensorName(i);
    const size_t count = volume(context.getTensorShape(name));
    void* memory = nullptr;
    require(cudaMalloc(&memory, count * sizeof(int64_t)) == cudaSuccess, "no memory");
    const bool mask = std::string(name).find("mask") != std::string::npos;
    for (size_t k = 0; k < count; ++k) {
      const auto draw = static_cast<int64_t>(random());
      switch (engine.getTensorDataType(name)) {
        case nvinfer1::DataType::kINT64:
          static_cast<int64_t*>(memory)[k] = mask ? 1 : draw % 100;
          break;
        case nvinfer1::DataType::kINT32:
          static_cast<int32_t*>(memory)[k] = mask ? 1 : static_cast<int32_t>(draw % 100);
          break;
        default: static_cast<float*>(memory)[k] = static_cast<float>(draw % 4001) / 1000.0F - 2.0F;
      }
    }
    context.setTensorAddress(name, memory);
  }
}

double run(const std::string& plan_path, double seconds) {
  Logger logger;
  std::unique_ptr<nvinfer1::IRuntime> runtime(nvinfer1::createInferRuntime(logger));
  std::unique_ptr<nvinfer1::ICudaEngine> engine;
  {
    const std::vector<char> plan = read(plan_path);
    engine.reset(runtime->deserializeCudaEngine(plan.data(), plan.size()));
  }
  require(engine != nullptr, "cannot load the plan");
  std::unique_ptr<nvinfer1::IExecutionContext> context(engine->createExecutionContext());
  bind(*engine, *context);
  cudaStream_t stream;
  require(cudaStreamCreate(&stream) == cudaSuccess, "no stream");
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point t) {
    return std::chrono::duration<double>(Clock::now() - t).count();
  };
  const auto infer = [&] {
    require(context->enqueueV3(stream), "enqueue failed");
    cudaStreamSynchronize(stream);
  };
  for (const auto begin = Clock::now(); since(begin) < seconds / 5;) infer();
  std::vector<double> times;
  for (const auto begin = Clock::now(); since(begin) < seconds || times.size() < 5;) {
    const auto start = Clock::now();
    infer();
    times.push_back(since(start) * 1e3);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

// Runs the build in a child process and waits for it.
void build_apart(const std::string& model, const std::string& plan, const std::string& cache,
                 int64_t length) {
  const pid_t child = fork();
  require(child >= 0, "cannot fork");
  if (child == 0) {
    try {
      build(model, plan, cache, length);
      _exit(0);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "latency: %s\n", error.what());
      _exit(1);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  require(status == 0, "the build failed");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::fprintf(stderr, "usage: latency MODEL.onnx SECONDS CACHE [LENGTH]\n");
    return 2;
  }
  try {
    const std::string plan = std::string(argv[3]) + ".plan";
    build_apart(argv[1], plan, argv[3], argc == 5 ? std::atoll(argv[4]) : 1);
    const double ms = run(plan, std::atof(argv[2]));
    unlink(plan.c_str());
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("{\"ms\": %.4f, \"mib\": %.1f}\n", ms, static_cast<double>(usage.ru_maxrss) / 1024);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "latency: %s\n", error.what());
    return 1;
  }
}

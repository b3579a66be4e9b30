#pragma once

#include <NvInfer.h>
#include <NvOnnxParser.h>
#include <cuda_runtime_api.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

// The digits network built once a program through the public API, and what its tests run it with.
namespace tenon::testing {

constexpr int kMaxBatch = 32;
constexpr size_t kPixels = 64;
constexpr size_t kClasses = 10;

class Logger : public nvinfer1::ILogger {
 public:
  void log(Severity severity, const char* message) noexcept override {
    const std::lock_guard lock(mutex_);
    if (severity <= Severity::kERROR) errors_.emplace_back(message);
    if (severity == Severity::kINFO) infos_.emplace_back(message);
  }
  // The errors since the last call, in one text.
  std::string errors() { return take(errors_); }
  std::string infos() { return take(infos_); }

 private:
  std::string take(std::vector<std::string>& lines) {
    const std::lock_guard lock(mutex_);
    std::string all;
    for (const std::string& line : lines) all += line + "\n";
    lines.clear();
    return all;
  }
  std::mutex mutex_;
  std::vector<std::string> errors_;
  std::vector<std::string> infos_;
};

// A build of the digits network with a profile of batches 1 to kMaxBatch; `configure` may change
// its configuration first. nullptr when the build fails.
inline std::unique_ptr<nvinfer1::IHostMemory> build_digits(
    nvinfer1::ILogger& logger,
    const std::function<void(nvinfer1::IBuilder&, nvinfer1::IBuilderConfig&)>& configure = {}) {
  using nvinfer1::OptProfileSelector;
  const std::unique_ptr<nvinfer1::IBuilder> builder(nvinfer1::createInferBuilder(logger));
  const std::unique_ptr<nvinfer1::INetworkDefinition> network(builder->createNetworkV2(0));
  const std::unique_ptr<nvonnxparser::IParser> parser(nvonnxparser::createParser(*network, logger));
  if (!parser->parseFromFile(TENON_DIGITS_MODEL, 0)) return nullptr;
  const std::unique_ptr<nvinfer1::IBuilderConfig> config(builder->createBuilderConfig());
  nvinfer1::IOptimizationProfile* profile = builder->createOptimizationProfile();
  const char* input = network->getInput(0)->getName();
  profile->setDimensions(input, OptProfileSelector::kMIN, nvinfer1::Dims4(1, 1, 8, 8));
  profile->setDimensions(input, OptProfileSelector::kOPT, nvinfer1::Dims4(4, 1, 8, 8));
  profile->setDimensions(input, OptProfileSelector::kMAX, nvinfer1::Dims4(kMaxBatch, 1, 8, 8));
  config->addOptimizationProfile(profile);
  if (configure) configure(*builder, *config);
  return std::unique_ptr<nvinfer1::IHostMemory>(builder->buildSerializedNetwork(*network, *config));
}

inline Logger& shared_logger() {
  static Logger logger;
  return logger;
}

inline const nvinfer1::IHostMemory& digits_plan() {
  static const auto plan = build_digits(shared_logger());
  return *plan;
}

// kMaxBatch images of the test set.
inline const std::vector<float>& digits_images() {
  static const std::vector<float> images = [] {
    std::ifstream file(TENON_DIGITS_DATA, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    const size_t count =
        static_cast<unsigned char>(bytes.at(8)) + 256U * static_cast<unsigned char>(bytes.at(9));
    std::vector<float> result;
    for (size_t i = 0; i < kMaxBatch * kPixels; ++i) {
      result.push_back(static_cast<float>(bytes.at(16 + count + i)) / 16.0F);
    }
    return result;
  }();
  return images;
}

// Device memory for the largest batch.
struct Buffers {
  float* input = nullptr;
  float* output = nullptr;
  Buffers() {
    cudaMalloc(reinterpret_cast<void**>(&input), kMaxBatch * kPixels * sizeof(float));
    cudaMalloc(reinterpret_cast<void**>(&output), kMaxBatch * kClasses * sizeof(float));
  }
  ~Buffers() {
    cudaFree(input);
    cudaFree(output);
  }
  Buffers(const Buffers&) = delete;
  Buffers& operator=(const Buffers&) = delete;
  // Images first to first + count - 1.
  void load(int first, int count) const {
    cudaMemcpy(input, digits_images().data() + static_cast<size_t>(first) * kPixels,
               static_cast<size_t>(count) * kPixels * sizeof(float), cudaMemcpyHostToDevice);
    cudaMemset(output, 0xff, kMaxBatch * kClasses * sizeof(float));
  }
  std::vector<float> scores(int count) const {
    std::vector<float> result(static_cast<size_t>(count) * kClasses);
    cudaMemcpy(result.data(), output, result.size() * sizeof(float), cudaMemcpyDeviceToHost);
    return result;
  }
};

struct Stream {
  cudaStream_t handle = nullptr;
  Stream() { cudaStreamCreate(&handle); }
  ~Stream() { cudaStreamDestroy(handle); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  operator cudaStream_t() const { return handle; }
};

// A runtime with an engine of the digits plan and a context over buffers of its own.
struct Session {
  Logger logger;
  std::unique_ptr<nvinfer1::IRuntime> runtime{nvinfer1::createInferRuntime(logger)};
  std::unique_ptr<nvinfer1::ICudaEngine> engine;
  std::unique_ptr<nvinfer1::IExecutionContext> context;
  std::string input, output;
  Buffers buffers;
  Stream stream;

  explicit Session(const nvinfer1::IHostMemory& plan = digits_plan())
      : engine(runtime->deserializeCudaEngine(plan.data(), plan.size())),
        context(engine->createExecutionContext()),
        input(engine->getIOTensorName(0)),
        output(engine->getIOTensorName(1)) {
    bind(*context, buffers);
  }

  void bind(nvinfer1::IExecutionContext& to, const Buffers& memory) const {
    to.setTensorAddress(input.c_str(), memory.input);
    to.setTensorAddress(output.c_str(), memory.output);
  }
  bool set_batch(int batch) {
    return context->setInputShape(input.c_str(), nvinfer1::Dims4(batch, 1, 8, 8));
  }
  // The scores of images first to first + batch - 1, empty when a call fails.
  std::vector<float> run(int first, int batch) {
    buffers.load(first, batch);
    if (!set_batch(batch) || !context->enqueueV3(stream)) return {};
    cudaStreamSynchronize(stream);
    return buffers.scores(batch);
  }
};

}  // namespace tenon::testing

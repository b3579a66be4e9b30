// Classifies handwritten digits: parses a trained network from ONNX, builds a plan, saves it, loads
// it again, runs all images in batches and prints accuracy and latency. Only the public API is
// used.
//
//   digits [--fp16] --onnx FILE.onnx --data FILE.bin --plan FILE.plan [--expect N]
//
// With --fp16 layers may compute in FP16. With --expect it fails unless the number of images it
// gets right is within 1 of N.
#include <NvInfer.h>
#include <NvOnnxParser.h>
#include <cuda_runtime_api.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr int kSide = 8;
constexpr int kPixels = kSide * kSide;
constexpr int kClasses = 10;
constexpr int kBatch = 32;

class Logger : public nvinfer1::ILogger {
  void log(Severity severity, const char* message) noexcept override {
    if (severity <= Severity::kWARNING) std::fprintf(stderr, "%s\n", message);
  }
};

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

std::vector<char> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  require(file.good(), "cannot open " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void build(const std::string& onnx, const std::string& plan_path, bool fp16,
           nvinfer1::ILogger& logger) {
  std::unique_ptr<nvinfer1::IBuilder> builder(nvinfer1::createInferBuilder(logger));
  require(builder != nullptr, "no builder");
  std::unique_ptr<nvinfer1::INetworkDefinition> network(builder->createNetworkV2(0));
  std::unique_ptr<nvonnxparser::IParser> parser(nvonnxparser::createParser(*network, logger));
  const auto verbosity = static_cast<int>(nvinfer1::ILogger::Severity::kWARNING);
  require(parser->parseFromFile(onnx.c_str(), verbosity), "cannot parse " + onnx);
  std::unique_ptr<nvinfer1::IBuilderConfig> config(builder->createBuilderConfig());
  if (fp16) config->setFlag(nvinfer1::BuilderFlag::kFP16);
  nvinfer1::IOptimizationProfile* profile = builder->createOptimizationProfile();
  const char* input = network->getInput(0)->getName();
  using nvinfer1::OptProfileSelector;
  profile->setDimensions(input, OptProfileSelector::kMIN, nvinfer1::Dims4(1, 1, kSide, kSide));
  profile->setDimensions(input, OptProfileSelector::kOPT, nvinfer1::Dims4(1, 1, kSide, kSide));
  profile->setDimensions(input, OptProfileSelector::kMAX, nvinfer1::Dims4(kBatch, 1, kSide, kSide));
  config->addOptimizationProfile(profile);
  std::unique_ptr<nvinfer1::IHostMemory> plan(builder->buildSerializedNetwork(*network, *config));
  require(plan != nullptr, "the build failed");
  std::ofstream file(plan_path, std::ios::binary);
  file.write(static_cast<const char*>(plan->data()), static_cast<std::streamsize>(plan->size()));
  require(file.good(), "cannot write " + plan_path);
}

// Device memory for one input and one output of a batch.
struct Buffers {
  float* input = nullptr;
  float* output = nullptr;
  Buffers() {
    require(cudaMalloc(reinterpret_cast<void**>(&input), kBatch * kPixels * sizeof(float)) ==
                    cudaSuccess &&
                cudaMalloc(reinterpret_cast<void**>(&output), kBatch * kClasses * sizeof(float)) ==
                    cudaSuccess,
            "no device memory");
  }
  ~Buffers() {
    cudaFree(input);
    cudaFree(output);
  }
};

class Classifier {
 public:
  Classifier(const std::string& plan_path, nvinfer1::ILogger& logger) {
    const std::vector<char> plan = read(plan_path);
    runtime_.reset(nvinfer1::createInferRuntime(logger));
    require(runtime_ != nullptr, "no runtime");
    engine_.reset(runtime_->deserializeCudaEngine(plan.data(), plan.size()));
    require(engine_ != nullptr, "cannot load " + plan_path);
    context_.reset(engine_->createExecutionContext());
    require(context_ != nullptr, "no execution context");
    input_ = engine_->getIOTensorName(0);
    context_->setTensorAddress(input_.c_str(), buffers_.input);
    context_->setTensorAddress(engine_->getIOTensorName(1), buffers_.output);
    require(cudaStreamCreate(&stream_) == cudaSuccess, "no stream");
  }
  ~Classifier() { cudaStreamDestroy(stream_); }

  // Writes the class of each image and returns the milliseconds from enqueue to the result.
  double run(const float* images, int count, int* classes) {
    std::vector<float> scores(static_cast<size_t>(count) * kClasses);
    context_->setInputShape(input_.c_str(), nvinfer1::Dims4(count, 1, kSide, kSide));
    cudaMemcpyAsync(buffers_.input, images, sizeof(float) * static_cast<size_t>(count) * kPixels,
                    cudaMemcpyHostToDevice, stream_);
    cudaStreamSynchronize(stream_);
    const auto begin = std::chrono::steady_clock::now();
    require(context_->enqueueV3(stream_), "enqueue failed");
    cudaStreamSynchronize(stream_);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    cudaMemcpy(scores.data(), buffers_.output, scores.size() * sizeof(float),
               cudaMemcpyDeviceToHost);
    for (int i = 0; i < count; ++i) {
      const float* s = scores.data() + static_cast<size_t>(i) * kClasses;
      classes[i] = static_cast<int>(std::max_element(s, s + kClasses) - s);
    }
    return took.count();
  }

 private:
  std::unique_ptr<nvinfer1::IRuntime> runtime_;
  std::unique_ptr<nvinfer1::ICudaEngine> engine_;
  std::unique_ptr<nvinfer1::IExecutionContext> context_;
  Buffers buffers_;
  cudaStream_t stream_ = nullptr;
  std::string input_;
};

struct Digits {
  std::vector<float> images;  // [count, 1, 8, 8]
  std::vector<int> labels;
};

// Reads a file as samples/data/README.md describes it.
Digits load(const std::string& path) {
  const std::vector<char> file = read(path);
  constexpr size_t kHeader = 16;
  require(file.size() >= kHeader && std::string(file.data(), 8) == "DIGITS1\n",
          path + " is no file of digits");
  uint32_t count = 0;
  std::memcpy(&count, file.data() + 8, sizeof count);
  require(file.size() == kHeader + count * (1 + size_t{kPixels}), path + " is truncated");
  Digits digits;
  const auto* bytes = reinterpret_cast<const unsigned char*>(file.data()) + kHeader;
  digits.labels.assign(bytes, bytes + count);
  for (size_t i = 0; i < count * size_t{kPixels}; ++i) {
    digits.images.push_back(static_cast<float>(bytes[count + i]) / 16.0F);
  }
  return digits;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

int run(const std::string& onnx, const std::string& data, const std::string& plan, bool fp16,
        int expected) {
  Logger logger;
  build(onnx, plan, fp16, logger);
  const Digits digits = load(data);
  Classifier classifier(plan, logger);
  const int count = static_cast<int>(digits.labels.size());
  int correct = 0;
  for (int at = 0; at < count; at += kBatch) {
    int classes[kBatch];
    const int n = std::min(kBatch, count - at);
    classifier.run(digits.images.data() + static_cast<size_t>(at) * kPixels, n, classes);
    for (int i = 0; i < n; ++i) correct += classes[i] == digits.labels[static_cast<size_t>(at + i)];
  }
  std::vector<double> times;
  for (int i = 0; i < 200; ++i) {
    int ignored;
    times.push_back(classifier.run(digits.images.data(), 1, &ignored));
  }
  std::printf("%-40s %d of %d correct (%.1f %%), median latency of one image %.3f ms\n",
              onnx.c_str(), correct, count, 100.0 * correct / count, median(times));
  return expected >= 0 && std::abs(correct - expected) > 1 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::string onnx, data, plan, expect = "-1";
  const bool fp16 = argc > 1 && std::string(argv[1]) == "--fp16";
  for (int i = fp16 ? 2 : 1; i + 1 < argc; i += 2) {
    const std::string flag = argv[i];
    if (flag == "--onnx") onnx = argv[i + 1];
    if (flag == "--data") data = argv[i + 1];
    if (flag == "--plan") plan = argv[i + 1];
    if (flag == "--expect") expect = argv[i + 1];
  }
  if (onnx.empty() || data.empty() || plan.empty()) {
    std::fprintf(stderr,
                 "usage: digits [--fp16] --onnx FILE.onnx --data FILE.bin --plan FILE.plan "
                 "[--expect N]\n");
    return 2;
  }
  try {
    return run(onnx, data, plan, fp16, std::atoi(expect.c_str()));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "digits: %s\n", error.what());
    return 1;
  }
}

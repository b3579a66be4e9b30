#pragma once

#include <NvInfer.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "api/network/network.h"
#include "ir/interpreter.h"

// A builder with a logger that keeps its messages and a recorder that keeps errors.
namespace tenon::api {

class RecordingLogger : public nvinfer1::ILogger {
 public:
  void log(Severity severity, const char* message) noexcept override {
    lines.push_back({severity, message});
  }
  // How many lines of a severity have a text in them.
  int count(Severity severity, std::string_view text = "") const {
    int n = 0;
    for (const Line& line : lines) {
      n += line.severity == severity && line.text.find(text) != std::string::npos ? 1 : 0;
    }
    return n;
  }
  int errors(std::string_view text = "") const { return count(Severity::kERROR, text); }
  std::string all() const {
    std::string text;
    for (const Line& line : lines) text += line.text + "\n";
    return text;
  }

  struct Line {
    Severity severity;
    std::string text;
  };
  std::vector<Line> lines;
};

class Recorder : public nvinfer1::IErrorRecorder {
 public:
  int32_t getNbErrors() const noexcept override { return static_cast<int32_t>(errors.size()); }
  nvinfer1::ErrorCode getErrorCode(int32_t i) const noexcept override {
    return errors.at(static_cast<size_t>(i)).first;
  }
  ErrorDesc getErrorDesc(int32_t i) const noexcept override {
    return errors.at(static_cast<size_t>(i)).second.c_str();
  }
  bool hasOverflowed() const noexcept override { return false; }
  void clear() noexcept override { errors.clear(); }
  bool reportError(nvinfer1::ErrorCode code, ErrorDesc text) noexcept override {
    errors.emplace_back(code, text);
    return true;
  }
  RefCount incRefCount() noexcept override { return ++references; }
  RefCount decRefCount() noexcept override { return --references; }

  std::vector<std::pair<nvinfer1::ErrorCode, std::string>> errors;
  int references = 0;
};

class NetworkTest : public testing::Test {
 protected:
  NetworkTest() {
    builder->setErrorRecorder(&recorder);
    network.reset(builder->createNetworkV2(0));
  }
  ~NetworkTest() override {
    network.reset();
    builder->setErrorRecorder(nullptr);
  }

  nvinfer1::ITensor* input(const char* name, nvinfer1::Dims dims,
                           nvinfer1::DataType type = nvinfer1::DataType::kFLOAT) {
    nvinfer1::ITensor* tensor = network->addInput(name, type, dims);
    EXPECT_NE(tensor, nullptr) << logger.all();
    return tensor;
  }
  nvinfer1::Weights weights(const std::vector<float>& values) {
    kept_.push_back(values);
    return {nvinfer1::DataType::kFLOAT, kept_.back().data(), static_cast<int64_t>(values.size())};
  }
  static nvinfer1::Weights none() { return {nvinfer1::DataType::kFLOAT, nullptr, 0}; }
  nvinfer1::ITensor* constant(nvinfer1::Dims dims, const std::vector<float>& values) {
    return network->addConstant(dims, weights(values))->getOutput(0);
  }
  nvinfer1::ITensor* integers(const std::vector<int64_t>& values) {
    kept_integers_.push_back(values);
    const auto count = static_cast<int64_t>(values.size());
    return network
        ->addConstant({1, {count}},
                      {nvinfer1::DataType::kINT64, kept_integers_.back().data(), count})
        ->getOutput(0);
  }
  // Runs the network as it is, with one output, by the reference evaluation.
  std::vector<float> run(nvinfer1::ITensor* output, const std::vector<Tensor>& inputs) {
    network->markOutput(*output);
    const Graph graph = dynamic_cast<Network&>(*network).complete_graph();
    network->unmarkOutput(*output);
    const auto outputs = interpret(graph, inputs);
    const auto values = outputs.at(0).as<float>();
    return {values.begin(), values.end()};
  }

  RecordingLogger logger;
  Recorder recorder;
  std::unique_ptr<nvinfer1::IBuilder> builder{nvinfer1::createInferBuilder(logger)};
  std::unique_ptr<nvinfer1::INetworkDefinition> network;

 private:
  std::vector<std::vector<float>> kept_;
  std::vector<std::vector<int64_t>> kept_integers_;
};

inline std::vector<int64_t> list(const nvinfer1::Dims& dims) {
  if (dims.nbDims < 0) return {-99};  // invalid
  return {dims.d, dims.d + dims.nbDims};
}
inline std::vector<int64_t> dims_of(nvinfer1::ILayer* layer) {
  return list(layer->getOutput(0)->getDimensions());
}
using List = std::vector<int64_t>;
inline const List kInvalid = {-99};

}  // namespace tenon::api

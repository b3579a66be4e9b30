// Builds one plan of a model for batches 1 to 3 (where its first dims are free) and runs it for
// compare_models.py:
//
//   run_model MODEL.onnx FOLDER BATCH...
//
// For each batch: reads FOLDER/in.<batch>.<input name>.bin, writes FOLDER/out.<batch>.<output>.bin
// with raw elements. '/' in names becomes '_'.
#include <NvInfer.h>
#include <NvOnnxParser.h>
#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr int64_t kLargestBatch = 3;

class Logger : public nvinfer1::ILogger {
  void log(Severity severity, const char* message) noexcept override {
    if (severity <= Severity::kWARNING) std::fprintf(stderr, "%s\n", message);
  }
};

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

nvinfer1::Dims at_batch(nvinfer1::Dims dims, int64_t batch) {
  for (int i = 0; i < dims.nbDims; ++i) {
    if (dims.d[i] < 0) dims.d[i] = batch;
  }
  return dims;
}

std::unique_ptr<nvinfer1::IHostMemory> build(const std::string& model, nvinfer1::ILogger& logger) {
  std::unique_ptr<nvinfer1::IBuilder> builder(nvinfer1::createInferBuilder(logger));
  std::unique_ptr<nvinfer1::INetworkDefinition> network(builder->createNetworkV2(0));
  std::unique_ptr<nvonnxparser::IParser> parser(nvonnxparser::createParser(*network, logger));
  require(parser->parseFromFile(model.c_str(), 2), "cannot parse " + model);
  std::unique_ptr<nvinfer1::IBuilderConfig> config(builder->createBuilderConfig());
  nvinfer1::IOptimizationProfile* profile = builder->createOptimizationProfile();
  for (int i = 0; i < network->getNbInputs(); ++i) {
    using nvinfer1::OptProfileSelector;
    const nvinfer1::ITensor& input = *network->getInput(i);
    const nvinfer1::Dims dims = input.getDimensions();
    profile->setDimensions(input.getName(), OptProfileSelector::kMIN, at_batch(dims, 1));
    profile->setDimensions(input.getName(), OptProfileSelector::kOPT, at_batch(dims, 1));
    profile->setDimensions(input.getName(), OptProfileSelector::kMAX,
                           at_batch(dims, kLargestBatch));
  }
  config->addOptimizationProfile(profile);
  std::unique_ptr<nvinfer1::IHostMemory> plan(builder->buildSerializedNetwork(*network, *config));
  require(plan != nullptr, "the build failed");
  return plan;
}

size_t bytes_of(const nvinfer1::ICudaEngine& engine, const char* name, nvinfer1::Dims dims) {
  const nvinfer1::DataType type = engine.getTensorDataType(name);
  size_t bytes = type == nvinfer1::DataType::kINT64                                         ? 8
                 : type == nvinfer1::DataType::kFLOAT || type == nvinfer1::DataType::kINT32 ? 4
                                                                                            : 1;
  for (int i = 0; i < dims.nbDims; ++i) bytes *= static_cast<size_t>(dims.d[i]);
  return bytes;
}

std::string file_of(const std::string& folder, const char* kind, int64_t batch, std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return folder + "/" + kind + "." + std::to_string(batch) + "." + name + ".bin";
}

void run(nvinfer1::ICudaEngine& engine, const std::string& folder, int64_t batch) {
  std::unique_ptr<nvinfer1::IExecutionContext> context(engine.createExecutionContext());
  struct Output {
    std::string file;
    void* memory;
    size_t bytes;
  };
  std::vector<Output> outputs;
  std::vector<void*> memories;
  for (const bool input : {true, false}) {
    for (int i = 0; i < engine.getNbIOTensors(); ++i) {
      const char* name = engine.getIOTensorName(i);
      if ((engine.getTensorIOMode(name) == nvinfer1::TensorIOMode::kINPUT) != input) continue;
      if (input) {
        require(context->setInputShape(name, at_batch(engine.getTensorShape(name), batch)), name);
      }
      const size_t bytes = bytes_of(engine, name, context->getTensorShape(name));
      void* memory = nullptr;
      require(cudaMalloc(&memory, std::max<size_t>(bytes, 1)) == cudaSuccess, "no memory");
      memories.push_back(memory);
      context->setTensorAddress(name, memory);
      if (!input) {
        outputs.push_back({file_of(folder, "out", batch, name), memory, bytes});
        continue;
      }
      std::ifstream file(file_of(folder, "in", batch, name), std::ios::binary);
      const std::vector<char> data{std::istreambuf_iterator<char>(file), {}};
      require(data.size() == bytes, std::string("wrong size of the data for ") + name);
      cudaMemcpy(memory, data.data(), bytes, cudaMemcpyDefault);
    }
  }
  require(context->enqueueV3(nullptr), "enqueue failed");
  require(cudaStreamSynchronize(nullptr) == cudaSuccess, "the run failed");
  for (const Output& output : outputs) {
    std::ofstream file(output.file, std::ios::binary);
    file.write(static_cast<const char*>(output.memory), static_cast<std::streamsize>(output.bytes));
  }
  for (void* memory : memories) cudaFree(memory);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: run_model MODEL.onnx FOLDER BATCH...\n");
    return 2;
  }
  try {
    Logger logger;
    const auto plan = build(argv[1], logger);
    std::unique_ptr<nvinfer1::IRuntime> runtime(nvinfer1::createInferRuntime(logger));
    std::unique_ptr<nvinfer1::ICudaEngine> engine(
        runtime->deserializeCudaEngine(plan->data(), plan->size()));
    require(engine != nullptr, "cannot load the plan");
    for (int i = 3; i < argc; ++i) run(*engine, argv[2], std::atoll(argv[i]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "run_model: %s\n", error.what());
    return 1;
  }
}

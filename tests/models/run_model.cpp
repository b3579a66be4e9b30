// Builds one plan of a model that spans the given sizes and runs it at each of them for
// compare_models.py:
//
//   run_model MODEL.onnx FOLDER SIZE...
//
// A size is BATCH or BATCHxLENGTH: what the free dims of inputs become, on axis 0 and on further
// axes. The plan is tuned for the first size. For each size: reads FOLDER/in.<size>.<input
// name>.bin, writes FOLDER/out.<size>.<output>.bin with raw elements. '/' in names becomes '_'.
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

struct Size {
  std::string text;
  int64_t batch = 1;
  int64_t length = 1;
};

class Logger : public nvinfer1::ILogger {
  void log(Severity severity, const char* message) noexcept override {
    if (severity <= Severity::kWARNING) std::fprintf(stderr, "%s\n", message);
  }
};

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

Size parse_size(const char* text) {
  Size size{.text = text};
  char* rest = nullptr;
  size.batch = std::strtoll(text, &rest, 10);
  if (*rest == 'x') size.length = std::strtoll(rest + 1, &rest, 10);
  require(*rest == 0 && size.batch > 0 && size.length > 0, "no size: " + size.text);
  return size;
}

nvinfer1::Dims at_size(nvinfer1::Dims dims, const Size& size) {
  for (int i = 0; i < dims.nbDims; ++i) {
    if (dims.d[i] < 0) dims.d[i] = i == 0 ? size.batch : size.length;
  }
  return dims;
}

std::unique_ptr<nvinfer1::IHostMemory> build(const std::string& model, const std::vector<Size>& sizes,
                                             nvinfer1::ILogger& logger) {
  std::unique_ptr<nvinfer1::IBuilder> builder(nvinfer1::createInferBuilder(logger));
  std::unique_ptr<nvinfer1::INetworkDefinition> network(builder->createNetworkV2(0));
  std::unique_ptr<nvonnxparser::IParser> parser(nvonnxparser::createParser(*network, logger));
  require(parser->parseFromFile(model.c_str(), 2), "cannot parse " + model);
  std::unique_ptr<nvinfer1::IBuilderConfig> config(builder->createBuilderConfig());
  nvinfer1::IOptimizationProfile* profile = builder->createOptimizationProfile();
  Size least = sizes[0], most = sizes[0];
  for (const Size& size : sizes) {
    least.batch = std::min(least.batch, size.batch);
    least.length = std::min(least.length, size.length);
    most.batch = std::max(most.batch, size.batch);
    most.length = std::max(most.length, size.length);
  }
  for (int i = 0; i < network->getNbInputs(); ++i) {
    using nvinfer1::OptProfileSelector;
    const nvinfer1::ITensor& input = *network->getInput(i);
    const nvinfer1::Dims dims = input.getDimensions();
    profile->setDimensions(input.getName(), OptProfileSelector::kMIN, at_size(dims, least));
    profile->setDimensions(input.getName(), OptProfileSelector::kOPT, at_size(dims, sizes[0]));
    profile->setDimensions(input.getName(), OptProfileSelector::kMAX, at_size(dims, most));
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

std::string file_of(const std::string& folder, const char* kind, const Size& size,
                    std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return folder + "/" + kind + "." + size.text + "." + name + ".bin";
}

void run(nvinfer1::ICudaEngine& engine, const std::string& folder, const Size& size) {
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
        require(context->setInputShape(name, at_size(engine.getTensorShape(name), size)), name);
      }
      const size_t bytes = bytes_of(engine, name, context->getTensorShape(name));
      void* memory = nullptr;
      require(cudaMalloc(&memory, std::max<size_t>(bytes, 1)) == cudaSuccess, "no memory");
      memories.push_back(memory);
      context->setTensorAddress(name, memory);
      if (!input) {
        outputs.push_back({file_of(folder, "out", size, name), memory, bytes});
        continue;
      }
      std::ifstream file(file_of(folder, "in", size, name), std::ios::binary);
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
    std::fprintf(stderr, "usage: run_model MODEL.onnx FOLDER SIZE...\n");
    return 2;
  }
  try {
    Logger logger;
    std::vector<Size> sizes;
    for (int i = 3; i < argc; ++i) sizes.push_back(parse_size(argv[i]));
    const auto plan = build(argv[1], sizes, logger);
    std::unique_ptr<nvinfer1::IRuntime> runtime(nvinfer1::createInferRuntime(logger));
    std::unique_ptr<nvinfer1::ICudaEngine> engine(
        runtime->deserializeCudaEngine(plan->data(), plan->size()));
    require(engine != nullptr, "cannot load the plan");
    for (const Size& size : sizes) run(*engine, argv[2], size);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "run_model: %s\n", error.what());
    return 1;
  }
}

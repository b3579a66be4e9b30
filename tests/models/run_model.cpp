// Builds one plan of a model and runs it at several dims, in one context, for compare_models.py:
//
//   run_model [--type=TYPE] MODEL.onnx FOLDER PROFILE CASE...
//
// TYPE is what the builder may use for FP32 layers: fp32 (the default), tf32, fp16 or bf16.
// A case gives the free dims of each input in order, as "2x64x96"; its last number stands for those
// beyond. The profile is three of them, "1x32x32:2x64x96:3x160x160": smallest, preferred, largest.
// For each case: reads FOLDER/in.<case>.<input name>.bin, writes FOLDER/out.<case>.<output>.bin
// with raw elements. '/' in names becomes '_'.
#include <NvInfer.h>
#include <NvOnnxParser.h>
#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

class Logger : public nvinfer1::ILogger {
  void log(Severity severity, const char* message) noexcept override {
    if (severity <= Severity::kWARNING) std::fprintf(stderr, "%s\n", message);
  }
};

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

nvinfer1::Dims dims_of(nvinfer1::Dims dims, const std::string& free_dims) {
  const std::vector<std::string> numbers = split(free_dims, 'x');
  size_t next = 0;
  for (int i = 0; i < dims.nbDims; ++i) {
    if (dims.d[i] >= 0) continue;
    dims.d[i] = std::stoll(numbers.at(next));
    next = std::min(next + 1, numbers.size() - 1);
  }
  return dims;
}

void allow(nvinfer1::IBuilderConfig& config, const std::string& type) {
  using nvinfer1::BuilderFlag;
  if (type != "tf32") config.clearFlag(BuilderFlag::kTF32);
  if (type == "fp16") config.setFlag(BuilderFlag::kFP16);
  if (type == "bf16") config.setFlag(BuilderFlag::kBF16);
}

std::unique_ptr<nvinfer1::IHostMemory> build(const std::string& model, const std::string& ranges,
                                             const std::string& type, nvinfer1::ILogger& logger) {
  std::unique_ptr<nvinfer1::IBuilder> builder(nvinfer1::createInferBuilder(logger));
  std::unique_ptr<nvinfer1::INetworkDefinition> network(builder->createNetworkV2(0));
  std::unique_ptr<nvonnxparser::IParser> parser(nvonnxparser::createParser(*network, logger));
  require(parser->parseFromFile(model.c_str(), 2), "cannot parse " + model);
  std::unique_ptr<nvinfer1::IBuilderConfig> config(builder->createBuilderConfig());
  allow(*config, type);
  const std::vector<std::string> range = split(ranges, ':');
  nvinfer1::IOptimizationProfile* profile = builder->createOptimizationProfile();
  for (int i = 0; i < network->getNbInputs(); ++i) {
    using nvinfer1::OptProfileSelector;
    const nvinfer1::ITensor& input = *network->getInput(i);
    const nvinfer1::Dims dims = input.getDimensions();
    const auto set = [&](OptProfileSelector side, size_t at) {
      require(profile->setDimensions(input.getName(), side, dims_of(dims, range.at(at))),
              "profile");
    };
    set(OptProfileSelector::kMIN, 0);
    set(OptProfileSelector::kOPT, 1);
    set(OptProfileSelector::kMAX, 2);
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

std::string file_of(const std::string& folder, const char* kind, const std::string& dims,
                    std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return folder + "/" + kind + "." + dims + "." + name + ".bin";
}

void run(nvinfer1::IExecutionContext& context, const std::string& folder,
         const std::string& free_dims) {
  const nvinfer1::ICudaEngine& engine = context.getEngine();
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
        require(context.setInputShape(name, dims_of(engine.getTensorShape(name), free_dims)), name);
      }
      const size_t bytes = bytes_of(engine, name, context.getTensorShape(name));
      void* memory = nullptr;
      require(cudaMalloc(&memory, std::max<size_t>(bytes, 1)) == cudaSuccess, "no memory");
      memories.push_back(memory);
      context.setTensorAddress(name, memory);
      if (!input) {
        outputs.push_back({file_of(folder, "out", free_dims, name), memory, bytes});
        continue;
      }
      std::ifstream file(file_of(folder, "in", free_dims, name), std::ios::binary);
      const std::vector<char> data{std::istreambuf_iterator<char>(file), {}};
      require(data.size() == bytes, std::string("wrong size of the data for ") + name);
      cudaMemcpy(memory, data.data(), bytes, cudaMemcpyDefault);
    }
  }
  require(context.enqueueV3(nullptr), "enqueue failed");
  require(cudaStreamSynchronize(nullptr) == cudaSuccess, "the run failed");
  for (const Output& output : outputs) {
    std::vector<char> data(output.bytes);
    require(cudaMemcpy(data.data(), output.memory, data.size(), cudaMemcpyDefault) == cudaSuccess,
            "the results cannot be read");
    std::ofstream file(output.file, std::ios::binary);
    file.write(data.data(), static_cast<std::streamsize>(data.size()));
  }
  for (void* memory : memories) cudaFree(memory);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string option = "--type=";
  std::string type = "fp32";
  if (argc > 1 && std::string(argv[1]).starts_with(option)) {
    type = std::string(argv[1]).substr(option.size());
    --argc;
    ++argv;
  }
  const bool known = type == "fp32" || type == "tf32" || type == "fp16" || type == "bf16";
  if (argc < 5 || !known) {
    std::fprintf(stderr,
                 "usage: run_model [--type=fp32|tf32|fp16|bf16] MODEL.onnx FOLDER PROFILE "
                 "CASE...\n");
    return 2;
  }
  try {
    Logger logger;
    const auto plan = build(argv[1], argv[3], type, logger);
    std::unique_ptr<nvinfer1::IRuntime> runtime(nvinfer1::createInferRuntime(logger));
    std::unique_ptr<nvinfer1::ICudaEngine> engine(
        runtime->deserializeCudaEngine(plan->data(), plan->size()));
    require(engine != nullptr, "cannot load the plan");
    std::unique_ptr<nvinfer1::IExecutionContext> context(engine->createExecutionContext());
    for (int i = 4; i < argc; ++i) run(*context, argv[2], argv[i]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "run_model: %s\n", error.what());
    return 1;
  }
}

// What goes into a context: shapes and values.
#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "trtexec/inference_stream.h"

namespace tenon::trtexec {
namespace {

constexpr uint64_t kSeed = 20'240'601;

template <typename Map>
void require_inputs(const Map& given, const nvinfer1::ICudaEngine& engine, const char* what) {
  for (const auto& [name, value] : given) {
    bool there = false;
    for (int i = 0; i < engine.getNbIOTensors(); ++i) {
      const char* io = engine.getIOTensorName(i);
      there |= io == name && engine.getTensorIOMode(io) == nvinfer1::TensorIOMode::kINPUT;
    }
    if (!there) fail("the engine has no input '{}', for which {} is given", name, what);
  }
}

Shape default_shape(const nvinfer1::ICudaEngine& engine, const char* name, int profile,
                    Console& console) {
  using nvinfer1::OptProfileSelector;
  Shape shape = to_shape(engine.getTensorShape(name));
  const Shape least = to_shape(engine.getProfileShape(name, profile, OptProfileSelector::kMIN));
  const Shape most = to_shape(engine.getProfileShape(name, profile, OptProfileSelector::kMAX));
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] >= 0) continue;
    shape[i] = 1;
    if (i < least.size() && i < most.size()) shape[i] = std::clamp<int64_t>(1, least[i], most[i]);
  }
  console.warning(
      fmt::format("Dynamic dimensions required for input: {}, but no shapes were "
                  "provided. Automatically overriding shape to: {}",
                  name, shape_text(shape)));
  return shape;
}

}  // namespace

Shapes run_shapes(const nvinfer1::ICudaEngine& engine, const InferenceChoices& choices,
                  Console& console) {
  require_inputs(choices.shapes, engine, "a shape");
  if (choices.profile >= engine.getNbOptimizationProfiles()) {
    fail("--useProfile: there is no profile {}, the engine has {}", choices.profile,
         engine.getNbOptimizationProfiles());
  }
  Shapes shapes = choices.shapes;
  for (int i = 0; i < engine.getNbIOTensors(); ++i) {
    const char* name = engine.getIOTensorName(i);
    if (engine.getTensorIOMode(name) != nvinfer1::TensorIOMode::kINPUT) continue;
    if (shapes.contains(name) || is_fixed(to_shape(engine.getTensorShape(name)))) continue;
    shapes.emplace(name, default_shape(engine, name, choices.profile, console));
  }
  return shapes;
}

void set_shapes(nvinfer1::IExecutionContext& context, int profile, const Shapes& shapes) {
  if (profile != 0) {
    const StreamHandle stream;
    if (!context.setOptimizationProfileAsync(profile, stream)) {
      fail("the optimization profile {} cannot be used", profile);
    }
    check_cuda(cudaStreamSynchronize(stream), "setting the optimization profile");
  }
  for (const auto& [name, shape] : shapes) {
    if (!context.setInputShape(name.c_str(), to_dims(shape))) {
      fail("input '{}' cannot have the shape {}", name, shape_text(shape));
    }
  }
}

std::vector<IoTensor> io_tensors(nvinfer1::IExecutionContext& context) {
  const nvinfer1::ICudaEngine& engine = context.getEngine();
  std::vector<IoTensor> tensors;
  for (int i = 0; i < engine.getNbIOTensors(); ++i) {
    const char* name = engine.getIOTensorName(i);
    IoTensor tensor{.name = name,
                    .is_input = engine.getTensorIOMode(name) == nvinfer1::TensorIOMode::kINPUT,
                    .type = engine.getTensorDataType(name),
                    .shape = to_shape(context.getTensorShape(name)),
                    .bytes = 0};
    if (!is_fixed(tensor.shape)) {
      fail(ErrorCode::kUnsupported, "the shape of '{}' is not known before the inference", name);
    }
    tensor.bytes = bytes_of(tensor.type, volume(tensor.shape));
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

std::vector<HostMemory> make_inputs(const std::vector<IoTensor>& tensors, const Files& files,
                                    Console& console) {
  for (const auto& [name, file] : files) {
    const auto is_it = [&, &wanted = name](const IoTensor& t) {
      return t.is_input && t.name == wanted;
    };
    if (std::none_of(tensors.begin(), tensors.end(), is_it)) {
      fail("the engine has no input '{}', for which a file is given", name);
    }
  }
  std::vector<HostMemory> inputs;
  for (const IoTensor& tensor : tensors) {
    if (!tensor.is_input) continue;
    HostMemory& memory = inputs.emplace_back(tensor.bytes);
    const auto file = files.find(tensor.name);
    if (file == files.end()) {
      console.info("Using random values for input " + tensor.name);
      fill_random(memory.span(), tensor.type, kSeed + inputs.size());
      continue;
    }
    console.info("Using values loaded from " + file->second + " for input " + tensor.name);
    const std::vector<std::byte> bytes = read_file(file->second);
    if (bytes.size() != tensor.bytes) {
      fail("{} has {} bytes, input '{}' of shape {} takes {}", file->second, bytes.size(),
           tensor.name, shape_text(tensor.shape), tensor.bytes);
    }
    std::copy(bytes.begin(), bytes.end(), memory.span().begin());
  }
  return inputs;
}

}  // namespace tenon::trtexec

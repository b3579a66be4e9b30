// What an engine says of its inputs and outputs.
#include <NvInfer.h>

#include "api/convert.h"
#include "api/runtime/engine.h"

namespace tenon::api {

using nvinfer1::OptProfileSelector;

int32_t CudaEngine::getNbOptimizationProfiles() const noexcept {
  return static_cast<int32_t>(plan().programs.size());
}

int32_t CudaEngine::getNbIOTensors() const noexcept {
  return static_cast<int32_t>(plan().bindings.size());
}

const char* CudaEngine::getIOTensorName(int32_t index) const noexcept {
  if (index < 0 || index >= getNbIOTensors()) {
    reporter_.error("ICudaEngine::getIOTensorName",
                    Error(ErrorCode::kInvalidArgument, "", "the index is out of range"));
    return nullptr;
  }
  return plan().bindings[static_cast<size_t>(index)].name.c_str();
}

nvinfer1::Dims CudaEngine::getTensorShape(const char* name) const noexcept {
  const int i = binding("ICudaEngine::getTensorShape", name);
  return i < 0 ? invalid_dims() : to_public(plan().bindings[static_cast<size_t>(i)].dims);
}

nvinfer1::DataType CudaEngine::getTensorDataType(const char* name) const noexcept {
  const int i = binding("ICudaEngine::getTensorDataType", name);
  return i < 0 ? nvinfer1::DataType::kFLOAT
               : to_public(plan().bindings[static_cast<size_t>(i)].dtype);
}

nvinfer1::TensorLocation CudaEngine::getTensorLocation(const char* name) const noexcept {
  binding("ICudaEngine::getTensorLocation", name);
  return nvinfer1::TensorLocation::kDEVICE;
}

bool CudaEngine::isShapeInferenceIO(const char* name) const noexcept {
  binding("ICudaEngine::isShapeInferenceIO", name);
  return false;
}

nvinfer1::TensorIOMode CudaEngine::getTensorIOMode(const char* name) const noexcept {
  const int i = name ? engine().binding_index(name) : -1;
  if (i < 0) return nvinfer1::TensorIOMode::kNONE;
  return plan().bindings[static_cast<size_t>(i)].is_input ? nvinfer1::TensorIOMode::kINPUT
                                                          : nvinfer1::TensorIOMode::kOUTPUT;
}

// Inputs and outputs are row-major: nothing is vectorised.
int32_t CudaEngine::getTensorBytesPerComponent(const char* name) const noexcept {
  binding("ICudaEngine::getTensorBytesPerComponent", name);
  return -1;
}
int32_t CudaEngine::getTensorComponentsPerElement(const char* name) const noexcept {
  binding("ICudaEngine::getTensorComponentsPerElement", name);
  return -1;
}
nvinfer1::TensorFormat CudaEngine::getTensorFormat(const char* name) const noexcept {
  binding("ICudaEngine::getTensorFormat", name);
  return nvinfer1::TensorFormat::kLINEAR;
}
int32_t CudaEngine::getTensorVectorizedDim(const char* name) const noexcept {
  binding("ICudaEngine::getTensorVectorizedDim", name);
  return -1;
}

const char* CudaEngine::getTensorFormatDesc(const char* name) const noexcept {
  const int i = binding("ICudaEngine::getTensorFormatDesc", name);
  if (i < 0) return "";
  switch (plan().bindings[static_cast<size_t>(i)].dtype) {
    case DataType::kF16: return "Row-major linear FP16 format (kLINEAR)";
    case DataType::kBF16: return "Row-major linear BF16 format (kLINEAR)";
    case DataType::kI8: return "Row-major linear INT8 format (kLINEAR)";
    case DataType::kI32: return "Row-major linear INT32 format (kLINEAR)";
    case DataType::kI64: return "Row-major linear INT64 format (kLINEAR)";
    case DataType::kBool: return "Row-major linear BOOL format (kLINEAR)";
    case DataType::kU8: return "Row-major linear UINT8 format (kLINEAR)";
    case DataType::kF8: return "Row-major linear FP8 format (kLINEAR)";
    default: return "Row-major linear FP32 format (kLINEAR)";
  }
}

int32_t CudaEngine::getTensorBytesPerComponentV2(const char* name, int32_t profile) const noexcept {
  check_profile("ICudaEngine::getTensorBytesPerComponent", profile);
  return getTensorBytesPerComponent(name);
}
int32_t CudaEngine::getTensorComponentsPerElementV2(const char* name,
                                                    int32_t profile) const noexcept {
  check_profile("ICudaEngine::getTensorComponentsPerElement", profile);
  return getTensorComponentsPerElement(name);
}
nvinfer1::TensorFormat CudaEngine::getTensorFormatV2(const char* name,
                                                     int32_t profile) const noexcept {
  check_profile("ICudaEngine::getTensorFormat", profile);
  return getTensorFormat(name);
}
const char* CudaEngine::getTensorFormatDescV2(const char* name, int32_t profile) const noexcept {
  check_profile("ICudaEngine::getTensorFormatDesc", profile);
  return getTensorFormatDesc(name);
}
int32_t CudaEngine::getTensorVectorizedDimV2(const char* name, int32_t profile) const noexcept {
  check_profile("ICudaEngine::getTensorVectorizedDim", profile);
  return getTensorVectorizedDim(name);
}

nvinfer1::Dims CudaEngine::getProfileShape(const char* name, int32_t profile,
                                           OptProfileSelector select) const noexcept {
  const char* call = "ICudaEngine::getProfileShape";
  return guarded(reporter_, call, invalid_dims(), [&] {
    const int i = binding(call, name);
    if (i < 0 || !check_profile(call, profile)) return invalid_dims();
    const auto index = static_cast<size_t>(i);
    if (!plan().bindings[index].is_input) fail("'{}' is an output: it has no profile", name);
    const DimsRange& range = plan().programs[static_cast<size_t>(profile)].ranges[index];
    switch (select) {
      case OptProfileSelector::kMIN: return to_public(range.min);
      case OptProfileSelector::kOPT: return to_public(range.opt);
      case OptProfileSelector::kMAX: return to_public(range.max);
    }
    fail("{} is no profile selector", static_cast<int>(select));
  });
}

// No input is a shape tensor, so none has values in a profile.
const int32_t* CudaEngine::getProfileTensorValues(const char* name, int32_t profile,
                                                  OptProfileSelector) const noexcept {
  binding("ICudaEngine::getProfileTensorValues", name);
  check_profile("ICudaEngine::getProfileTensorValues", profile);
  return nullptr;
}
const int64_t* CudaEngine::getProfileTensorValuesV2(const char* name, int32_t profile,
                                                    OptProfileSelector) const noexcept {
  binding("ICudaEngine::getProfileTensorValuesV2", name);
  check_profile("ICudaEngine::getProfileTensorValuesV2", profile);
  return nullptr;
}

nvinfer1::EngineCapability CudaEngine::getEngineCapability() const noexcept {
  return nvinfer1::EngineCapability::kSTANDARD;
}
nvinfer1::ProfilingVerbosity CudaEngine::getProfilingVerbosity() const noexcept {
  return static_cast<nvinfer1::ProfilingVerbosity>(plan().verbosity);
}
nvinfer1::HardwareCompatibilityLevel CudaEngine::getHardwareCompatibilityLevel() const noexcept {
  return nvinfer1::HardwareCompatibilityLevel::kNONE;
}

}  // namespace tenon::api

#pragma once

#include <NvInferRuntime.h>

#include <memory>
#include <string>

#include "api/reporter.h"
#include "api/runtime/engine.h"

namespace tenon::api {

class EngineInspector : public nvinfer1::IEngineInspector, public nvinfer1::apiv::VEngineInspector {
 public:
  EngineInspector(std::shared_ptr<const LoadedEngine> loaded, const Reporter& parent);

  nvinfer1::IEngineInspector* getPImpl() noexcept override { return this; }
  bool setExecutionContext(const nvinfer1::IExecutionContext* context) noexcept override;
  const nvinfer1::IExecutionContext* getExecutionContext() const noexcept override;
  // The texts live as long as the inspector, or until the next call of the same function.
  const char* getLayerInformation(int32_t layer,
                                  nvinfer1::LayerInformationFormat format) const noexcept override;
  const char* getEngineInformation(nvinfer1::LayerInformationFormat format) const noexcept override;
  void setErrorRecorder(nvinfer1::IErrorRecorder* recorder) noexcept override;
  nvinfer1::IErrorRecorder* getErrorRecorder() const noexcept override;

 private:
  const Program& program() const;

  std::shared_ptr<const LoadedEngine> loaded_;
  Reporter reporter_;
  const nvinfer1::IExecutionContext* context_ = nullptr;
  mutable std::string layer_text_;
  mutable std::string engine_text_;
};

}  // namespace tenon::api

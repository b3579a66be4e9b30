#pragma once

#include <NvInfer.h>

#include <limits>
#include <map>
#include <optional>
#include <string>

#include "ir/graph.h"

namespace tenon::api {

class Layer;
class Network;

// A tensor of a network over a value of its graph.
class NetworkTensor : public nvinfer1::ITensor, public nvinfer1::apiv::VTensor {
 public:
  // `layer` makes it; nullptr for an input of the network.
  NetworkTensor(Network& network, ValueId value, Layer* layer, std::string name);
  ~NetworkTensor() noexcept override = default;

  void setName(const char* name) noexcept override;
  const char* getName() const noexcept override { return name_.c_str(); }
  void setDimensions(const nvinfer1::Dims& dims) noexcept override;
  nvinfer1::Dims getDimensions() const noexcept override;
  void setType(nvinfer1::DataType type) noexcept override;
  nvinfer1::DataType getType() const noexcept override;
  bool setDynamicRange(float min, float max) noexcept override;
  bool isNetworkInput() const noexcept override { return layer_ == nullptr; }
  bool isNetworkOutput() const noexcept override;
  void setBroadcastAcrossBatch(bool) noexcept override {}
  bool getBroadcastAcrossBatch() const noexcept override { return false; }
  nvinfer1::TensorLocation getLocation() const noexcept override;
  void setLocation(nvinfer1::TensorLocation location) noexcept override;
  bool dynamicRangeIsSet() const noexcept override { return range_.has_value(); }
  void resetDynamicRange() noexcept override { range_.reset(); }
  float getDynamicRangeMin() const noexcept override;
  float getDynamicRangeMax() const noexcept override;
  void setAllowedFormats(nvinfer1::TensorFormats formats) noexcept override;
  nvinfer1::TensorFormats getAllowedFormats() const noexcept override { return formats_; }
  bool isShapeTensor() const noexcept override;
  bool isExecutionTensor() const noexcept override;
  void setDimensionName(int32_t index, const char* name) noexcept override;
  const char* getDimensionName(int32_t index) const noexcept override;

  const std::string& name() const { return name_; }
  ValueId value() const { return value_; }
  Layer* layer() const { return layer_; }
  // Whether its type and dims are known: its layer and those before it are valid.
  bool valid() const;
  // The type asked for a network output, where it is another than the layer gives.
  std::optional<DataType> asked_type() const { return asked_type_; }

 private:
  friend class Adoption;
  friend class Network;
  friend class Layer;

  // Gives the input's value the dims and names as symbols.
  void apply_dims();

  Network& network_;
  ValueId value_;
  Layer* layer_;
  std::string name_;
  int readers_ = 0;        // inputs of layers that it is
  nvinfer1::Dims dims_{};  // of an input, as set
  std::map<int32_t, std::string> dim_names_;
  struct Range {
    float min;
    float max;
  };
  std::optional<Range> range_;
  std::optional<DataType> asked_type_;
  std::optional<nvinfer1::TensorLocation> location_;
  nvinfer1::TensorFormats formats_;
};

// All formats: what tensors allow by default.
nvinfer1::TensorFormats all_formats();

}  // namespace tenon::api

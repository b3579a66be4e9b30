#include "api/network/tensor.h"

#include <cmath>

#include "api/network/network.h"

namespace tenon::api {

namespace nv = nvinfer1;

nv::TensorFormats all_formats() { return (1U << nv::EnumMax<nv::TensorFormat>()) - 1; }

NetworkTensor::NetworkTensor(Network& network, ValueId value, Layer* layer, std::string name)
    : network_(network),
      value_(value),
      layer_(layer),
      name_(std::move(name)),
      formats_(all_formats()) {
  mImpl = this;
}

bool NetworkTensor::valid() const { return layer_ == nullptr || !layer_->error(); }

void NetworkTensor::setName(const char* name) noexcept {
  guarded(network_.reporter(), "ITensor::setName", [&] {
    name_ = text_of(name, "name");
    network_.graph().value(value_).name = name_;
    if (layer_ == nullptr) apply_dims();
  });
}

// ---- type and dims

void NetworkTensor::apply_dims() {
  Shape shape;
  for (int32_t i = 0; i < dims_.nbDims; ++i) {
    if (dims_.d[i] >= 0) {
      shape.emplace_back(dims_.d[i]);
      continue;
    }
    const auto named = dim_names_.find(i);
    shape.push_back(
        Dim::symbol(named != dim_names_.end() ? named->second : fmt::format("{}.{}", name_, i)));
  }
  network_.graph().value(value_).type.dims = std::move(shape);
  network_.touch();
}

void NetworkTensor::setDimensions(const nv::Dims& dims) noexcept {
  guarded(network_.reporter(), "ITensor::setDimensions", [&] {
    if (layer_ != nullptr) return;  // follows from the layer
    numbers(dims, -1, "a dimension of input " + name_);
    dims_ = dims;
    apply_dims();
  });
}

nv::Dims NetworkTensor::getDimensions() const noexcept {
  return guarded(network_.reporter(), "ITensor::getDimensions", invalid_dims(), [&] {
    network_.settle();
    if (!valid()) return invalid_dims();
    return to_public(network_.graph().value(value_).type.dims);
  });
}

void NetworkTensor::setType(nv::DataType type) noexcept {
  guarded(network_.reporter(), "ITensor::setType", [&] {
    const DataType dtype = to_internal(type);
    if (layer_ == nullptr) {
      network_.graph().value(value_).type.dtype = dtype;
      network_.touch();
    } else if (network_.strongly_typed()) {
      fail(ErrorCode::kInvalidState, "{}: the network is strongly typed", name_);
    } else {
      asked_type_ = dtype;
    }
  });
}

nv::DataType NetworkTensor::getType() const noexcept {
  return guarded(network_.reporter(), "ITensor::getType", nv::DataType::kFLOAT, [&] {
    if (asked_type_) return to_public(*asked_type_);
    network_.settle();
    return valid() ? to_public(network_.graph().value(value_).type.dtype) : nv::DataType::kFLOAT;
  });
}

void NetworkTensor::setDimensionName(int32_t index, const char* name) noexcept {
  guarded(network_.reporter(), "ITensor::setDimensionName", [&] {
    if (layer_ != nullptr) fail("{} is no input of the network", name_);
    if (index < 0 || index >= nv::Dims::MAX_DIMS) fail("{}: axis {} is out of range", name_, index);
    if (name == nullptr || *name == '\0') {
      dim_names_.erase(index);
    } else {
      dim_names_[index] = name;
    }
    apply_dims();
  });
}

const char* NetworkTensor::getDimensionName(int32_t index) const noexcept {
  const auto named = dim_names_.find(index);
  return named == dim_names_.end() ? nullptr : named->second.c_str();
}

// ---- the rest

bool NetworkTensor::isNetworkOutput() const noexcept { return network_.is_output(*this); }

bool NetworkTensor::setDynamicRange(float min, float max) noexcept {
  return guarded(network_.reporter(), "ITensor::setDynamicRange", false, [&] {
    if (!std::isfinite(min) || !std::isfinite(max) || min > max) {
      fail("{}: {} to {} is no range", name_, min, max);
    }
    range_ = Range{min, max};
    return true;
  });
}

float NetworkTensor::getDynamicRangeMin() const noexcept {
  return range_ ? range_->min : std::numeric_limits<float>::quiet_NaN();
}

float NetworkTensor::getDynamicRangeMax() const noexcept {
  return range_ ? range_->max : std::numeric_limits<float>::quiet_NaN();
}

nv::TensorLocation NetworkTensor::getLocation() const noexcept {
  return location_.value_or(nv::TensorLocation::kDEVICE);
}

void NetworkTensor::setLocation(nv::TensorLocation location) noexcept {
  guarded(network_.reporter(), "ITensor::setLocation", [&] {
    require_enum(location, "location");
    location_ = location;
  });
}

void NetworkTensor::setAllowedFormats(nv::TensorFormats formats) noexcept {
  guarded(network_.reporter(), "ITensor::setAllowedFormats", [&] {
    if ((formats & all_formats()) == 0) fail("{}: no format is allowed", name_);
    formats_ = formats;
  });
}

bool NetworkTensor::isShapeTensor() const noexcept {
  return guarded(network_.reporter(), "ITensor::isShapeTensor", false, [&] {
    network_.settle();
    return network_.uses(value_).as_shape;
  });
}

bool NetworkTensor::isExecutionTensor() const noexcept {
  return guarded(network_.reporter(), "ITensor::isExecutionTensor", false, [&] {
    network_.settle();
    const Network::Uses uses = network_.uses(value_);
    return uses.as_data || !uses.as_shape;
  });
}

}  // namespace tenon::api

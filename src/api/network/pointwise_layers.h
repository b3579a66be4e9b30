#pragma once

#include "api/network/layer.h"
#include "ops/binary.h"
#include "ops/unary.h"

namespace tenon::api {

// The public operations and their functions; nullopt for functions that have no public name.
std::optional<nvinfer1::ActivationType> activation_of(UnaryFn fn);
std::optional<nvinfer1::UnaryOperation> unary_of(UnaryFn fn);
std::optional<nvinfer1::ElementWiseOperation> elementwise_of(BinaryFn fn);

class ActivationLayer
    : public LayerOf<nvinfer1::IActivationLayer, nvinfer1::apiv::VActivationLayer> {
 public:
  explicit ActivationLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kACTIVATION, "IActivationLayer", "Activation") {}
  void start(nvinfer1::ActivationType type);
  void adopt(const Unary& op);

  void setActivationType(nvinfer1::ActivationType type) noexcept override;
  nvinfer1::ActivationType getActivationType() const noexcept override { return type_; }
  void setAlpha(float alpha) noexcept override;
  void setBeta(float beta) noexcept override;
  float getAlpha() const noexcept override { return alpha_; }
  float getBeta() const noexcept override { return beta_; }

 private:
  void write(NodeWriter& w) override;
  nvinfer1::ActivationType type_ = nvinfer1::ActivationType::kRELU;
  float alpha_ = 0;
  float beta_ = 0;
};

class UnaryLayer : public LayerOf<nvinfer1::IUnaryLayer, nvinfer1::apiv::VUnaryLayer> {
 public:
  explicit UnaryLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kUNARY, "IUnaryLayer", "Unary") {}
  void start(nvinfer1::UnaryOperation op);

  void setOperation(nvinfer1::UnaryOperation op) noexcept override;
  nvinfer1::UnaryOperation getOperation() const noexcept override { return op_; }

 private:
  void write(NodeWriter& w) override;
  nvinfer1::UnaryOperation op_ = nvinfer1::UnaryOperation::kEXP;
};

class ElementWiseLayer
    : public LayerOf<nvinfer1::IElementWiseLayer, nvinfer1::apiv::VElementWiseLayer> {
 public:
  explicit ElementWiseLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kELEMENTWISE, "IElementWiseLayer", "ElementWise") {}
  void start(nvinfer1::ElementWiseOperation op);

  void setOperation(nvinfer1::ElementWiseOperation op) noexcept override;
  nvinfer1::ElementWiseOperation getOperation() const noexcept override { return op_; }

 private:
  void write(NodeWriter& w) override;
  nvinfer1::ElementWiseOperation op_ = nvinfer1::ElementWiseOperation::kSUM;
};

class ParametricReluLayer
    : public LayerOf<nvinfer1::IParametricReLULayer, nvinfer1::apiv::VParametricReLULayer> {
 public:
  explicit ParametricReluLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kPARAMETRIC_RELU, "IParametricReLULayer",
                "Parametric ReLU") {}

 private:
  void write(NodeWriter& w) override;
};

class SelectLayer : public LayerOf<nvinfer1::ISelectLayer, nvinfer1::apiv::VSelectLayer> {
 public:
  explicit SelectLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kSELECT, "ISelectLayer", "Select") {}

 private:
  void write(NodeWriter& w) override;
};

// Converts where a type was asked for the output.
class IdentityLayer : public LayerOf<nvinfer1::IIdentityLayer, nvinfer1::apiv::VIdentityLayer> {
 public:
  explicit IdentityLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kIDENTITY, "IIdentityLayer", "Identity") {}

 private:
  void write(NodeWriter& w) override;
};

class CastLayer : public LayerOf<nvinfer1::ICastLayer, nvinfer1::apiv::VCastLayer> {
 public:
  explicit CastLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kCAST, "ICastLayer", "Cast") {}
  void start(nvinfer1::DataType to);

  void setToType(nvinfer1::DataType type) noexcept override;
  nvinfer1::DataType getToType() const noexcept override { return to_; }

 private:
  void write(NodeWriter& w) override;
  nvinfer1::DataType to_ = nvinfer1::DataType::kFLOAT;
};

// (x * scale + shift) ^ power, the coefficients spread as the mode says.
class ScaleLayer : public LayerOf<nvinfer1::IScaleLayer, nvinfer1::apiv::VScaleLayer> {
 public:
  explicit ScaleLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kSCALE, "IScaleLayer", "Scale") {}
  void start(nvinfer1::ScaleMode mode, const nvinfer1::Weights& shift,
             const nvinfer1::Weights& scale, const nvinfer1::Weights& power, int32_t channel_axis);
  void adopt(int64_t axis, const Tensor& scale, const Tensor& shift);

  void setMode(nvinfer1::ScaleMode mode) noexcept override;
  nvinfer1::ScaleMode getMode() const noexcept override { return mode_; }
  void setShift(nvinfer1::Weights shift) noexcept override;
  nvinfer1::Weights getShift() const noexcept override { return shift_.given(); }
  void setScale(nvinfer1::Weights scale) noexcept override;
  nvinfer1::Weights getScale() const noexcept override { return scale_.given(); }
  void setPower(nvinfer1::Weights power) noexcept override;
  nvinfer1::Weights getPower() const noexcept override { return power_.given(); }
  int32_t getChannelAxis() const noexcept override { return channel_axis_; }
  void setChannelAxis(int32_t axis) noexcept override;

  bool has_weights(const void* values) const override {
    return scale_.is(values) || shift_.is(values) || power_.is(values);
  }

 private:
  void write(NodeWriter& w) override;
  // The dims in which coefficients broadcast to x.
  Dims coefficient_dims(const Shape& x) const;

  nvinfer1::ScaleMode mode_ = nvinfer1::ScaleMode::kUNIFORM;
  HeldWeights shift_;
  HeldWeights scale_;
  HeldWeights power_;
  int32_t channel_axis_ = 1;
};

}  // namespace tenon::api

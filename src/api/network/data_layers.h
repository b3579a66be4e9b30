#pragma once

#include "api/network/layer.h"

namespace tenon::api {

class ConstantLayer : public LayerOf<nvinfer1::IConstantLayer, nvinfer1::apiv::VConstantLayer> {
 public:
  explicit ConstantLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kCONSTANT, "IConstantLayer", "Constant") {}
  void start(const nvinfer1::Dims& dims, const nvinfer1::Weights& weights);
  void adopt(const Tensor& value);

  void setWeights(nvinfer1::Weights weights) noexcept override;
  nvinfer1::Weights getWeights() const noexcept override { return weights_.given(); }
  void setDimensions(const nvinfer1::Dims& dims) noexcept override;
  nvinfer1::Dims getDimensions() const noexcept override { return to_public(dims_); }
  bool has_weights(const void* values) const override { return weights_.is(values); }

 private:
  void write(NodeWriter& w) override;
  std::vector<int64_t> dims_;
  HeldWeights weights_;
};

// Linear fills of extents that are known become constants, others a Fill node.
class FillLayer : public LayerOf<nvinfer1::IFillLayer, nvinfer1::apiv::VFillLayer> {
 public:
  explicit FillLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kFILL, "IFillLayer", "Fill") {}
  void start(const nvinfer1::Dims& dims, nvinfer1::FillOperation op, nvinfer1::DataType type);
  // `dims` are nullopt when they are an input.
  void adopt(std::optional<std::vector<int64_t>> dims, DataType dtype, double value);

  void setDimensions(const nvinfer1::Dims& dims) noexcept override;
  nvinfer1::Dims getDimensions() const noexcept override;
  void setOperation(nvinfer1::FillOperation op) noexcept override;
  nvinfer1::FillOperation getOperation() const noexcept override { return op_; }
  void setAlpha(double alpha) noexcept override;
  double getAlpha() const noexcept override { return has_input(1) ? -1 : alpha_; }
  void setBeta(double beta) noexcept override;
  double getBeta() const noexcept override { return has_input(2) ? -1 : beta_; }
  void setAlphaInt64(int64_t alpha) noexcept override;
  int64_t getAlphaInt64() const noexcept override;
  void setBetaInt64(int64_t beta) noexcept override;
  int64_t getBetaInt64() const noexcept override;
  bool isAlphaBetaInt64() const noexcept override { return integers_; }
  nvinfer1::DataType getToType() const noexcept override { return to_; }
  void setToType(nvinfer1::DataType type) noexcept override;

 private:
  void write(NodeWriter& w) override;
  size_t most_inputs() const override { return 3; }
  void input_was_set(size_t index) override;
  std::vector<double> steps(const NodeWriter& w, size_t rank) const;

  std::optional<std::vector<int64_t>> dims_;
  nvinfer1::FillOperation op_ = nvinfer1::FillOperation::kLINSPACE;
  nvinfer1::DataType to_ = nvinfer1::DataType::kFLOAT;
  double alpha_ = 0;
  double beta_ = 1;
  int64_t alpha_int_ = 0;
  int64_t beta_int_ = 1;
  bool integers_ = false;
};

}  // namespace tenon::api

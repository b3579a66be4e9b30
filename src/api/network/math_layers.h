#pragma once

#include "api/network/layer.h"
#include "ops/matmul.h"
#include "ops/normalization.h"
#include "ops/reduce.h"
#include "ops/softmax.h"

namespace tenon::api {

class MatrixMultiplyLayer
    : public LayerOf<nvinfer1::IMatrixMultiplyLayer, nvinfer1::apiv::VMatrixMultiplyLayer> {
 public:
  explicit MatrixMultiplyLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kMATRIX_MULTIPLY, "IMatrixMultiplyLayer",
                "Matrix Multiply") {}
  void start(nvinfer1::MatrixOperation op_a, nvinfer1::MatrixOperation op_b);
  // An imported product may have a factor and, as input 2, a bias: neither has a public name, both
  // stay.
  void adopt(const MatMul& op);

  void setOperation(int32_t index, nvinfer1::MatrixOperation op) noexcept override;
  nvinfer1::MatrixOperation getOperation(int32_t index) const noexcept override;

 private:
  void write(NodeWriter& w) override;
  MatMul op_;
  nvinfer1::MatrixOperation operations_[2] = {nvinfer1::MatrixOperation::kNONE,
                                              nvinfer1::MatrixOperation::kNONE};
};

class SoftMaxLayer : public LayerOf<nvinfer1::ISoftMaxLayer, nvinfer1::apiv::VSoftMaxLayer> {
 public:
  explicit SoftMaxLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kSOFTMAX, "ISoftMaxLayer", "Softmax") {}
  // The logarithm of an imported node has no public name and stays.
  void adopt(const Softmax& op, size_t rank);

  void setAxes(uint32_t axes) noexcept override;
  uint32_t getAxes() const noexcept override;

 private:
  void write(NodeWriter& w) override;
  std::optional<int64_t> axis_;  // nullopt: the default, which depends on the rank
  bool log_ = false;
};

class ReduceLayer : public LayerOf<nvinfer1::IReduceLayer, nvinfer1::apiv::VReduceLayer> {
 public:
  explicit ReduceLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kREDUCE, "IReduceLayer", "Reduce") {}
  void start(nvinfer1::ReduceOperation op, uint32_t axes, bool keep_dims);
  void adopt(const Reduce& op, size_t rank);
  // nullopt for reductions that have no public name.
  static std::optional<nvinfer1::ReduceOperation> operation_of(ReduceKind kind);

  void setOperation(nvinfer1::ReduceOperation op) noexcept override;
  nvinfer1::ReduceOperation getOperation() const noexcept override { return op_; }
  void setReduceAxes(uint32_t axes) noexcept override;
  uint32_t getReduceAxes() const noexcept override { return axes_; }
  void setKeepDimensions(bool keep) noexcept override;
  bool getKeepDimensions() const noexcept override { return keep_dims_; }

 private:
  void write(NodeWriter& w) override;
  nvinfer1::ReduceOperation op_ = nvinfer1::ReduceOperation::kSUM;
  uint32_t axes_ = 0;
  bool keep_dims_ = false;
};

// x / (k + alpha / n * sum of squares over n channels)^beta, as pooling over the channels.
class LrnLayer : public LayerOf<nvinfer1::ILRNLayer, nvinfer1::apiv::VLRNLayer> {
 public:
  explicit LrnLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kLRN, "ILRNLayer", "LRN") {}
  void start(int64_t window, float alpha, float beta, float k);

  void setWindowSize(int64_t window) noexcept override;
  int64_t getWindowSize() const noexcept override { return window_; }
  void setAlpha(float alpha) noexcept override;
  float getAlpha() const noexcept override { return alpha_; }
  void setBeta(float beta) noexcept override;
  float getBeta() const noexcept override { return beta_; }
  void setK(float k) noexcept override;
  float getK() const noexcept override { return k_; }

 private:
  void write(NodeWriter& w) override;
  int64_t window_ = 1;
  float alpha_ = 0;
  float beta_ = 0;
  float k_ = 0;
};

class NormalizationLayer
    : public LayerOf<nvinfer1::INormalizationLayer, nvinfer1::apiv::VNormalizationLayer> {
 public:
  explicit NormalizationLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kNORMALIZATION, "INormalizationLayer",
                "Normalization") {}
  void start(uint32_t axes, bool v2);
  // Scale and bias of an imported node are left as they are.
  void adopt(const Normalization& op, size_t rank);

  void setEpsilon(float epsilon) noexcept override;
  float getEpsilon() const noexcept override { return epsilon_; }
  void setAxes(uint32_t axes) noexcept override;
  uint32_t getAxes() const noexcept override { return axes_; }
  void setNbGroups(int64_t groups) noexcept override;
  int64_t getNbGroups() const noexcept override { return groups_; }
  void setComputePrecision(nvinfer1::DataType type) noexcept override;
  nvinfer1::DataType getComputePrecision() const noexcept override { return precision_; }
  bool isV2() const noexcept override { return v2_; }

 private:
  void write(NodeWriter& w) override;
  // Scale or bias in the dims that the op wants.
  ValueId parameter(NodeWriter& w, size_t input, const char* tag) const;

  uint32_t axes_ = 0;
  float epsilon_ = 1e-5F;
  int64_t groups_ = 1;
  nvinfer1::DataType precision_ = nvinfer1::DataType::kFLOAT;
  bool v2_ = false;
  bool adopted_ = false;
  bool rms_ = false;  // of imported nodes; the public class has no such attribute
};

}  // namespace tenon::api

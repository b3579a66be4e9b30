#pragma once

#include "api/network/layer.h"
#include "ops/resize.h"

namespace tenon::api {

class ShuffleLayer : public LayerOf<nvinfer1::IShuffleLayer, nvinfer1::apiv::VShuffleLayer> {
 public:
  explicit ShuffleLayer(Network& network);
  // Of imported reshapes and transpositions.
  void adopt_reshape(const std::vector<int64_t>& dims, bool allow_zero);
  void adopt_reshape_by_tensor(bool allow_zero) { zero_is_placeholder_ = !allow_zero; }
  void adopt_transpose(const std::vector<int64_t>& perm);

  void setFirstTranspose(const nvinfer1::Permutation& permutation) noexcept override;
  const nvinfer1::Permutation& getFirstTranspose() const noexcept override { return first_; }
  void setReshapeDimensions(const nvinfer1::Dims& dims) noexcept override;
  nvinfer1::Dims getReshapeDimensions() const noexcept override;
  void setSecondTranspose(const nvinfer1::Permutation& permutation) noexcept override;
  const nvinfer1::Permutation& getSecondTranspose() const noexcept override { return second_; }
  void setZeroIsPlaceholder(bool placeholder) noexcept override;
  bool getZeroIsPlaceholder() const noexcept override { return zero_is_placeholder_; }

 private:
  void write(NodeWriter& w) override;
  size_t most_inputs() const override { return 2; }
  void input_was_set(size_t index) override;

  nvinfer1::Permutation first_;
  nvinfer1::Permutation second_;
  std::optional<std::vector<int64_t>> dims_;
  bool zero_is_placeholder_ = true;
};

class ConcatenationLayer
    : public LayerOf<nvinfer1::IConcatenationLayer, nvinfer1::apiv::VConcatenationLayer> {
 public:
  explicit ConcatenationLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kCONCATENATION, "IConcatenationLayer",
                "Concatenation") {}
  void adopt(int64_t axis, size_t rank);

  void setAxis(int32_t axis) noexcept override;
  int32_t getAxis() const noexcept override;

 private:
  void write(NodeWriter& w) override;
  size_t most_inputs() const override { return 1 << 16; }
  std::optional<int32_t> axis_;  // nullopt: the default, which depends on the rank
};

class ShapeLayer : public LayerOf<nvinfer1::IShapeLayer, nvinfer1::apiv::VShapeLayer> {
 public:
  explicit ShapeLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kSHAPE, "IShapeLayer", "Shape") {}

 private:
  void write(NodeWriter& w) override;
};

class GatherLayer : public LayerOf<nvinfer1::IGatherLayer, nvinfer1::apiv::VGatherLayer> {
 public:
  explicit GatherLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kGATHER, "IGatherLayer", "Gather") {}
  void start(int32_t axis) { axis_ = axis; }

  void setGatherAxis(int32_t axis) noexcept override;
  int32_t getGatherAxis() const noexcept override { return axis_; }
  void setNbElementWiseDims(int32_t count) noexcept override;
  int32_t getNbElementWiseDims() const noexcept override { return 0; }
  void setMode(nvinfer1::GatherMode mode) noexcept override;
  nvinfer1::GatherMode getMode() const noexcept override { return nvinfer1::GatherMode::kDEFAULT; }

 private:
  void write(NodeWriter& w) override;
  int32_t axis_ = 0;
};

class PaddingLayer : public LayerOf<nvinfer1::IPaddingLayer, nvinfer1::apiv::VPaddingLayer> {
 public:
  explicit PaddingLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kPADDING, "IPaddingLayer", "Padding") {}
  void start(const nvinfer1::Dims& pre, const nvinfer1::Dims& post);
  void adopt(const std::vector<int64_t>& pre, const std::vector<int64_t>& post);

  void setPrePaddingNd(const nvinfer1::Dims& padding) noexcept override;
  nvinfer1::Dims getPrePaddingNd() const noexcept override { return to_public(pre_); }
  void setPostPaddingNd(const nvinfer1::Dims& padding) noexcept override;
  nvinfer1::Dims getPostPaddingNd() const noexcept override { return to_public(post_); }

 private:
  void write(NodeWriter& w) override;
  std::vector<int64_t> pre_;
  std::vector<int64_t> post_;
};

class SqueezeLayer : public LayerOf<nvinfer1::ISqueezeLayer, nvinfer1::apiv::VSqueezeLayer> {
 public:
  explicit SqueezeLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kSQUEEZE, "ISqueezeLayer", "Squeeze") {}

 private:
  void write(NodeWriter& w) override;
};

class UnsqueezeLayer : public LayerOf<nvinfer1::IUnsqueezeLayer, nvinfer1::apiv::VUnsqueezeLayer> {
 public:
  explicit UnsqueezeLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kUNSQUEEZE, "IUnsqueezeLayer", "Unsqueeze") {}

 private:
  void write(NodeWriter& w) override;
};

class ResizeLayer : public LayerOf<nvinfer1::IResizeLayer, nvinfer1::apiv::VResizeLayer> {
 public:
  explicit ResizeLayer(Network& network);
  // `sizes` are the operand's constant elements; nullopt for none or an input.
  void adopt(const Resize& op, std::optional<std::vector<int64_t>> sizes);

  void setOutputDimensions(const nvinfer1::Dims& dims) noexcept override;
  nvinfer1::Dims getOutputDimensions() const noexcept override;
  void setScales(const float* scales, int32_t count) noexcept override;
  int32_t getScales(int32_t size, float* scales) const noexcept override;
  void setResizeMode(nvinfer1::InterpolationMode mode) noexcept override;
  nvinfer1::InterpolationMode getResizeMode() const noexcept override;
  void setCoordinateTransformation(
      nvinfer1::ResizeCoordinateTransformation transformation) noexcept override;
  nvinfer1::ResizeCoordinateTransformation getCoordinateTransformation() const noexcept override;
  void setSelectorForSinglePixel(nvinfer1::ResizeSelector selector) noexcept override;
  nvinfer1::ResizeSelector getSelectorForSinglePixel() const noexcept override;
  void setNearestRounding(nvinfer1::ResizeRoundMode mode) noexcept override;
  nvinfer1::ResizeRoundMode getNearestRounding() const noexcept override;
  void setCubicCoeff(float coefficient) noexcept override;
  float getCubicCoeff() const noexcept override { return op_.cubic_coefficient; }
  void setExcludeOutside(bool exclude) noexcept override;
  bool getExcludeOutside() const noexcept override { return op_.exclude_outside; }

 private:
  void write(NodeWriter& w) override;
  size_t most_inputs() const override { return 2; }
  void input_was_set(size_t index) override;

  Resize op_;  // its coordinates say what the selector chooses, too
  bool upper_ = false;
  std::optional<std::vector<int64_t>> sizes_;
};

}  // namespace tenon::api

#pragma once

#include "api/network/layer.h"
#include "api/network/window.h"
#include "ops/conv.h"
#include "ops/deconv.h"
#include "ops/pool.h"

namespace tenon::api {

// What IConvolutionLayer and IDeconvolutionLayer have in common. Inputs 1 and 2, where given, are
// kernel and bias in place of weights.
template <typename Face, typename Interface>
class WeightedWindowLayer : public LayerOf<Face, Interface> {
 public:
  using LayerOf<Face, Interface>::LayerOf;

  void setNbOutputMaps(int64_t maps) noexcept override;
  int64_t getNbOutputMaps() const noexcept override { return maps_; }
  void setNbGroups(int64_t groups) noexcept override;
  int64_t getNbGroups() const noexcept override { return groups_; }
  void setKernelWeights(nvinfer1::Weights weights) noexcept override;
  nvinfer1::Weights getKernelWeights() const noexcept override { return kernel_.given(); }
  void setBiasWeights(nvinfer1::Weights weights) noexcept override;
  nvinfer1::Weights getBiasWeights() const noexcept override { return bias_.given(); }
  void setPrePadding(const nvinfer1::Dims& padding) noexcept override;
  nvinfer1::Dims getPrePadding() const noexcept override { return to_public(window_.pre); }
  void setPostPadding(const nvinfer1::Dims& padding) noexcept override;
  nvinfer1::Dims getPostPadding() const noexcept override { return to_public(window_.post); }
  void setPaddingMode(nvinfer1::PaddingMode mode) noexcept override;
  nvinfer1::PaddingMode getPaddingMode() const noexcept override { return window_.mode; }
  void setKernelSizeNd(const nvinfer1::Dims& size) noexcept override;
  nvinfer1::Dims getKernelSizeNd() const noexcept override { return to_public(kernel_size_); }
  void setStrideNd(const nvinfer1::Dims& stride) noexcept override;
  nvinfer1::Dims getStrideNd() const noexcept override { return to_public(window_.stride); }
  void setPaddingNd(const nvinfer1::Dims& padding) noexcept override;
  nvinfer1::Dims getPaddingNd() const noexcept override;
  void setDilationNd(const nvinfer1::Dims& dilation) noexcept override;
  nvinfer1::Dims getDilationNd() const noexcept override { return to_public(window_.dilation); }

  bool has_weights(const void* values) const override {
    return kernel_.is(values) || bias_.is(values);
  }
  // Throws Error for arguments that are wrong by themselves.
  void start(int64_t maps, const nvinfer1::Dims& kernel_size, const nvinfer1::Weights& kernel,
             const nvinfer1::Weights& bias);

 protected:
  size_t most_inputs() const override { return 3; }
  void input_was_set(size_t index) override;
  // One number a spatial axis, at least `least`.
  std::vector<int64_t> spatial(const nvinfer1::Dims& dims, int64_t least, const char* what) const;
  // The kernel for an input x: [K, C / groups, window...], or [C, K / groups, window...] when
  // transposed.
  ValueId write_kernel(NodeWriter& w, ValueId x, bool transposed) const;
  ValueId write_bias(NodeWriter& w, ValueId x) const;
  void adopt_window(const WindowSettings& settings, int64_t groups, const Dims& kernel,
                    const Tensor* kernel_weights, const Tensor* bias, bool transposed);
  // The spatial dims of the input. Throws Error when its rank is not that of the kernel.
  Shape spatial_dims(const NodeWriter& w, ValueId x) const;

  int64_t maps_ = 0;
  int64_t groups_ = 1;
  std::vector<int64_t> kernel_size_;
  WindowSettings window_;
  HeldWeights kernel_;
  HeldWeights bias_;
};

class ConvolutionLayer
    : public WeightedWindowLayer<nvinfer1::IConvolutionLayer, nvinfer1::apiv::VConvolutionLayer> {
 public:
  explicit ConvolutionLayer(Network& network)
      : WeightedWindowLayer(network, nvinfer1::LayerType::kCONVOLUTION, "IConvolutionLayer",
                            "Convolution") {}
  // Takes an imported node's attributes; kernel and bias are nullptr when they are inputs.
  void adopt(const Conv& op, const Dims& kernel_dims, const Tensor* kernel, const Tensor* bias);

 private:
  void write(NodeWriter& w) override;
};

class DeconvolutionLayer : public WeightedWindowLayer<nvinfer1::IDeconvolutionLayer,
                                                      nvinfer1::apiv::VDeconvolutionLayer> {
 public:
  explicit DeconvolutionLayer(Network& network)
      : WeightedWindowLayer(network, nvinfer1::LayerType::kDECONVOLUTION, "IDeconvolutionLayer",
                            "Deconvolution") {}
  void adopt(const Deconv& op, const Dims& kernel_dims, const Tensor* kernel, const Tensor* bias);

 private:
  void write(NodeWriter& w) override;
  std::vector<int64_t> output_pad_;  // of imported nodes; the public class has no such attribute
};

class PoolingLayer : public LayerOf<nvinfer1::IPoolingLayer, nvinfer1::apiv::VPoolingLayer> {
 public:
  explicit PoolingLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kPOOLING, "IPoolingLayer", "Pooling") {}
  void start(nvinfer1::PoolingType type, const nvinfer1::Dims& window);
  void adopt(const Pool& op);

  void setPoolingType(nvinfer1::PoolingType type) noexcept override;
  nvinfer1::PoolingType getPoolingType() const noexcept override { return type_; }
  void setBlendFactor(float blend) noexcept override;
  float getBlendFactor() const noexcept override { return blend_; }
  void setAverageCountExcludesPadding(bool exclusive) noexcept override;
  bool getAverageCountExcludesPadding() const noexcept override { return exclusive_; }
  void setPrePadding(const nvinfer1::Dims& padding) noexcept override;
  nvinfer1::Dims getPrePadding() const noexcept override { return to_public(settings_.pre); }
  void setPostPadding(const nvinfer1::Dims& padding) noexcept override;
  nvinfer1::Dims getPostPadding() const noexcept override { return to_public(settings_.post); }
  void setPaddingMode(nvinfer1::PaddingMode mode) noexcept override;
  nvinfer1::PaddingMode getPaddingMode() const noexcept override { return settings_.mode; }
  void setWindowSizeNd(const nvinfer1::Dims& window) noexcept override;
  nvinfer1::Dims getWindowSizeNd() const noexcept override { return to_public(window_); }
  void setStrideNd(const nvinfer1::Dims& stride) noexcept override;
  nvinfer1::Dims getStrideNd() const noexcept override { return to_public(settings_.stride); }
  void setPaddingNd(const nvinfer1::Dims& padding) noexcept override;
  nvinfer1::Dims getPaddingNd() const noexcept override;

 private:
  void write(NodeWriter& w) override;
  std::vector<int64_t> spatial(const nvinfer1::Dims& dims, int64_t least, const char* what) const;

  nvinfer1::PoolingType type_ = nvinfer1::PoolingType::kMAX;
  float blend_ = 0;
  bool exclusive_ = true;
  std::vector<int64_t> window_;
  // The dilation is that of imported nodes; the public class has no such attribute.
  WindowSettings settings_;
};

}  // namespace tenon::api

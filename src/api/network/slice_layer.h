#pragma once

#include "api/network/layer.h"

namespace tenon::api {

// A strided box. The public layer says where it starts and how large the result is; the op says
// where it starts and ends.
class SliceLayer : public LayerOf<nvinfer1::ISliceLayer, nvinfer1::apiv::VSliceLayer> {
 public:
  explicit SliceLayer(Network& network)
      : LayerOf(network, nvinfer1::LayerType::kSLICE, "ISliceLayer", "Slice") {}
  void start(const nvinfer1::Dims& start, const nvinfer1::Dims& size, const nvinfer1::Dims& stride);
  void adopt(const std::vector<int64_t>& start, const std::vector<int64_t>& size,
             const std::vector<int64_t>& stride);

  void setStart(const nvinfer1::Dims& start) noexcept override;
  nvinfer1::Dims getStart() const noexcept override { return shown(start_); }
  void setSize(const nvinfer1::Dims& size) noexcept override;
  nvinfer1::Dims getSize() const noexcept override { return shown(size_); }
  void setStride(const nvinfer1::Dims& stride) noexcept override;
  nvinfer1::Dims getStride() const noexcept override { return shown(stride_); }
  void setMode(nvinfer1::SampleMode mode) noexcept override;
  nvinfer1::SampleMode getMode() const noexcept override { return mode_; }
  void setAxes(const nvinfer1::Dims& axes) noexcept override;
  nvinfer1::Dims getAxes() const noexcept override { return shown(axes_); }

 private:
  using Numbers = std::optional<std::vector<int64_t>>;

  // Where the box lies, one number for each axis it speaks of.
  struct Box {
    std::vector<int64_t> start;
    std::vector<int64_t> size;
    std::vector<int64_t> stride;
  };

  void write(NodeWriter& w) override;
  void write_inside(NodeWriter& w, ValueId x, const std::vector<int64_t>& axes, const Box& box);
  void write_beyond(NodeWriter& w, ValueId x, const std::vector<int64_t>& axes, const Box& box);
  void write_by_tensor(NodeWriter& w, ValueId x, const std::vector<int64_t>& axes);
  size_t most_inputs() const override { return 6; }
  void input_was_set(size_t index) override;
  // The numbers set, or the constant contents of the input in their place; nullopt for contents
  // that are not constant.
  Numbers known(const NodeWriter& w, const Numbers& set, size_t input) const;
  std::vector<int64_t> axes(const NodeWriter& w, size_t rank) const;
  static nvinfer1::Dims shown(const Numbers& numbers);

  Numbers start_;
  Numbers size_;
  Numbers stride_;
  Numbers axes_;
  nvinfer1::SampleMode mode_ = nvinfer1::SampleMode::kSTRICT_BOUNDS;
};

}  // namespace tenon::api

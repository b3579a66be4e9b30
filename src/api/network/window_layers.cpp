#include "api/network/window_layers.h"

#include "ops/binary.h"

namespace tenon::api {

namespace nv = nvinfer1;

namespace {

std::vector<int64_t> spatial_numbers(const nv::Dims& dims, int64_t least, const char* what,
                                     size_t axes) {
  std::vector<int64_t> values = numbers(dims, least, what);
  if (values.size() != axes) {
    fail("{} has {} numbers, but the window has {} axes", what, values.size(), axes);
  }
  return values;
}

std::vector<int64_t> window_size(const nv::Dims& dims, const char* what) {
  std::vector<int64_t> size = numbers(dims, 1, what);
  if (size.empty() || size.size() > 3) {
    fail("{} has {} axes, but 1 to 3 spatial axes are possible", what, size.size());
  }
  return size;
}

// Settings with the lists of an op, where empty ones stand for defaults.
template <typename T>
WindowSettings settings_of(const T& op, size_t axes) {
  WindowSettings settings = WindowSettings::plain(axes);
  if (!op.stride.empty()) settings.stride = op.stride;
  if (!op.pad_begin.empty()) settings.pre = op.pad_begin;
  if (!op.pad_end.empty()) settings.post = op.pad_end;
  if (!op.dilation.empty()) settings.dilation = op.dilation;
  return settings;
}

Shape spatial_dims_of(const Shape& dims, size_t axes) {
  if (dims.size() != axes + 2) {
    fail("the input {} has not the two axes and {} spatial axes of the window", to_string(dims),
         axes);
  }
  return {dims.begin() + 2, dims.end()};
}

}  // namespace

// ---- convolution and deconvolution

template <typename F, typename I>
void WeightedWindowLayer<F, I>::start(int64_t maps, const nv::Dims& kernel_size,
                                      const nv::Weights& kernel, const nv::Weights& bias) {
  if (maps < 1) fail("the number of output maps is {}", maps);
  maps_ = maps;
  kernel_size_ = window_size(kernel_size, "the kernel size");
  window_ = WindowSettings::plain(kernel_size_.size());
  kernel_ = HeldWeights(kernel, "the kernel weights");
  bias_ = HeldWeights(bias, "the bias weights");
}

template <typename F, typename I>
std::vector<int64_t> WeightedWindowLayer<F, I>::spatial(const nv::Dims& dims, int64_t least,
                                                        const char* what) const {
  return spatial_numbers(dims, least, what, kernel_size_.size());
}

template <typename F, typename I>
void WeightedWindowLayer<F, I>::setNbOutputMaps(int64_t maps) noexcept {
  this->edit("setNbOutputMaps", [&] {
    if (maps < 1) fail("{} output maps", maps);
    maps_ = maps;
  });
}

template <typename F, typename I>
void WeightedWindowLayer<F, I>::setNbGroups(int64_t groups) noexcept {
  this->edit("setNbGroups", [&] {
    if (groups < 1) fail("{} groups", groups);
    groups_ = groups;
  });
}

template <typename F, typename I>
void WeightedWindowLayer<F, I>::setKernelWeights(nv::Weights weights) noexcept {
  this->edit("setKernelWeights", [&] {
    kernel_ = HeldWeights(weights, "the kernel weights");
    if (!kernel_.empty()) this->drop_input(1);
  });
}

template <typename F, typename I>
void WeightedWindowLayer<F, I>::setBiasWeights(nv::Weights weights) noexcept {
  this->edit("setBiasWeights", [&] {
    bias_ = HeldWeights(weights, "the bias weights");
    if (!bias_.empty()) this->drop_input(2);
  });
}

template <typename F, typename I>
void WeightedWindowLayer<F, I>::setPrePadding(const nv::Dims& padding) noexcept {
  this->edit("setPrePadding", [&] { window_.pre = spatial(padding, 0, "padding"); });
}

template <typename F, typename I>
void WeightedWindowLayer<F, I>::setPostPadding(const nv::Dims& padding) noexcept {
  this->edit("setPostPadding", [&] { window_.post = spatial(padding, 0, "padding"); });
}

template <typename F, typename I>
void WeightedWindowLayer<F, I>::setPaddingMode(nv::PaddingMode mode) noexcept {
  this->edit("setPaddingMode", [&] {
    require_enum(mode, "padding mode");
    window_.mode = mode;
  });
}

template <typename F, typename I>
void WeightedWindowLayer<F, I>::setKernelSizeNd(const nv::Dims& size) noexcept {
  this->edit("setKernelSizeNd", [&] { kernel_size_ = spatial(size, 1, "the kernel size"); });
}

template <typename F, typename I>
void WeightedWindowLayer<F, I>::setStrideNd(const nv::Dims& stride) noexcept {
  this->edit("setStrideNd", [&] { window_.stride = spatial(stride, 1, "the stride"); });
}

template <typename F, typename I>
void WeightedWindowLayer<F, I>::setPaddingNd(const nv::Dims& padding) noexcept {
  this->edit("setPaddingNd", [&] { window_.pre = window_.post = spatial(padding, 0, "padding"); });
}

template <typename F, typename I>
nv::Dims WeightedWindowLayer<F, I>::getPaddingNd() const noexcept {
  if (window_.pre != window_.post) {
    this->complain("getPaddingNd", "the padding is not the same before and after");
  }
  return to_public(window_.pre);
}

template <typename F, typename I>
void WeightedWindowLayer<F, I>::setDilationNd(const nv::Dims& dilation) noexcept {
  this->edit("setDilationNd", [&] { window_.dilation = spatial(dilation, 1, "the dilation"); });
}

template <typename F, typename I>
void WeightedWindowLayer<F, I>::input_was_set(size_t index) {
  if (index == 1) kernel_ = {};
  if (index == 2) bias_ = {};
}

template <typename F, typename I>
Shape WeightedWindowLayer<F, I>::spatial_dims(const NodeWriter& w, ValueId x) const {
  return spatial_dims_of(w.dims(x), kernel_size_.size());
}

template <typename F, typename I>
ValueId WeightedWindowLayer<F, I>::write_kernel(NodeWriter& w, ValueId x, bool transposed) const {
  if (this->has_input(1)) return w.input(1);
  if (maps_ % groups_ != 0) fail("{} groups do not divide {} output maps", groups_, maps_);
  const int64_t known = transposed ? maps_ / groups_ : maps_;
  int64_t taps = 1;
  for (const int64_t k : kernel_size_) taps *= k;
  if (kernel_.empty()) fail("the kernel has no weights");
  // The other of the two first dims follows from the number of weights.
  if (kernel_.count() % (known * taps) != 0) {
    fail("the kernel weights have {} values, which is no multiple of {} maps of {} taps",
         kernel_.count(), known, taps);
  }
  const int64_t other = kernel_.count() / (known * taps);
  Dims dims = transposed ? Dims{other, known} : Dims{known, other};
  for (const int64_t k : kernel_size_) dims.push_back(k);
  return w.constant("kernel", kernel_.shaped(dims, w.type(x).dtype, "the kernel weights"));
}

template <typename F, typename I>
ValueId WeightedWindowLayer<F, I>::write_bias(NodeWriter& w, ValueId x) const {
  if (this->has_input(2)) return w.input(2);
  if (bias_.empty()) return kNone;
  return w.constant("bias", bias_.shaped(Dims{maps_}, w.type(x).dtype, "the bias weights"));
}

template <typename F, typename I>
void WeightedWindowLayer<F, I>::adopt_window(const WindowSettings& settings, int64_t groups,
                                             const Dims& kernel, const Tensor* kernel_weights,
                                             const Tensor* bias, bool transposed) {
  groups_ = groups;
  window_ = settings;
  kernel_size_.assign(kernel.begin() + 2, kernel.end());
  maps_ = transposed ? kernel[1] * groups : kernel[0];
  if (kernel_weights) kernel_ = HeldWeights(*kernel_weights);
  if (bias) bias_ = HeldWeights(*bias);
}

static std::vector<ValueId> operands(ValueId x, ValueId kernel, ValueId bias) {
  std::vector<ValueId> values = {x, kernel};
  if (bias != kNone) values.push_back(bias);
  return values;
}

void ConvolutionLayer::write(NodeWriter& w) {
  const ValueId x = w.input(0);
  const ValueId kernel = write_kernel(w, x, false);
  const ValueId bias = write_bias(w, x);
  WindowPadding padding = padding_of(window_, kernel_size_, spatial_dims(w, x), false);
  w.result(Conv{.stride = window_.stride,
                .pad_begin = std::move(padding.begin),
                .pad_end = std::move(padding.end),
                .dilation = window_.dilation,
                .groups = groups_},
           operands(x, kernel, bias));
}

void ConvolutionLayer::adopt(const Conv& op, const Dims& kernel_dims, const Tensor* kernel,
                             const Tensor* bias) {
  adopt_window(settings_of(op, static_cast<size_t>(kernel_dims.rank()) - 2), op.groups, kernel_dims,
               kernel, bias, false);
}

void DeconvolutionLayer::write(NodeWriter& w) {
  const ValueId x = w.input(0);
  const ValueId kernel = write_kernel(w, x, true);
  const ValueId bias = write_bias(w, x);
  spatial_dims(w, x);
  WindowCut cut = cut_of(window_, kernel_size_);
  for (size_t i = 0; i < output_pad_.size(); ++i) cut.added[i] += output_pad_[i];
  w.result(Deconv{.stride = window_.stride,
                  .pad_begin = std::move(cut.begin),
                  .pad_end = std::move(cut.end),
                  .dilation = window_.dilation,
                  .output_pad = std::move(cut.added),
                  .groups = groups_},
           operands(x, kernel, bias));
}

void DeconvolutionLayer::adopt(const Deconv& op, const Dims& kernel_dims, const Tensor* kernel,
                               const Tensor* bias) {
  adopt_window(settings_of(op, static_cast<size_t>(kernel_dims.rank()) - 2), op.groups, kernel_dims,
               kernel, bias, true);
  output_pad_ = op.output_pad;
}

template class WeightedWindowLayer<nv::IConvolutionLayer, nv::apiv::VConvolutionLayer>;
template class WeightedWindowLayer<nv::IDeconvolutionLayer, nv::apiv::VDeconvolutionLayer>;

// ---- pooling

void PoolingLayer::start(nv::PoolingType type, const nv::Dims& window) {
  require_enum(type, "pooling type");
  type_ = type;
  window_ = window_size(window, "the window size");
  settings_ = WindowSettings::plain(window_.size());
}

std::vector<int64_t> PoolingLayer::spatial(const nv::Dims& dims, int64_t least,
                                           const char* what) const {
  return spatial_numbers(dims, least, what, window_.size());
}

void PoolingLayer::setPoolingType(nv::PoolingType type) noexcept {
  edit("setPoolingType", [&] {
    require_enum(type, "pooling type");
    type_ = type;
  });
}

void PoolingLayer::setBlendFactor(float blend) noexcept {
  edit("setBlendFactor", [&] {
    if (!(blend >= 0 && blend <= 1)) fail("the blend factor is {}, outside of 0 to 1", blend);
    blend_ = blend;
  });
}

void PoolingLayer::setAverageCountExcludesPadding(bool exclusive) noexcept {
  edit("setAverageCountExcludesPadding", [&] { exclusive_ = exclusive; });
}

void PoolingLayer::setPrePadding(const nv::Dims& padding) noexcept {
  edit("setPrePadding", [&] { settings_.pre = spatial(padding, 0, "padding"); });
}

void PoolingLayer::setPostPadding(const nv::Dims& padding) noexcept {
  edit("setPostPadding", [&] { settings_.post = spatial(padding, 0, "padding"); });
}

void PoolingLayer::setPaddingMode(nv::PaddingMode mode) noexcept {
  edit("setPaddingMode", [&] {
    require_enum(mode, "padding mode");
    settings_.mode = mode;
  });
}

void PoolingLayer::setWindowSizeNd(const nv::Dims& window) noexcept {
  edit("setWindowSizeNd", [&] { window_ = spatial(window, 1, "the window size"); });
}

void PoolingLayer::setStrideNd(const nv::Dims& stride) noexcept {
  edit("setStrideNd", [&] { settings_.stride = spatial(stride, 1, "the stride"); });
}

void PoolingLayer::setPaddingNd(const nv::Dims& padding) noexcept {
  edit("setPaddingNd", [&] { settings_.pre = settings_.post = spatial(padding, 0, "padding"); });
}

nv::Dims PoolingLayer::getPaddingNd() const noexcept {
  if (settings_.pre != settings_.post) {
    complain("getPaddingNd", "the padding is not the same before and after");
  }
  return to_public(settings_.pre);
}

void PoolingLayer::write(NodeWriter& w) {
  const ValueId x = w.input(0);
  const WindowPadding padding =
      padding_of(settings_, window_, spatial_dims_of(w.dims(x), window_.size()), true);
  Pool op{.kind = type_ == nv::PoolingType::kAVERAGE ? PoolKind::kAverage : PoolKind::kMax,
          .window = window_,
          .stride = settings_.stride,
          .pad_begin = padding.begin,
          .pad_end = padding.end,
          .dilation = settings_.dilation,
          .ceil_mode = settings_.mode == nv::PaddingMode::kEXPLICIT_ROUND_UP,
          .count_include_pad = !exclusive_};
  if (type_ != nv::PoolingType::kMAX_AVERAGE_BLEND) {
    w.result(std::move(op), {x});
    return;
  }
  const DataType dtype = w.type(x).dtype;
  const auto weighted = [&](const char* tag, const Pool& pool, double weight) {
    const std::string name = tag;
    const ValueId factor = w.constant(name + "_weight", filled(dtype, {}, weight));
    const ValueId pooled = w.add(name, pool, {x});
    return w.add(name + "_share", Binary{BinaryFn::kMul}, {pooled, factor});
  };
  const ValueId largest = weighted("largest", op, 1 - static_cast<double>(blend_));
  op.kind = PoolKind::kAverage;
  const ValueId mean = weighted("mean", op, blend_);
  w.result(Binary{BinaryFn::kAdd}, {largest, mean});
}

void PoolingLayer::adopt(const Pool& op) {
  type_ = op.kind == PoolKind::kMax ? nv::PoolingType::kMAX : nv::PoolingType::kAVERAGE;
  exclusive_ = !op.count_include_pad;
  window_ = op.window;
  settings_ = settings_of(op, op.window.size());
  if (op.ceil_mode) settings_.mode = nv::PaddingMode::kEXPLICIT_ROUND_UP;
}

}  // namespace tenon::api

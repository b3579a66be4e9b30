#include "api/network/shape_layers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "ops/concat.h"
#include "ops/gather.h"
#include "ops/identity.h"
#include "ops/pad.h"
#include "ops/reshape.h"
#include "ops/shape_of.h"
#include "ops/transpose.h"

namespace tenon::api {

namespace nv = nvinfer1;

// ---- shuffle

static nv::Permutation identity_permutation() {
  nv::Permutation p{};
  std::iota(std::begin(p.order), std::end(p.order), 0);
  return p;
}

ShuffleLayer::ShuffleLayer(Network& network)
    : LayerOf(network, nv::LayerType::kSHUFFLE, "IShuffleLayer", "Shuffle"),
      first_(identity_permutation()),
      second_(identity_permutation()) {}

void ShuffleLayer::adopt_reshape(const std::vector<int64_t>& dims, bool allow_zero) {
  dims_ = dims;
  zero_is_placeholder_ = !allow_zero;
}

void ShuffleLayer::adopt_transpose(const std::vector<int64_t>& perm) {
  for (size_t i = 0; i < perm.size(); ++i) first_.order[i] = static_cast<int32_t>(perm[i]);
}

void ShuffleLayer::setFirstTranspose(const nv::Permutation& permutation) noexcept {
  edit("setFirstTranspose", [&] { first_ = permutation; });
}

void ShuffleLayer::setSecondTranspose(const nv::Permutation& permutation) noexcept {
  edit("setSecondTranspose", [&] { second_ = permutation; });
}

void ShuffleLayer::setReshapeDimensions(const nv::Dims& dims) noexcept {
  edit("setReshapeDimensions", [&] {
    dims_ = numbers(dims, -1, "a dimension to reshape to");
    drop_input(1);
  });
}

nv::Dims ShuffleLayer::getReshapeDimensions() const noexcept {
  return dims_ ? to_public(*dims_) : invalid_dims();
}

void ShuffleLayer::setZeroIsPlaceholder(bool placeholder) noexcept {
  edit("setZeroIsPlaceholder", [&] { zero_is_placeholder_ = placeholder; });
}

void ShuffleLayer::input_was_set(size_t index) {
  if (index == 1) dims_.reset();
}

// The permutation's first entries; empty when they leave a tensor of that rank as it is.
static std::vector<int64_t> permutation_of(const nv::Permutation& p, size_t rank) {
  std::vector<int64_t> order(p.order, p.order + std::min<size_t>(rank, nv::Dims::MAX_DIMS));
  for (size_t i = 0; i < order.size(); ++i) {
    if (order[i] != static_cast<int64_t>(i)) return order;
  }
  return {};
}

void ShuffleLayer::write(NodeWriter& w) {
  ValueId x = w.input(0);
  const auto first = permutation_of(first_, w.dims(x).size());
  const bool reshapes = dims_ || has_input(1);
  if (!first.empty() && !reshapes && permutation_of(second_, first.size()).empty()) {
    w.result(Transpose{first}, {x});
    return;
  }
  if (!first.empty()) x = w.add("first_transpose", Transpose{first}, {x});
  if (reshapes) {
    const ValueId shape = has_input(1) ? w.input(1) : w.integers("dims", *dims_);
    const Reshape reshape{!zero_is_placeholder_};
    size_t rank = dims_ ? dims_->size() : 0;
    if (!dims_ && w.elements(shape)) rank = w.elements(shape)->size();
    if (permutation_of(second_, rank).empty()) {
      w.result(reshape, {x, shape});
      return;
    }
    x = w.add("reshape", reshape, {x, shape});
  }
  const auto second = permutation_of(second_, w.dims(x).size());
  if (second.empty()) {
    w.result(Identity{}, {x});
  } else {
    w.result(Transpose{second}, {x});
  }
}

// ---- concatenation

void ConcatenationLayer::adopt(int64_t axis, size_t rank) {
  axis_ = static_cast<int32_t>(axis < 0 ? axis + static_cast<int64_t>(rank) : axis);
}

void ConcatenationLayer::setAxis(int32_t axis) noexcept {
  edit("setAxis", [&] {
    if (axis < 0 || axis >= nv::Dims::MAX_DIMS) fail("axis {} is out of range", axis);
    axis_ = axis;
  });
}

static int32_t default_axis(size_t rank) { return std::max(0, static_cast<int32_t>(rank) - 3); }

int32_t ConcatenationLayer::getAxis() const noexcept {
  return guarded(reporter(), "IConcatenationLayer::getAxis", 0, [&] {
    const Shape* dims = known_dims(0);
    return axis_.value_or(default_axis(dims ? dims->size() : 0));
  });
}

void ConcatenationLayer::write(NodeWriter& w) {
  std::vector<ValueId> values;
  for (size_t i = 0; i < w.input_count(); ++i) values.push_back(w.input(i));
  const int32_t axis = axis_.value_or(default_axis(w.dims(values.at(0)).size()));
  w.result(Concat{axis}, std::move(values));
}

// ---- shape and gather

void ShapeLayer::write(NodeWriter& w) { w.result(ShapeOf{}, {w.input(0)}); }

void GatherLayer::setGatherAxis(int32_t axis) noexcept {
  edit("setGatherAxis", [&] { axis_ = axis; });
}

void GatherLayer::setNbElementWiseDims(int32_t count) noexcept {
  if (count != 0) not_implemented(reporter(), "IGatherLayer::setNbElementWiseDims");
}

void GatherLayer::setMode(nv::GatherMode mode) noexcept {
  if (mode != nv::GatherMode::kDEFAULT) not_implemented(reporter(), "IGatherLayer::setMode");
}

void GatherLayer::write(NodeWriter& w) { w.result(Gather{axis_}, {w.input(0), w.input(1)}); }

// ---- padding

static std::vector<int64_t> two_numbers(const nv::Dims& dims) {
  std::vector<int64_t> values = numbers(dims, INT32_MIN, "padding");
  if (values.size() != 2)
    fail("the padding has {} numbers, not one for each of the last two axes", values.size());
  return values;
}

void PaddingLayer::start(const nv::Dims& pre, const nv::Dims& post) {
  pre_ = two_numbers(pre);
  post_ = two_numbers(post);
}

void PaddingLayer::adopt(const std::vector<int64_t>& pre, const std::vector<int64_t>& post) {
  pre_ = pre;
  post_ = post;
}

void PaddingLayer::setPrePaddingNd(const nv::Dims& padding) noexcept {
  edit("setPrePaddingNd", [&] { pre_ = two_numbers(padding); });
}

void PaddingLayer::setPostPaddingNd(const nv::Dims& padding) noexcept {
  edit("setPostPaddingNd", [&] { post_ = two_numbers(padding); });
}

void PaddingLayer::write(NodeWriter& w) {
  const ValueId x = w.input(0);
  const size_t rank = w.dims(x).size();
  if (rank < 2) fail("the input {} has not two axes", to_string(w.dims(x)));
  std::vector<int64_t> pads(2 * rank, 0);
  for (size_t i = 0; i < 2; ++i) {
    pads[rank - 2 + i] = pre_[i];
    pads[2 * rank - 2 + i] = post_[i];
  }
  w.result(Pad{}, {x, w.integers("pads", pads)});
}

// ---- squeeze and unsqueeze

static std::vector<int64_t> constant_axes(const NodeWriter& w, ValueId axes) {
  const auto& elements = w.elements(axes);
  if (!elements) fail("the axes must be constant");
  std::vector<int64_t> values;
  for (const Dim& d : *elements) {
    if (!d.is_constant()) fail("the axes must be constant");
    values.push_back(d.value());
  }
  return values;
}

void SqueezeLayer::write(NodeWriter& w) {
  w.result(Squeeze{constant_axes(w, w.input(1))}, {w.input(0)});
}

void UnsqueezeLayer::write(NodeWriter& w) {
  w.result(Unsqueeze{constant_axes(w, w.input(1))}, {w.input(0)});
}

// ---- resize

namespace {

// In the order of the public enumerations.
constexpr std::array kModes = {ResizeMode::kNearest, ResizeMode::kLinear, ResizeMode::kCubic};
constexpr std::array kCoordinates = {ResizeCoordinates::kAlignCorners,
                                     ResizeCoordinates::kAsymmetric, ResizeCoordinates::kHalfPixel};
constexpr std::array kRoundings = {ResizeRounding::kRoundPreferCeil,
                                   ResizeRounding::kRoundPreferFloor, ResizeRounding::kFloor,
                                   ResizeRounding::kCeil};

template <typename E, typename Table, typename T>
E place_in(const Table& table, T value) {
  return static_cast<E>(std::find(table.begin(), table.end(), value) - table.begin());
}

}  // namespace

ResizeLayer::ResizeLayer(Network& network)
    : LayerOf(network, nv::LayerType::kRESIZE, "IResizeLayer", "Resize") {
  op_.coordinates = ResizeCoordinates::kAsymmetric;
  op_.rounding = ResizeRounding::kFloor;
}

void ResizeLayer::adopt(const Resize& op, std::optional<std::vector<int64_t>> sizes) {
  op_ = op;
  sizes_ = std::move(sizes);
  upper_ = op.coordinates == ResizeCoordinates::kPytorchHalfPixel;
}

void ResizeLayer::setOutputDimensions(const nv::Dims& dims) noexcept {
  edit("setOutputDimensions", [&] {
    sizes_ = numbers(dims, 0, "an output dimension");
    op_.scales.clear();
    drop_input(1);
  });
}

nv::Dims ResizeLayer::getOutputDimensions() const noexcept {
  return sizes_ ? to_public(*sizes_) : invalid_dims();
}

void ResizeLayer::setScales(const float* scales, int32_t count) noexcept {
  edit("setScales", [&] {
    if (count < 1 || count > nv::Dims::MAX_DIMS) fail("{} scales", count);
    const float* first = &non_null(scales, "scales");
    for (int32_t i = 0; i < count; ++i) {
      if (!(first[i] > 0) || !std::isfinite(first[i])) fail("scale {} is {}", i, first[i]);
    }
    op_.scales.assign(first, first + count);
    sizes_.reset();
    drop_input(1);
  });
}

int32_t ResizeLayer::getScales(int32_t size, float* scales) const noexcept {
  if (op_.scales.empty()) return -1;
  const auto count = static_cast<int32_t>(op_.scales.size());
  if (scales != nullptr && size >= count) std::copy(op_.scales.begin(), op_.scales.end(), scales);
  return count;
}

void ResizeLayer::setResizeMode(nv::InterpolationMode mode) noexcept {
  edit("setResizeMode", [&] {
    require_enum(mode, "interpolation mode");
    op_.mode = kModes.at(static_cast<size_t>(mode));
  });
}

nv::InterpolationMode ResizeLayer::getResizeMode() const noexcept {
  return place_in<nv::InterpolationMode>(kModes, op_.mode);
}

void ResizeLayer::setCoordinateTransformation(
    nv::ResizeCoordinateTransformation transformation) noexcept {
  edit("setCoordinateTransformation", [&] {
    require_enum(transformation, "coordinate transformation");
    op_.coordinates = kCoordinates.at(static_cast<size_t>(transformation));
  });
}

nv::ResizeCoordinateTransformation ResizeLayer::getCoordinateTransformation() const noexcept {
  const bool half = op_.coordinates == ResizeCoordinates::kPytorchHalfPixel ||
                    op_.coordinates == ResizeCoordinates::kHalfPixelSymmetric;
  return place_in<nv::ResizeCoordinateTransformation>(
      kCoordinates, half ? ResizeCoordinates::kHalfPixel : op_.coordinates);
}

void ResizeLayer::setSelectorForSinglePixel(nv::ResizeSelector selector) noexcept {
  edit("setSelectorForSinglePixel", [&] {
    require_enum(selector, "resize selector");
    upper_ = selector == nv::ResizeSelector::kUPPER;
    if (!upper_ && op_.coordinates == ResizeCoordinates::kPytorchHalfPixel) {
      op_.coordinates = ResizeCoordinates::kHalfPixel;
    }
  });
}

nv::ResizeSelector ResizeLayer::getSelectorForSinglePixel() const noexcept {
  return upper_ ? nv::ResizeSelector::kUPPER : nv::ResizeSelector::kFORMULA;
}

void ResizeLayer::setNearestRounding(nv::ResizeRoundMode mode) noexcept {
  edit("setNearestRounding", [&] {
    require_enum(mode, "round mode");
    op_.rounding = kRoundings.at(static_cast<size_t>(mode));
  });
}

nv::ResizeRoundMode ResizeLayer::getNearestRounding() const noexcept {
  return place_in<nv::ResizeRoundMode>(kRoundings, op_.rounding);
}

void ResizeLayer::setCubicCoeff(float coefficient) noexcept {
  edit("setCubicCoeff", [&] { op_.cubic_coefficient = coefficient; });
}

void ResizeLayer::setExcludeOutside(bool exclude) noexcept {
  edit("setExcludeOutside", [&] { op_.exclude_outside = exclude; });
}

void ResizeLayer::input_was_set(size_t index) {
  if (index != 1) return;
  sizes_.reset();
  op_.scales.clear();
}

void ResizeLayer::write(NodeWriter& w) {
  Resize op = op_;
  // The others read coordinate 0 of an axis of extent 1 anyway.
  if (upper_ && op.coordinates == ResizeCoordinates::kHalfPixel) {
    op.coordinates = ResizeCoordinates::kPytorchHalfPixel;
  }
  std::vector<ValueId> operands = {w.input(0)};
  if (has_input(1)) {
    operands.push_back(w.input(1));
  } else if (sizes_) {
    operands.push_back(w.integers("sizes", *sizes_));
  } else if (op.scales.empty()) {
    fail("neither output dimensions nor scales are set");
  }
  w.result(std::move(op), std::move(operands));
}

}  // namespace tenon::api

#include "api/network/math_layers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "ops/binary.h"
#include "ops/pool.h"
#include "ops/reshape.h"
#include "ops/scale.h"

namespace tenon::api {

namespace nv = nvinfer1;

// ---- matrix product

void MatrixMultiplyLayer::start(nv::MatrixOperation op_a, nv::MatrixOperation op_b) {
  require_enum(op_a, "matrix operation");
  require_enum(op_b, "matrix operation");
  operations_[0] = op_a;
  operations_[1] = op_b;
}

void MatrixMultiplyLayer::adopt(const MatMul& op) {
  op_ = op;
  operations_[0] = op.transpose_a ? nv::MatrixOperation::kTRANSPOSE : nv::MatrixOperation::kNONE;
  operations_[1] = op.transpose_b ? nv::MatrixOperation::kTRANSPOSE : nv::MatrixOperation::kNONE;
}

void MatrixMultiplyLayer::setOperation(int32_t index, nv::MatrixOperation op) noexcept {
  edit("setOperation", [&] {
    if (index != 0 && index != 1) fail("operand {} is neither 0 nor 1", index);
    require_enum(op, "matrix operation");
    operations_[index] = op;
  });
}

nv::MatrixOperation MatrixMultiplyLayer::getOperation(int32_t index) const noexcept {
  if (index == 0 || index == 1) return operations_[index];
  complain("getOperation", "the operand is neither 0 nor 1");
  return nv::MatrixOperation::kNONE;
}

void MatrixMultiplyLayer::write(NodeWriter& w) {
  MatMul op = op_;
  op.transpose_a = operations_[0] == nv::MatrixOperation::kTRANSPOSE;
  op.transpose_b = operations_[1] == nv::MatrixOperation::kTRANSPOSE;
  std::vector<ValueId> operands = {w.input(0), w.input(1)};
  // A batch of vectors is one of matrices with a single row or column, which goes in the end.
  std::vector<int64_t> squeezed;
  for (const size_t i : {size_t{0}, size_t{1}}) {
    const size_t rank = w.dims(operands[i]).size();
    if (operations_[i] != nv::MatrixOperation::kVECTOR || rank < 2) continue;
    operands[i] = w.add(i == 0 ? "row" : "column", Unsqueeze{{i == 0 ? -2 : -1}}, {operands[i]});
    squeezed.push_back(i == 0 ? -2 : -1);
  }
  if (w.input_count() > 2) operands.push_back(w.input(2));
  if (squeezed.empty()) {
    w.result(op, std::move(operands));
  } else {
    // A plain vector on the other side leaves no axis behind the row.
    const bool plain_right = w.dims(operands[1]).size() == 1;
    if (squeezed.front() == -2 && plain_right) squeezed.front() = -1;
    w.result(Squeeze{squeezed}, {w.add("product", op, std::move(operands))});
  }
}

// ---- softmax

void SoftMaxLayer::adopt(const Softmax& op, size_t rank) {
  axis_ = op.axis < 0 ? op.axis + static_cast<int64_t>(rank) : op.axis;
  log_ = op.log;
}

void SoftMaxLayer::setAxes(uint32_t axes) noexcept {
  edit("setAxes", [&] {
    if (std::popcount(axes) != 1) fail("{:#x} is not a single axis", axes);
    axis_ = std::countr_zero(axes);
  });
}

static int64_t default_axis(size_t rank) {
  return std::max<int64_t>(0, static_cast<int64_t>(rank) - 3);
}

uint32_t SoftMaxLayer::getAxes() const noexcept {
  return guarded(reporter(), "ISoftMaxLayer::getAxes", 0U, [&] {
    const Shape* dims = known_dims(0);
    return 1U << axis_.value_or(default_axis(dims ? dims->size() : 0));
  });
}

void SoftMaxLayer::write(NodeWriter& w) {
  const ValueId x = w.input(0);
  w.result(Softmax{axis_.value_or(default_axis(w.dims(x).size())), log_}, {x});
}

// ---- reduction

static constexpr std::array kReductions = {ReduceKind::kSum, ReduceKind::kProd, ReduceKind::kMax,
                                           ReduceKind::kMin, ReduceKind::kMean};

std::optional<nv::ReduceOperation> ReduceLayer::operation_of(ReduceKind kind) {
  const auto found = std::find(kReductions.begin(), kReductions.end(), kind);
  if (found == kReductions.end()) return std::nullopt;
  return static_cast<nv::ReduceOperation>(found - kReductions.begin());
}

static void check_operation(nv::ReduceOperation op) {
  const auto number = static_cast<int32_t>(op);
  if (number < 0 || static_cast<size_t>(number) >= kReductions.size()) {
    fail("{} is no reduction", number);
  }
}

void ReduceLayer::start(nv::ReduceOperation op, uint32_t axes, bool keep_dims) {
  check_operation(op);
  if (axes == 0) fail("there are no axes to reduce");
  op_ = op;
  axes_ = axes;
  keep_dims_ = keep_dims;
}

void ReduceLayer::adopt(const Reduce& op, size_t rank) {
  op_ = operation_of(op.kind).value();
  axes_ = op.axes.empty() ? (1U << rank) - 1 : bits_of_axes(op.axes, rank);
  keep_dims_ = op.keep_dims;
}

void ReduceLayer::setOperation(nv::ReduceOperation op) noexcept {
  edit("setOperation", [&] { start(op, axes_, keep_dims_); });
}

void ReduceLayer::setReduceAxes(uint32_t axes) noexcept {
  edit("setReduceAxes", [&] { start(op_, axes, keep_dims_); });
}

void ReduceLayer::setKeepDimensions(bool keep) noexcept {
  edit("setKeepDimensions", [&] { keep_dims_ = keep; });
}

void ReduceLayer::write(NodeWriter& w) {
  w.result(Reduce{kReductions.at(static_cast<size_t>(op_)), axes_of(axes_), keep_dims_},
           {w.input(0)});
}

// ---- local response normalisation

static void check_range(double value, double least, double most, const char* what) {
  if (!(value >= least && value <= most)) {
    fail("{} is {}, outside of {} to {}", what, value, least, most);
  }
}

void LrnLayer::start(int64_t window, float alpha, float beta, float k) {
  if (window < 1 || window > 15 || window % 2 == 0) {
    fail("the window is {}, but odd numbers from 1 to 15 are possible", window);
  }
  check_range(alpha, -1e20F, 1e20F, "alpha");
  check_range(beta, 0.01F, 1e5F, "beta");
  check_range(k, 1e-5F, 1e10F, "k");
  window_ = window;
  alpha_ = alpha;
  beta_ = beta;
  k_ = k;
}

void LrnLayer::setWindowSize(int64_t window) noexcept {
  edit("setWindowSize", [&] { start(window, alpha_, beta_, k_); });
}

void LrnLayer::setAlpha(float alpha) noexcept {
  edit("setAlpha", [&] { start(window_, alpha, beta_, k_); });
}

void LrnLayer::setBeta(float beta) noexcept {
  edit("setBeta", [&] { start(window_, alpha_, beta, k_); });
}

void LrnLayer::setK(float k) noexcept {
  edit("setK", [&] { start(window_, alpha_, beta_, k); });
}

void LrnLayer::write(NodeWriter& w) {
  const ValueId x = w.input(0);
  if (w.dims(x).size() != 4) fail("the input {} is not of rank 4", to_string(w.dims(x)));
  const DataType dtype = w.type(x).dtype;
  const auto number = [&](const char* tag, double value, Dims dims) {
    return w.constant(tag, filled(dtype, dims, value));
  };
  const ValueId square = w.add("square", Binary{BinaryFn::kMul}, {x, x});
  // [N, 1, C, H, W]: the channels are the first spatial axis of the pooling.
  const ValueId planes = w.add("planes", Unsqueeze{{1}}, {square});
  const int64_t around = window_ / 2;
  const ValueId mean = w.add("mean",
                             Pool{.kind = PoolKind::kAverage,
                                  .window = {window_, 1, 1},
                                  .pad_begin = {around, 0, 0},
                                  .pad_end = {around, 0, 0},
                                  .count_include_pad = true},
                             {planes});
  const ValueId channels = w.add("channels", Squeeze{{1}}, {mean});
  const ValueId base =
      w.add("base", Scale{0}, {channels, number("alpha", alpha_, {1}), number("k", k_, {1})});
  const ValueId divisor =
      w.add("divisor", Binary{BinaryFn::kPow}, {base, number("beta", beta_, {})});
  w.result(Binary{BinaryFn::kDiv}, {x, divisor});
}

// ---- normalisation

void NormalizationLayer::start(uint32_t axes, bool v2) {
  if (axes == 0) fail("there are no axes to normalise over");
  axes_ = axes;
  v2_ = v2;
}

void NormalizationLayer::adopt(const Normalization& op, size_t rank) {
  axes_ = bits_of_axes(op.axes, rank);
  epsilon_ = op.epsilon;
  groups_ = op.groups;
  rms_ = op.rms;
  v2_ = true;
  adopted_ = true;
}

void NormalizationLayer::setEpsilon(float epsilon) noexcept {
  edit("setEpsilon", [&] {
    if (!(epsilon >= 0)) fail("epsilon is {}", epsilon);
    epsilon_ = epsilon;
  });
}

void NormalizationLayer::setAxes(uint32_t axes) noexcept {
  edit("setAxes", [&] { start(axes, v2_); });
}

void NormalizationLayer::setNbGroups(int64_t groups) noexcept {
  edit("setNbGroups", [&] {
    if (groups < 1) fail("{} groups", groups);
    groups_ = groups;
  });
}

void NormalizationLayer::setComputePrecision(nv::DataType type) noexcept {
  edit("setComputePrecision", [&] {
    if (type != nv::DataType::kFLOAT && type != nv::DataType::kHALF) {
      fail("type {} is neither kFLOAT nor kHALF", static_cast<int>(type));
    }
    precision_ = type;
  });
}

ValueId NormalizationLayer::parameter(NodeWriter& w, size_t input, const char* tag) const {
  const ValueId value = w.optional_input(input);
  if (value == kNone || adopted_) return value;
  const Shape& x = w.dims(w.input(0));
  const Shape& dims = w.dims(value);
  if (groups_ > 1 && !v2_) {
    // [1, C, 1, ...]; one value a group is not what the op takes.
    if (dims.size() == x.size() && x.size() > 1 && dims[1] == x[1]) {
      return w.add(tag, Reshape{}, {value, w.integers(std::string(tag) + "_dims", {-1})});
    }
    fail("{} is {}, but with groups one value a channel is needed", tag, to_string(dims));
  }
  const bool per_channel = (axes_ & 3U) == 0 && dims.size() == 1 && x.size() > 2 &&
                           dims[0] == x[1] && !(x.size() == 3 && dims[0] == x[2]);
  if (groups_ > 1 || !v2_ || !per_channel) return value;
  std::vector<int64_t> behind(x.size() - 2);
  std::iota(behind.begin(), behind.end(), 1);
  return w.add(tag, Unsqueeze{behind}, {value});
}

void NormalizationLayer::write(NodeWriter& w) {
  const Normalization op{
      .axes = axes_of(axes_), .epsilon = epsilon_, .groups = groups_, .rms = rms_};
  std::vector<ValueId> operands = {w.input(0), parameter(w, 1, "scale"), parameter(w, 2, "bias")};
  while (operands.back() == kNone) operands.pop_back();
  w.result(op, std::move(operands));
}

}  // namespace tenon::api

#include "api/network/data_layers.h"

#include <cmath>

#include "ops/constant.h"
#include "ops/fill.h"

namespace tenon::api {

namespace nv = nvinfer1;

// ---- constant

void ConstantLayer::start(const nv::Dims& dims, const nv::Weights& weights) {
  dims_ = numbers(dims, 0, "a dimension of the constant");
  weights_ = HeldWeights(weights, "the weights");
  weights_.shaped(Dims(dims_), to_internal(weights.type), "the weights");
}

void ConstantLayer::adopt(const Tensor& value) {
  dims_.assign(value.dims().begin(), value.dims().end());
  weights_ = HeldWeights(value);
}

void ConstantLayer::setWeights(nv::Weights weights) noexcept {
  edit("setWeights", [&] { weights_ = HeldWeights(weights, "the weights"); });
}

void ConstantLayer::setDimensions(const nv::Dims& dims) noexcept {
  edit("setDimensions", [&] { dims_ = numbers(dims, 0, "a dimension of the constant"); });
}

void ConstantLayer::write(NodeWriter& w) {
  w.result(Constant{weights_.shaped(Dims(dims_), weights_.dtype(), "the weights")}, {});
}

// ---- fill

void FillLayer::start(const nv::Dims& dims, nv::FillOperation op, nv::DataType type) {
  if (op != nv::FillOperation::kLINSPACE) fail(ErrorCode::kUnsupported, "random fills");
  // Without dims they come as an input later.
  if (dims.nbDims != -1) dims_ = numbers(dims, 0, "a dimension of the fill");
  op_ = op;
  if (type != nv::DataType::kFLOAT && type != nv::DataType::kINT32 &&
      type != nv::DataType::kINT64) {
    fail("a linear fill cannot have type {}", static_cast<int>(type));
  }
  to_ = type;
}

void FillLayer::adopt(std::optional<std::vector<int64_t>> dims, DataType dtype, double value) {
  dims_ = std::move(dims);
  to_ = to_public(dtype);
  alpha_ = value;
  beta_ = 0;
}

void FillLayer::setDimensions(const nv::Dims& dims) noexcept {
  edit("setDimensions", [&] {
    dims_ = numbers(dims, 0, "a dimension of the fill");
    drop_input(0);
  });
}

nv::Dims FillLayer::getDimensions() const noexcept {
  return dims_ ? to_public(*dims_) : invalid_dims();
}

void FillLayer::setOperation(nv::FillOperation op) noexcept {
  if (op != nv::FillOperation::kLINSPACE) not_implemented(reporter(), "IFillLayer::setOperation");
}

void FillLayer::setAlpha(double alpha) noexcept {
  edit("setAlpha", [&] {
    alpha_ = alpha;
    integers_ = false;
    drop_input(1);
  });
}

void FillLayer::setBeta(double beta) noexcept {
  edit("setBeta", [&] {
    beta_ = beta;
    integers_ = false;
    drop_input(2);
  });
}

void FillLayer::setAlphaInt64(int64_t alpha) noexcept {
  edit("setAlphaInt64", [&] {
    alpha_int_ = alpha;
    integers_ = true;
    drop_input(1);
  });
}

void FillLayer::setBetaInt64(int64_t beta) noexcept {
  edit("setBetaInt64", [&] {
    beta_int_ = beta;
    integers_ = true;
    drop_input(2);
  });
}

int64_t FillLayer::getAlphaInt64() const noexcept { return has_input(1) ? -1 : alpha_int_; }
int64_t FillLayer::getBetaInt64() const noexcept { return has_input(2) ? -1 : beta_int_; }

void FillLayer::setToType(nv::DataType type) noexcept {
  edit("setToType", [&] {
    to_internal(type);
    to_ = type;
  });
}

void FillLayer::input_was_set(size_t index) {
  if (index == 0) dims_.reset();
}

// The contents of a constant input as numbers.
static std::vector<double> constant_numbers(const NodeWriter& w, ValueId value, const char* what) {
  std::vector<double> values;
  if (const Tensor* tensor = w.graph().constant(value)) {
    for (int64_t i = 0; i < tensor->volume(); ++i) values.push_back(element(tensor->view(), i));
    return values;
  }
  fail(ErrorCode::kUnsupported, "{} must be a constant", what);
}

std::vector<double> FillLayer::steps(const NodeWriter& w, size_t rank) const {
  if (has_input(2)) {
    std::vector<double> values = constant_numbers(w, w.input(2), "beta");
    if (values.size() != rank) fail("beta has {} elements for {} axes", values.size(), rank);
    return values;
  }
  const double beta = integers_ ? static_cast<double>(beta_int_) : beta_;
  if (rank != 1 && beta != 0) fail("beta must be a vector for {} axes: set it as input 2", rank);
  return std::vector<double>(rank, beta);
}

static Tensor linear_fill(DataType dtype, const Dims& dims, double start,
                          const std::vector<double>& steps) {
  return Tensor::make(dtype, dims, [&](const TensorView& to) {
    for (int64_t i = 0; i < to.volume(); ++i) {
      double value = start;
      int64_t rest = i;
      for (int axis = dims.rank() - 1; axis >= 0; --axis) {
        value += steps[static_cast<size_t>(axis)] * static_cast<double>(rest % dims[axis]);
        rest /= dims[axis];
      }
      set_element(to, i, value);
    }
  });
}

void FillLayer::write(NodeWriter& w) {
  const DataType dtype = to_internal(to_);
  const auto start_value = [&] {
    if (!has_input(1)) return integers_ ? static_cast<double>(alpha_int_) : alpha_;
    const auto values = constant_numbers(w, w.input(1), "alpha");
    if (values.size() != 1) fail("alpha has {} elements", values.size());
    return values[0];
  };
  const double start = start_value();
  if (dims_) {
    const Dims dims{std::span<const int64_t>(*dims_)};
    const std::vector<double> step = steps(w, dims_->size());
    if (step != std::vector<double>(step.size(), 0)) {
      constexpr int64_t kLargestConstant = 1 << 24;
      if (dims.volume() > kLargestConstant) fail("{} elements are too many", dims.volume());
      w.result(Constant{linear_fill(dtype, dims, start, step)}, {});
      return;
    }
    w.result(Fill{dtype, start}, {w.integers("dims", *dims_)});
    return;
  }
  const ValueId shape = w.input(0);
  const size_t rank = w.elements(shape) ? w.elements(shape)->size() : 0;
  for (const double step : steps(w, rank)) {
    if (step != 0) {
      fail(ErrorCode::kUnsupported, "a fill by steps needs extents that are known");
    }
  }
  w.result(Fill{dtype, start}, {shape});
}

}  // namespace tenon::api

#include "api/network/pointwise_layers.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "ops/cast.h"
#include "ops/identity.h"
#include "ops/scale.h"
#include "ops/select.h"

namespace tenon::api {

namespace nv = nvinfer1;

namespace {

// In the order of the public enumerations.
constexpr std::array kActivations = {
    UnaryFn::kRelu,    UnaryFn::kSigmoid,     UnaryFn::kTanh,       UnaryFn::kLeakyRelu,
    UnaryFn::kElu,     UnaryFn::kSelu,        UnaryFn::kSoftsign,   UnaryFn::kSoftplus,
    UnaryFn::kClip,    UnaryFn::kHardSigmoid, UnaryFn::kScaledTanh, UnaryFn::kThresholdedRelu,
    UnaryFn::kGeluErf, UnaryFn::kGeluTanh};
constexpr std::array kUnaries = {
    UnaryFn::kExp,   UnaryFn::kLog,   UnaryFn::kSqrt,  UnaryFn::kReciprocal, UnaryFn::kAbs,
    UnaryFn::kNeg,   UnaryFn::kSin,   UnaryFn::kCos,   UnaryFn::kTan,        UnaryFn::kSinh,
    UnaryFn::kCosh,  UnaryFn::kAsin,  UnaryFn::kAcos,  UnaryFn::kAtan,       UnaryFn::kAsinh,
    UnaryFn::kAcosh, UnaryFn::kAtanh, UnaryFn::kCeil,  UnaryFn::kFloor,      UnaryFn::kErf,
    UnaryFn::kNot,   UnaryFn::kSign,  UnaryFn::kRound, UnaryFn::kIsInf,      UnaryFn::kIsNan};
constexpr std::array kElementWise = {
    BinaryFn::kAdd, BinaryFn::kMul,   BinaryFn::kMax,      BinaryFn::kMin, BinaryFn::kSub,
    BinaryFn::kDiv, BinaryFn::kPow,   BinaryFn::kFloorDiv, BinaryFn::kAnd, BinaryFn::kOr,
    BinaryFn::kXor, BinaryFn::kEqual, BinaryFn::kGreater,  BinaryFn::kLess};
static_assert(std::ssize(kActivations) == nv::EnumMax<nv::ActivationType>());
static_assert(std::ssize(kUnaries) == nv::EnumMax<nv::UnaryOperation>());
static_assert(std::ssize(kElementWise) == nv::EnumMax<nv::ElementWiseOperation>());

template <typename E, typename Table, typename Fn>
std::optional<E> find_in(const Table& table, Fn fn) {
  const auto found = std::find(table.begin(), table.end(), fn);
  if (found == table.end()) return std::nullopt;
  return static_cast<E>(found - table.begin());
}

template <typename Table, typename E>
auto entry(const Table& table, E value) {
  return table.at(static_cast<size_t>(value));
}

}  // namespace

std::optional<nv::ActivationType> activation_of(UnaryFn fn) {
  return find_in<nv::ActivationType>(kActivations, fn);
}
std::optional<nv::UnaryOperation> unary_of(UnaryFn fn) {
  return find_in<nv::UnaryOperation>(kUnaries, fn);
}
std::optional<nv::ElementWiseOperation> elementwise_of(BinaryFn fn) {
  return find_in<nv::ElementWiseOperation>(kElementWise, fn);
}

// ---- activation

void ActivationLayer::start(nv::ActivationType type) {
  require_enum(type, "activation type");
  type_ = type;
}

void ActivationLayer::adopt(const Unary& op) {
  type_ = activation_of(op.fn).value();
  alpha_ = op.alpha;
  beta_ = op.beta;
}

void ActivationLayer::setActivationType(nv::ActivationType type) noexcept {
  edit("setActivationType", [&] { start(type); });
}

void ActivationLayer::setAlpha(float alpha) noexcept {
  edit("setAlpha", [&] { alpha_ = alpha; });
}

void ActivationLayer::setBeta(float beta) noexcept {
  edit("setBeta", [&] { beta_ = beta; });
}

void ActivationLayer::write(NodeWriter& w) {
  w.result(Unary{entry(kActivations, type_), alpha_, beta_}, {w.input(0)});
}

// ---- unary, element-wise and their like

void UnaryLayer::start(nv::UnaryOperation op) {
  require_enum(op, "unary operation");
  op_ = op;
}

void UnaryLayer::setOperation(nv::UnaryOperation op) noexcept {
  edit("setOperation", [&] { start(op); });
}

void UnaryLayer::write(NodeWriter& w) { w.result(Unary{entry(kUnaries, op_)}, {w.input(0)}); }

void ElementWiseLayer::start(nv::ElementWiseOperation op) {
  require_enum(op, "element-wise operation");
  op_ = op;
}

void ElementWiseLayer::setOperation(nv::ElementWiseOperation op) noexcept {
  edit("setOperation", [&] { start(op); });
}

void ElementWiseLayer::write(NodeWriter& w) {
  w.result(Binary{entry(kElementWise, op_)}, {w.input(0), w.input(1)});
}

void ParametricReluLayer::write(NodeWriter& w) {
  w.result(Binary{BinaryFn::kPrelu}, {w.input(0), w.input(1)});
}

void SelectLayer::write(NodeWriter& w) { w.result(Select{}, {w.input(0), w.input(1), w.input(2)}); }

void IdentityLayer::write(NodeWriter& w) {
  if (const auto& type = asked_output_type()) {
    w.result(Cast{to_internal(*type)}, {w.input(0)});
  } else {
    w.result(Identity{}, {w.input(0)});
  }
}

void CastLayer::start(nv::DataType to) {
  to_internal(to);
  to_ = to;
}

void CastLayer::setToType(nv::DataType type) noexcept {
  edit("setToType", [&] { start(type); });
}

void CastLayer::write(NodeWriter& w) { w.result(Cast{to_internal(to_)}, {w.input(0)}); }

// ---- scale

void ScaleLayer::start(nv::ScaleMode mode, const nv::Weights& shift, const nv::Weights& scale,
                       const nv::Weights& power, int32_t channel_axis) {
  require_enum(mode, "scale mode");
  if (channel_axis < 0) fail("the channel axis is {}", channel_axis);
  mode_ = mode;
  shift_ = HeldWeights(shift, "the shift weights");
  scale_ = HeldWeights(scale, "the scale weights");
  power_ = HeldWeights(power, "the power weights");
  channel_axis_ = channel_axis;
}

void ScaleLayer::adopt(int64_t axis, const Tensor& scale, const Tensor& shift) {
  mode_ = nv::ScaleMode::kCHANNEL;
  scale_ = HeldWeights(scale);
  shift_ = HeldWeights(shift);
  channel_axis_ = static_cast<int32_t>(axis);
}

void ScaleLayer::setMode(nv::ScaleMode mode) noexcept {
  edit("setMode", [&] {
    require_enum(mode, "scale mode");
    mode_ = mode;
  });
}

void ScaleLayer::setShift(nv::Weights shift) noexcept {
  edit("setShift", [&] { shift_ = HeldWeights(shift, "the shift weights"); });
}

void ScaleLayer::setScale(nv::Weights scale) noexcept {
  edit("setScale", [&] { scale_ = HeldWeights(scale, "the scale weights"); });
}

void ScaleLayer::setPower(nv::Weights power) noexcept {
  edit("setPower", [&] { power_ = HeldWeights(power, "the power weights"); });
}

void ScaleLayer::setChannelAxis(int32_t axis) noexcept {
  edit("setChannelAxis", [&] {
    if (axis < 0) fail("the channel axis is {}", axis);
    channel_axis_ = axis;
  });
}

Dims ScaleLayer::coefficient_dims(const Shape& x) const {
  if (mode_ == nv::ScaleMode::kUNIFORM) return {};
  const auto axis = static_cast<size_t>(channel_axis_);
  if (axis >= x.size()) fail("the channel axis {} is out of range of {}", axis, to_string(x));
  // Every axis behind the batch for kELEMENTWISE; the channels alone, with ones behind them, for
  // kCHANNEL.
  const bool channel = mode_ == nv::ScaleMode::kCHANNEL;
  Dims dims;
  for (size_t i = channel ? axis : 1; i < x.size(); ++i) {
    if (channel && i != axis) {
      dims.push_back(1);
    } else if (x[i].is_constant()) {
      dims.push_back(x[i].value());
    } else {
      fail("dim {} of the input {} must be known", i, to_string(x));
    }
  }
  return dims;
}

void ScaleLayer::write(NodeWriter& w) {
  ValueId x = w.input(0);
  const DataType dtype = w.type(x).dtype;
  const Dims dims = coefficient_dims(w.dims(x));
  const auto coefficients = [&](const HeldWeights& held, Dims in, double otherwise,
                                const char* what) {
    return held.empty() ? filled(dtype, in, otherwise) : held.shaped(in, dtype, what);
  };
  const bool elementwise = mode_ == nv::ScaleMode::kELEMENTWISE;
  const auto power = [&](ValueId base) {
    const ValueId exponent =
        w.constant("power", coefficients(power_, dims, 1, "the power weights"));
    w.result(Binary{BinaryFn::kPow}, {base, exponent});
  };
  if (!elementwise) {
    const Dims vector{dims.volume()};
    const ValueId scale = w.constant("scale", coefficients(scale_, vector, 1, "the scale weights"));
    const ValueId shift = w.constant("shift", coefficients(shift_, vector, 0, "the shift weights"));
    const Scale op{mode_ == nv::ScaleMode::kCHANNEL ? channel_axis_ : 0};
    if (power_.empty()) {
      w.result(op, {x, scale, shift});
    } else {
      power(w.add("affine", op, {x, scale, shift}));
    }
    return;
  }
  if (!scale_.empty()) {
    const ValueId scale = w.constant("scale", coefficients(scale_, dims, 1, "the scale weights"));
    x = w.add("scaled", Binary{BinaryFn::kMul}, {x, scale});
  }
  if (!shift_.empty()) {
    const ValueId shift = w.constant("shift", coefficients(shift_, dims, 0, "the shift weights"));
    x = w.add("shifted", Binary{BinaryFn::kAdd}, {x, shift});
  }
  if (power_.empty()) {
    w.result(Identity{}, {x});
  } else {
    power(x);
  }
}

}  // namespace tenon::api

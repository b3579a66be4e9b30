#include "ops/unary.h"

#include <cmath>

#include "ops/arithmetic.h"
#include "ops/infer_checks.h"

namespace tenon {
namespace {

// Functions that have a meaning on integers.
bool on_integers(UnaryFn fn) {
  switch (fn) {
    case UnaryFn::kIdentity:
    case UnaryFn::kRelu:
    case UnaryFn::kClip:
    case UnaryFn::kAbs:
    case UnaryFn::kNeg:
    case UnaryFn::kSign: return true;
    default: return false;
  }
}

// fn of one tracked element, where it is an integer expression again.
std::optional<Dim> track(UnaryFn fn, const Dim& x) {
  switch (fn) {
    case UnaryFn::kIdentity:
    case UnaryFn::kCeil:
    case UnaryFn::kFloor:
    case UnaryFn::kRound: return x;
    case UnaryFn::kNeg: return Dim(0) - x;
    case UnaryFn::kAbs: return max(x, Dim(0) - x);
    case UnaryFn::kRelu: return max(x, 0);
    case UnaryFn::kSign: return max(min(x, 1), -1);
    case UnaryFn::kNot:
      if (x.is_constant()) return Dim(x.value() == 0);
      return std::nullopt;
    default: return std::nullopt;
  }
}

std::optional<std::vector<Dim>> track(UnaryFn fn, const std::vector<Dim>& known) {
  std::vector<Dim> elements;
  for (const Dim& x : known) {
    const auto y = track(fn, x);
    if (!y) return std::nullopt;
    elements.push_back(*y);
  }
  return elements;
}

// A limit of kClip as an integer.
int64_t bound(float limit) {
  if (std::isnan(limit)) return 0;
  if (limit >= 0x1p63F) return INT64_MAX;
  if (limit < -0x1p63F) return INT64_MIN;
  return static_cast<int64_t>(limit);
}

int64_t apply_integer(const Unary& op, int64_t x) {
  switch (op.fn) {
    case UnaryFn::kRelu: return x > 0 ? x : 0;
    case UnaryFn::kClip:
      return std::max(bound(std::ceil(op.alpha)), std::min(bound(std::floor(op.beta)), x));
    case UnaryFn::kAbs: return x < 0 ? static_cast<int64_t>(0 - static_cast<uint64_t>(x)) : x;
    case UnaryFn::kNeg: return static_cast<int64_t>(0 - static_cast<uint64_t>(x));
    case UnaryFn::kSign: return (x > 0) - (x < 0);
    case UnaryFn::kNot: return x == 0;
    default: return x;
  }
}

}  // namespace

void Unary::infer(InferContext& c) const {
  if (name_of(fn) == "invalid") c.error("unknown function {}", static_cast<int>(fn));
  const DataType dtype = c.dtype(0);
  if (fn == UnaryFn::kNot) {
    if (dtype != DataType::kBool) {
      c.error("input 0 is {}, but not needs bool", to_string(c.input(0).type));
    }
  } else if (on_integers(fn)) {
    if (fn != UnaryFn::kIdentity) require_number(c, 0);
  } else {
    require_float(c, 0);
  }
  c.set(0, yields_bool(fn) ? DataType::kBool : dtype, c.dims(0));
  const auto known = known_elements(c, 0);
  if (!known) return;
  auto elements = followed([&] { return track(fn, *known); });
  if (elements) c.set_elements(0, std::move(*elements));
}

void Unary::eval(Views in, Views out) const {
  const int64_t n = out[0].volume();
  with_arithmetic(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    const ReadElements<T> x(in[0]);
    WriteElements<T> y(out[0]);
    for (int64_t i = 0; i < n; ++i) {
      if constexpr (std::is_same_v<T, int64_t>) {
        y[i] = apply_integer(*this, x[i]);
      } else {
        y[i] = static_cast<T>(apply(fn, x[i], alpha, beta));
      }
    }
    y.commit();
  });
}

}  // namespace tenon

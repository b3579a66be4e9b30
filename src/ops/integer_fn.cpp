#include "ops/integer_fn.h"

#include <algorithm>

#include "base/error.h"

namespace tenon {
namespace {

int64_t wrapped(uint64_t value) { return static_cast<int64_t>(value); }

void require_divisor(int64_t b) {
  if (b == 0) fail("integer division by zero");
}

int64_t quotient(int64_t a, int64_t b) {
  require_divisor(b);
  return b == -1 ? wrapped(0 - static_cast<uint64_t>(a)) : a / b;
}

int64_t remainder(int64_t a, int64_t b) {
  require_divisor(b);
  return b == -1 ? 0 : a % b;
}

int64_t floored_quotient(int64_t a, int64_t b) {
  const int64_t q = quotient(a, b);
  return remainder(a, b) != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

int64_t floored_remainder(int64_t a, int64_t b) {
  const int64_t r = remainder(a, b);
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

// base^exponent modulo 2^64; below 1 for a negative exponent, so truncated to 0 (or +-1).
int64_t power(int64_t base, int64_t exponent) {
  if (exponent < 0) {
    if (base == 1) return 1;
    if (base == -1) return exponent % 2 == 0 ? 1 : -1;
    require_divisor(base);
    return 0;
  }
  uint64_t result = 1;
  auto square = static_cast<uint64_t>(base);
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 != 0) result *= square;
    square *= square;
  }
  return wrapped(result);
}

// Whether a > b (or a >= b) whatever the symbols' values; nullopt when it depends on them.
std::optional<bool> always_greater(const Dim& a, const Dim& b, bool or_equal) {
  const auto above = lower_bound(a - b);
  if (above && *above >= (or_equal ? 0 : 1)) return true;
  const auto below = lower_bound(b - a);
  if (below && *below >= (or_equal ? 1 : 0)) return false;
  return std::nullopt;
}

std::optional<bool> compare(BinaryFn fn, const Dim& a, const Dim& b) {
  switch (fn) {
    case BinaryFn::kGreater: return always_greater(a, b, false);
    case BinaryFn::kGreaterOrEqual: return always_greater(a, b, true);
    case BinaryFn::kLess: return always_greater(b, a, false);
    case BinaryFn::kLessOrEqual: return always_greater(b, a, true);
    default: break;
  }
  if (a == b) return true;
  if (always_greater(a, b, false) == true || always_greater(b, a, false) == true) return false;
  return std::nullopt;
}

}  // namespace

int64_t apply_to_integers(BinaryFn fn, int64_t a, int64_t b) {
  const auto ua = static_cast<uint64_t>(a);
  const auto ub = static_cast<uint64_t>(b);
  switch (fn) {
    case BinaryFn::kAdd: return wrapped(ua + ub);
    case BinaryFn::kMul: return wrapped(ua * ub);
    case BinaryFn::kMax: return std::max(a, b);
    case BinaryFn::kMin: return std::min(a, b);
    case BinaryFn::kSub: return wrapped(ua - ub);
    case BinaryFn::kDiv: return quotient(a, b);
    case BinaryFn::kPow: return power(a, b);
    case BinaryFn::kFloorDiv: return floored_quotient(a, b);
    case BinaryFn::kMod: return floored_remainder(a, b);
    case BinaryFn::kFmod: return remainder(a, b);
    case BinaryFn::kPrelu: return a >= 0 ? a : wrapped(ua * ub);
    case BinaryFn::kAnd: return a != 0 && b != 0;
    case BinaryFn::kOr: return a != 0 || b != 0;
    case BinaryFn::kXor: return (a != 0) != (b != 0);
    case BinaryFn::kEqual: return a == b;
    case BinaryFn::kGreater: return a > b;
    case BinaryFn::kGreaterOrEqual: return a >= b;
    case BinaryFn::kLess: return a < b;
    case BinaryFn::kLessOrEqual: return a <= b;
  }
  fail("unknown function {}", static_cast<int>(fn));
}

std::optional<Dim> apply_to_dims(BinaryFn fn, const Dim& a, const Dim& b, bool real) {
  if (is_comparison(fn)) {
    const auto result = compare(fn, a, b);
    return result ? std::optional<Dim>(*result) : std::nullopt;
  }
  switch (fn) {
    case BinaryFn::kAdd: return a + b;
    case BinaryFn::kMul: return a * b;
    case BinaryFn::kMax: return max(a, b);
    case BinaryFn::kMin: return min(a, b);
    case BinaryFn::kSub: return a - b;
    default: break;
  }
  if (real) return std::nullopt;  // quotients are no whole numbers
  if (a.is_constant() && b.is_constant()) {
    const bool divides = fn == BinaryFn::kDiv || fn == BinaryFn::kFloorDiv ||
                         fn == BinaryFn::kMod || fn == BinaryFn::kFmod || fn == BinaryFn::kPow;
    if (divides && b.value() <= 0) return std::nullopt;
    return Dim(apply_to_integers(fn, a.value(), b.value()));
  }
  if (b == Dim(0)) return std::nullopt;
  switch (fn) {
    case BinaryFn::kDiv:
    case BinaryFn::kFloorDiv: return floor_div(a, b);
    case BinaryFn::kMod:
    case BinaryFn::kFmod: return mod(a, b);
    default: return std::nullopt;
  }
}

}  // namespace tenon

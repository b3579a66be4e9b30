#include "ops/cast.h"

#include <cstdlib>

#include "ops/arithmetic.h"
#include "ops/infer_checks.h"

namespace tenon {

// A tracked element in another type; nullopt where it might change.
static std::optional<Dim> track(const Dim& x, DataType to) {
  const bool constant = x.is_constant();
  const int64_t value = constant ? x.value() : 0;
  switch (to) {
    case DataType::kI64:
    case DataType::kF64:
      return x;
    case DataType::kI32:
      if (constant && value != static_cast<int32_t>(value)) break;
      return x;
    case DataType::kF32:
      if (constant && (value > 1 << 24 || value < -(1 << 24))) break;
      return x;
    case DataType::kBool:
      if (constant) return Dim(value != 0);
      if (lower_bound(x).value_or(0) > 0) return Dim(1);
      break;
    default:
      break;
  }
  return std::nullopt;
}

void Cast::infer(InferContext& c) const {
  arithmetic_of(c.dtype(0));
  arithmetic_of(to);
  c.set(0, to, c.dims(0));
  const auto known = known_elements(c, 0);
  if (!known) return;
  std::vector<Dim> elements;
  for (const Dim& x : *known) {
    const auto y = track(x, to);
    if (!y) return;
    elements.push_back(*y);
  }
  c.set_elements(0, std::move(elements));
}

void Cast::eval(Views in, Views out) const { convert_elements(in[0], out[0]); }

}  // namespace tenon

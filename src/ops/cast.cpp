#include "ops/cast.h"

#include "ops/arithmetic.h"
#include "ops/infer_checks.h"

namespace tenon {

// A tracked element in another type; nullopt where it may change.
static std::optional<Dim> track(const Dim& x, DataType to) {
  if (to == DataType::kBool) {
    if (x.is_constant()) return Dim(x.value() != 0);
    return lower_bound(x).value_or(0) > 0 ? std::optional<Dim>(1) : std::nullopt;
  }
  if (x.is_constant() || bits_of(to) >= 32) return x;
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

#include "ops/iota.h"

#include <cmath>

#include "ops/arithmetic.h"
#include "ops/infer_checks.h"

namespace tenon {

void Iota::infer(InferContext& c) const {
  const bool whole = !is_float(dtype);
  arithmetic_of(dtype);
  constexpr double kExact = 1LL << 53;
  const auto fits = [](double v) { return v == std::floor(v) && std::abs(v) <= kExact; };
  if (whole && !(fits(start) && fits(step))) {
    c.error("start {} and step {} are no whole numbers, but the type is {}", start, step,
            name_of(dtype));
  }
  const std::vector<Dim>& count = shape_elements(c, 0);
  if (count.size() != 1) c.error("input 0 (count) has {} elements", count.size());
  if (count[0].is_constant() && count[0].value() < 0) {
    c.error("input 0 (count) is negative: {}", count[0].value());
  }
  c.set(0, dtype, {count[0]});
  if (!whole || !count[0].is_constant()) return;
  if (count[0].value() > static_cast<int64_t>(kMaxTrackedElements)) return;
  std::vector<Dim> elements;
  for (int64_t i = 0; i < count[0].value(); ++i) {
    elements.emplace_back(static_cast<int64_t>(start) + i * static_cast<int64_t>(step));
  }
  c.set_elements(0, std::move(elements));
}

void Iota::eval(Views, Views out) const {
  const int64_t n = out[0].volume();
  with_arithmetic(dtype, [&](auto zero) {
    using T = decltype(zero);
    WriteElements<T> y(out[0]);
    for (int64_t i = 0; i < n; ++i) {
      if constexpr (std::is_same_v<T, int64_t>) {
        y[i] = static_cast<int64_t>(start) + i * static_cast<int64_t>(step);
      } else {
        y[i] = static_cast<T>(start + static_cast<double>(i) * step);
      }
    }
    y.commit();
  });
}

}  // namespace tenon

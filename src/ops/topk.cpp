#include "ops/topk.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ops/arithmetic.h"
#include "ops/infer_checks.h"

namespace tenon {
namespace {

// Whether a comes before b among the largest, were they at the same place.
template <typename T>
bool greater(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && !std::isnan(b);
  }
  return a > b;
}

// The places of the first k elements of a line of n that are `step` apart, in order.
template <typename T>
void first_places(const TopK& op, const T* x, int64_t step, int64_t k,
                  std::vector<int64_t>& places) {
  const auto before = [&](int64_t a, int64_t b) {
    const T u = x[a * step];
    const T v = x[b * step];
    if (greater(u, v)) return op.largest;
    if (greater(v, u)) return !op.largest;
    return op.last_first ? a > b : a < b;
  };
  std::iota(places.begin(), places.end(), int64_t{0});
  std::partial_sort(places.begin(), places.begin() + k, places.end(), before);
}

}  // namespace

void TopK::infer(InferContext& c) const {
  require_number(c, 0);
  if (indices != DataType::kI32 && indices != DataType::kI64) {
    c.error("indices of type {}: i32 or i64 is needed", name_of(indices));
  }
  const auto at = static_cast<size_t>(c.axis(axis, c.rank(0)));
  const std::vector<Dim>& count = shape_elements(c, 1);
  if (count.size() != 1) c.error("input 1 (k) has {} elements", count.size());
  const Dim& k = count[0];
  Shape dims = c.dims(0);
  if (k.is_constant() && k.value() < 0) c.error("input 1 (k) is negative: {}", k.value());
  if (k.is_constant() && dims[at].is_constant() && k.value() > dims[at].value()) {
    c.error("input 1 (k) is {}, but axis {} has {} elements", k.value(), at, dims[at].value());
  }
  dims[at] = k;
  c.set(0, c.dtype(0), dims);
  c.set(1, indices, std::move(dims));
}

void TopK::eval(Views in, Views out) const {
  const Dims& dims = in[0].dims;
  const int at = static_cast<int>(axis < 0 ? axis + dims.rank() : axis);
  const int64_t n = dims[at];
  const int64_t k = out[0].dims[at];
  if (k > n) fail("k is {}, but axis {} has {} elements", k, at, n);
  if (out[0].volume() == 0) return;
  int64_t inner = 1;
  for (int i = at + 1; i < dims.rank(); ++i) inner *= dims[i];
  const int64_t outer = dims.volume() / (n * inner);
  with_arithmetic(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    const ReadElements<T> x(in[0]);
    WriteElements<T> y(out[0]);
    std::vector<int64_t> places(static_cast<size_t>(n));
    for (int64_t line = 0; line < outer * inner; ++line) {
      const int64_t o = line / inner;
      const int64_t i = line % inner;
      const T* from = x.data() + o * n * inner + i;
      first_places(*this, from, inner, k, places);
      for (int64_t j = 0; j < k; ++j) {
        const int64_t place = places[static_cast<size_t>(j)];
        const int64_t to = (o * k + j) * inner + i;
        y[to] = from[place * inner];
        set_integer_element(out[1], to, place);
      }
    }
    y.commit();
  });
}

}  // namespace tenon

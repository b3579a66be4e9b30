#include "ops/binary.h"

#include "ops/arithmetic.h"
#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"
#include "ops/integer_fn.h"

namespace tenon {
namespace {

bool is_logical(BinaryFn fn) {
  return fn == BinaryFn::kAnd || fn == BinaryFn::kOr || fn == BinaryFn::kXor;
}

void check_types(const Binary& op, const InferContext& c) {
  if (name_of(op.fn) == "invalid") c.error("unknown function {}", static_cast<int>(op.fn));
  c.require_same_dtype(0, 1);
  const bool boolean = c.dtype(0) == DataType::kBool;
  if (is_logical(op.fn)) {
    if (!boolean) {
      c.error("input 0 is {}, but {} needs bool", to_string(c.input(0).type), name_of(op.fn));
    }
  } else if (op.fn != BinaryFn::kEqual || !boolean) {
    require_number(c, 0);
  }
}

// The elements of two tensors of rank 0 or 1, broadcast; nullopt when either is unknown.
std::optional<std::vector<Dim>> track(BinaryFn fn, const InferContext& c) {
  const auto a = known_elements(c, 0);
  const auto b = known_elements(c, 1);
  if (!a || !b || (a->size() != b->size() && a->size() != 1 && b->size() != 1)) {
    return std::nullopt;
  }
  const size_t n = a->empty() || b->empty() ? 0 : std::max(a->size(), b->size());
  std::vector<Dim> elements;
  for (size_t i = 0; i < n; ++i) {
    const auto y = apply_to_dims(fn, (*a)[a->size() == 1 ? 0 : i], (*b)[b->size() == 1 ? 0 : i],
                                 is_float(c.dtype(0)));
    if (!y) return std::nullopt;
    elements.push_back(*y);
  }
  return elements;
}

}  // namespace

void Binary::infer(InferContext& c) const {
  check_types(*this, c);
  const DataType dtype = is_comparison(fn) ? DataType::kBool : c.dtype(0);
  c.set(0, dtype, c.broadcast(c.dims(0), c.dims(1)));
  auto elements = followed([&] { return track(fn, c); });
  if (elements) c.set_elements(0, std::move(*elements));
}

void Binary::eval(Views in, Views out) const {
  const Dims& dims = out[0].dims;
  const Strides strides[] = {broadcast_strides(in[0].dims, dims),
                             broadcast_strides(in[1].dims, dims)};
  const int64_t step_a = row_step(strides[0], dims);
  const int64_t step_b = row_step(strides[1], dims);
  with_arithmetic(in[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    const ReadElements<T> a(in[0]);
    const ReadElements<T> b(in[1]);
    WriteElements<T> y(out[0]);
    for_each_row(dims, strides, [&](int64_t first, int64_t count, std::span<const int64_t> at) {
      for (int64_t i = 0; i < count; ++i) {
        const T lhs = a[at[0] + i * step_a];
        const T rhs = b[at[1] + i * step_b];
        if constexpr (std::is_same_v<T, int64_t>) {
          y[first + i] = apply_to_integers(fn, lhs, rhs);
        } else {
          y[first + i] = static_cast<T>(apply(fn, lhs, rhs));
        }
      }
    });
    y.commit();
  });
}

}  // namespace tenon

#include "ops/select.h"

#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {
namespace {

std::optional<std::vector<Dim>> track(const InferContext& c) {
  const auto condition = known_elements(c, 0);
  const auto a = known_elements(c, 1);
  const auto b = known_elements(c, 2);
  if (!condition || !a || !b) return std::nullopt;
  size_t n = 1;
  for (const auto* part : {&*condition, &*a, &*b}) {
    if (part->size() != 1) n = part->size();
  }
  for (const auto* part : {&*condition, &*a, &*b}) {
    if (part->size() != 1 && part->size() != n) return std::nullopt;
  }
  std::vector<Dim> elements;
  for (size_t i = 0; i < n; ++i) {
    const auto pick = [i](const std::vector<Dim>& v) { return v[v.size() == 1 ? 0 : i]; };
    const Dim choice = pick(*condition);
    const Dim if_true = pick(*a);
    const Dim if_false = pick(*b);
    if (!choice.is_constant() && if_true != if_false) return std::nullopt;
    elements.push_back(choice.is_constant() && choice.value() == 0 ? if_false : if_true);
  }
  return elements;
}

template <typename T>
void select_rows(Views in, const TensorView& out) {
  const Strides strides[] = {broadcast_strides(in[0].dims, out.dims),
                             broadcast_strides(in[1].dims, out.dims),
                             broadcast_strides(in[2].dims, out.dims)};
  const int64_t step[] = {row_step(strides[0], out.dims), row_step(strides[1], out.dims),
                          row_step(strides[2], out.dims)};
  for_each_row(out.dims, strides, [&](int64_t first, int64_t count, std::span<const int64_t> at) {
    const uint8_t* condition = in[0].as<uint8_t>() + at[0];
    const T* a = in[1].as<T>() + at[1];
    const T* b = in[2].as<T>() + at[2];
    T* y = out.as<T>() + first;
    for (int64_t i = 0; i < count; ++i) {
      y[i] = condition[i * step[0]] != 0 ? a[i * step[1]] : b[i * step[2]];
    }
  });
}

}  // namespace

void Select::infer(InferContext& c) const {
  if (c.dtype(0) != DataType::kBool) {
    c.error("input 0 (condition) is {}, but bool is needed", to_string(c.input(0).type));
  }
  c.require_same_dtype(1, 2);
  const Shape values = c.broadcast(c.dims(1), c.dims(2));
  c.set(0, c.dtype(1), c.broadcast(c.dims(0), values));
  if (auto elements = track(c)) c.set_elements(0, std::move(*elements));
}

void Select::eval(Views in, Views out) const {
  switch (element_bytes(out[0].dtype)) {
    case 1: return select_rows<uint8_t>(in, out[0]);
    case 2: return select_rows<uint16_t>(in, out[0]);
    case 4: return select_rows<uint32_t>(in, out[0]);
    default: return select_rows<uint64_t>(in, out[0]);
  }
}

}  // namespace tenon

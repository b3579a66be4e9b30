#include "ops/infer_checks.h"

#include <cmath>

namespace tenon {

static bool computes(DataType dtype) {
  return dtype == DataType::kF32 || dtype == DataType::kF16 || dtype == DataType::kBF16 ||
         dtype == DataType::kF64;
}

void require_float(const InferContext& c, size_t input) {
  if (!computes(c.dtype(input))) {
    c.error("input {} is {}, but floating point is needed", input, to_string(c.input(input).type));
  }
}

void require_number(const InferContext& c, size_t input) {
  const DataType dtype = c.dtype(input);
  if (!computes(dtype) && (!is_integer(dtype) || bits_of(dtype) < 8)) {
    c.error("input {} is {}, but numbers are needed", input, to_string(c.input(input).type));
  }
}

void require_index(const InferContext& c, size_t input) {
  if (c.dtype(input) != DataType::kI32 && c.dtype(input) != DataType::kI64) {
    c.error("input {} is {}, but i32 or i64 is needed", input, to_string(c.input(input).type));
  }
}

void require_vector(InferContext& c, size_t input, const Dim& extent, std::string_view what) {
  if (c.rank(input) != 1) {
    c.error("input {} ({}) must have rank 1, but is {}", input, what,
            to_string(c.input(input).type));
  }
  c.require_equal(c.dims(input)[0], extent,
                  fmt::format("the extent of input {} ({})", input, what));
}

void require_same_dims(InferContext& c, size_t input, const Shape& dims, std::string_view what) {
  const Shape& own = c.dims(input);
  if (own.size() != dims.size()) {
    c.error("input {} ({}) is {}, but {} is needed", input, what, to_string(own), to_string(dims));
  }
  for (size_t i = 0; i < dims.size(); ++i) {
    c.require_equal(own[i], dims[i],
                    fmt::format("dims {} of input {} ({}) and of the output", i, input, what));
  }
}

void require_broadcasts_to(InferContext& c, size_t input, const Shape& dims,
                           std::string_view what) {
  const Shape& own = c.dims(input);
  if (own.size() > dims.size()) {
    c.error("input {} ({}) is {}, which does not broadcast to {}", input, what, to_string(own),
            to_string(dims));
  }
  for (size_t i = 0; i < own.size(); ++i) {
    const Dim& target = dims[dims.size() - own.size() + i];
    if (own[i] == Dim(1)) continue;
    c.require_equal(own[i], target,
                    fmt::format("dims of input {} ({}) {} and of {}", input, what, to_string(own),
                                to_string(dims)));
  }
}

void require_activation(const InferContext& c, const Activation& act) {
  if (name_of(act.fn) == "invalid" || yields_bool(act.fn)) {
    c.error("function {} is no activation", static_cast<int>(act.fn));
  }
}

std::vector<bool> axis_mask(const InferContext& c, const std::vector<int64_t>& axes, int rank) {
  std::vector<bool> mask(static_cast<size_t>(rank), false);
  for (const int64_t a : axes) {
    const auto axis = static_cast<size_t>(c.axis(a, rank));
    if (mask[axis]) c.error("axis {} is listed twice", axis);
    mask[axis] = true;
  }
  return mask;
}

std::vector<int64_t> spatial_list(const InferContext& c, const std::vector<int64_t>& list,
                                  int spatial, int64_t fallback, int64_t least,
                                  std::string_view name) {
  const auto n = static_cast<size_t>(spatial);
  if (list.empty()) return std::vector<int64_t>(n, fallback);
  if (list.size() != n) {
    c.error("{} has {} numbers for {} spatial axes", name, list.size(), spatial);
  }
  for (const int64_t value : list) {
    if (value < least || value > INT32_MAX) {
      c.error("{} is {}, outside of {} to {}", name, value, least, INT32_MAX);
    }
  }
  return list;
}

const std::vector<Dim>& shape_elements(const InferContext& c, size_t input) {
  require_index(c, input);
  if (c.rank(input) > 1) {
    c.error("input {} ({}) must have rank 1", input, to_string(c.input(input).type));
  }
  return c.elements(input);
}

std::optional<std::vector<Dim>> known_elements(const InferContext& c, size_t input) {
  const Fact& fact = c.input(input);
  if (fact.elements) return fact.elements;
  if (fact.constant == nullptr || !computes(fact.type.dtype) || fact.type.dims.size() > 1 ||
      fact.constant->volume() > static_cast<int64_t>(kMaxTrackedElements)) {
    return std::nullopt;
  }
  std::vector<Dim> elements;
  for (int64_t i = 0; i < fact.constant->volume(); ++i) {
    const double value = element(fact.constant->view(), i);
    constexpr double kExact = 1 << 24;  // whole numbers up to here are exact in f32
    if (!(std::abs(value) <= kExact) || value != std::floor(value)) return std::nullopt;
    elements.emplace_back(static_cast<int64_t>(value));
  }
  return elements;
}

}  // namespace tenon

#include "ops/reduce.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/arithmetic.h"
#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {
namespace {

std::vector<bool> reduced_axes(const InferContext& c, const std::vector<int64_t>& axes, int rank) {
  if (axes.empty()) return std::vector<bool>(static_cast<size_t>(rank), true);
  return axis_mask(c, axes, rank);
}

void check_type(const Reduce& op, const InferContext& c) {
  if (name_of(op.kind) == "invalid") c.error("unknown kind {}", static_cast<int>(op.kind));
  const bool order = op.kind == ReduceKind::kMax || op.kind == ReduceKind::kMin;
  if (!order || c.dtype(0) != DataType::kBool) require_number(c, 0);
  if (op.kind == ReduceKind::kLogSumExp) require_float(c, 0);
}

// The reduction of tracked elements, where it is an expression again.
std::optional<Dim> track(ReduceKind kind, const std::vector<Dim>& elements) {
  if (elements.empty()) return std::nullopt;
  Dim total = elements[0];
  for (size_t i = 1; i < elements.size(); ++i) {
    switch (kind) {
      case ReduceKind::kSum: total = total + elements[i]; break;
      case ReduceKind::kProd: total = total * elements[i]; break;
      case ReduceKind::kMax: total = max(total, elements[i]); break;
      case ReduceKind::kMin: total = min(total, elements[i]); break;
      default: return std::nullopt;
    }
  }
  const bool same_for_one = kind == ReduceKind::kSum || kind == ReduceKind::kProd ||
                            kind == ReduceKind::kMax || kind == ReduceKind::kMin;
  return same_for_one ? std::optional(total) : std::nullopt;
}

// What a reduction of nothing yields.
template <typename T>
T start(ReduceKind kind, DataType dtype) {
  constexpr bool integers = std::is_same_v<T, int64_t>;
  constexpr T infinity = std::numeric_limits<T>::infinity();
  switch (kind) {
    case ReduceKind::kProd: return 1;
    case ReduceKind::kMax: return integers ? static_cast<T>(integer_range(dtype).least) : -infinity;
    case ReduceKind::kMin:
      return integers ? static_cast<T>(integer_range(dtype).greatest) : infinity;
    default: return 0;
  }
}

void accumulate(ReduceKind kind, double& total, double x) {
  switch (kind) {
    case ReduceKind::kProd: total *= x; return;
    case ReduceKind::kMax: total = x > total || std::isnan(x) ? x : total; return;
    case ReduceKind::kMin: total = x < total || std::isnan(x) ? x : total; return;
    case ReduceKind::kSumSquare:
    case ReduceKind::kL2: total += x * x; return;
    case ReduceKind::kL1: total += std::abs(x); return;
    default: total += x; return;
  }
}

void accumulate(ReduceKind kind, int64_t& total, int64_t x) {
  const auto u = static_cast<uint64_t>(x);
  auto sum = static_cast<uint64_t>(total);
  switch (kind) {
    case ReduceKind::kProd: sum *= u; break;
    case ReduceKind::kMax: total = std::max(total, x); return;
    case ReduceKind::kMin: total = std::min(total, x); return;
    case ReduceKind::kSumSquare:
    case ReduceKind::kL2: sum += u * u; break;
    case ReduceKind::kL1: sum += x < 0 ? 0 - u : u; break;
    default: sum += u; break;
  }
  total = static_cast<int64_t>(sum);
}

double finished(ReduceKind kind, double total, int64_t count) {
  if (kind == ReduceKind::kMean) return total / static_cast<double>(count);
  return kind == ReduceKind::kL2 ? std::sqrt(total) : total;
}

int64_t finished(ReduceKind kind, int64_t total, int64_t count) {
  if (kind == ReduceKind::kMean) return count == 0 ? 0 : total / count;
  if (kind == ReduceKind::kL2) return static_cast<int64_t>(std::sqrt(static_cast<double>(total)));
  return total;
}

// Walks the input with the output's place beside it: at[0].
template <typename Visit>
void for_each_element(const Dims& dims, const Strides& strides, Visit&& visit) {
  const int64_t step = row_step(strides, dims);
  for_each_row(dims, std::span(&strides, 1),
               [&](int64_t first, int64_t count, std::span<const int64_t> at) {
                 for (int64_t i = 0; i < count; ++i) {
                   visit(first + i, static_cast<size_t>(at[0] + i * step));
                 }
               });
}

// log(sum(exp(x))) with the maximum taken out first.
void log_sum_exp(const ReadElements<double>& x, const Dims& dims, const Strides& strides,
                 std::vector<double>& totals) {
  std::vector<double> peak(totals.size(), -std::numeric_limits<double>::infinity());
  for_each_element(dims, strides,
                   [&](int64_t i, size_t o) { accumulate(ReduceKind::kMax, peak[o], x[i]); });
  for (double& p : peak) p = std::isinf(p) ? 0 : p;
  for_each_element(dims, strides,
                   [&](int64_t i, size_t o) { totals[o] += std::exp(x[i] - peak[o]); });
  for (size_t o = 0; o < totals.size(); ++o) totals[o] = peak[o] + std::log(totals[o]);
}

}  // namespace

void Reduce::infer(InferContext& c) const {
  check_type(*this, c);
  const Shape& x = c.dims(0);
  const std::vector<bool> reduced = reduced_axes(c, axes, c.rank(0));
  Shape dims;
  for (size_t i = 0; i < x.size(); ++i) {
    if (!reduced[i]) dims.push_back(x[i]);
    if (reduced[i] && keep_dims) dims.emplace_back(1);
  }
  c.set(0, c.dtype(0), std::move(dims));
  if (!c.input(0).elements) return;
  const auto total = followed([&] { return track(kind, *c.input(0).elements); });
  if (total) c.set_elements(0, {*total});
}

void Reduce::eval(Views in, Views out) const {
  const Dims& dims = in[0].dims;
  // Strides of the output as walked along the input: 0 where the axis is reduced.
  Strides strides{};
  int64_t step = 1;
  int64_t count = 1;
  for (int i = dims.rank() - 1; i >= 0; --i) {
    const bool reduced = axes.empty() || std::any_of(axes.begin(), axes.end(), [&](int64_t a) {
                           return (a < 0 ? a + dims.rank() : a) == i;
                         });
    strides[static_cast<size_t>(i)] = reduced ? 0 : step;
    (reduced ? count : step) *= dims[i];
  }
  const auto run = [&](auto zero) {
    using T = decltype(zero);
    const ReadElements<T> x(in[0]);
    WriteElements<T> y(out[0]);
    std::vector<T> totals(static_cast<size_t>(out[0].volume()), start<T>(kind, in[0].dtype));
    if constexpr (std::is_same_v<T, double>) {
      if (kind == ReduceKind::kLogSumExp) log_sum_exp(x, dims, strides, totals);
    }
    if (kind != ReduceKind::kLogSumExp) {
      for_each_element(dims, strides,
                       [&](int64_t i, size_t o) { accumulate(kind, totals[o], x[i]); });
      for (T& total : totals) total = finished(kind, total, count);
    }
    std::copy(totals.begin(), totals.end(), y.data());
    y.commit();
  };
  if (arithmetic_of(in[0].dtype) == Arithmetic::kInteger) {
    run(int64_t{});
  } else {
    run(double{});
  }
}

}  // namespace tenon

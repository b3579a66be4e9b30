#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "cpu/isa.h"
#include "vec_math_test_kernel.h"

namespace tenon {
namespace {

std::vector<const VecMathKernels*> tables() {
  std::vector<const VecMathKernels*> list = {&generic::kVecMathKernels};
  if (isa() >= Isa::kAvx2) list.push_back(&avx2::kVecMathKernels);
  if (isa() >= Isa::kAvx512) list.push_back(&avx512::kVecMathKernels);
  return list;
}

struct Row {
  UnaryFn fn;
  float low;
  float high;
  double absolute;  // error allowed beside 1e-6 of the value
};

TEST(VecMath, IsExactToTheLastPlaces) {
  // Where a parameter scales the argument, its rounding shows in results far out: kept near.
  const Row rows[] = {
      {UnaryFn::kExp, -87, 88.7F, 0},
      {UnaryFn::kLog, 1e-30F, 10, 0},
      {UnaryFn::kLog, 1e-44F, 1e-37F, 0},
      {UnaryFn::kTanh, -12, 12, 0},
      {UnaryFn::kErf, -5, 5, 0},
      {UnaryFn::kSigmoid, -80, 80, 0},
      {UnaryFn::kElu, -20, 5, 0},
      {UnaryFn::kSelu, -20, 5, 0},
      {UnaryFn::kSoftplus, -8, 60, 0},
      {UnaryFn::kMish, -30, 30, 0},
      {UnaryFn::kGeluErf, -10, 10, 1e-6},
      {UnaryFn::kGeluTanh, -4, 10, 1e-6},
      {UnaryFn::kSwish, -10, 40, 0},
      {UnaryFn::kHardSwish, -9, 9, 1e-7},
      {UnaryFn::kHardSigmoid, -9, 9, 1e-7},
      {UnaryFn::kScaledTanh, -9, 9, 0},
      {UnaryFn::kSoftsign, -9, 9, 0},
      {UnaryFn::kClip, -9, 9, 0},
  };
  constexpr int kCount = 20011;
  for (const Row& row : rows) {
    const Activation act{row.fn, 0.75F, 1.25F};
    std::vector<float> x(kCount);
    std::vector<float> y(kCount);
    for (int i = 0; i < kCount; ++i) {
      x[static_cast<size_t>(i)] =
          row.low + (row.high - row.low) * static_cast<float>(i) / (kCount - 1);
    }
    for (const VecMathKernels* table : tables()) {
      table->activate(act, x.data(), y.data(), kCount);
      for (size_t i = 0; i < kCount; ++i) {
        const double want = act(x[i]);
        ASSERT_NEAR(y[i], want, 1e-6 * std::abs(want) + row.absolute + 1e-44)
            << name_of(row.fn) << " of " << x[i] << ", width " << table->width;
      }
    }
  }
}

TEST(VecMath, NanStaysNan) {
  const std::vector<float> x(5, std::numeric_limits<float>::quiet_NaN());
  std::vector<float> y(5);
  for (const auto& [fn, name] : names(UnaryFn{})) {
    const double want = apply(fn, x[0], 0.5, 1);
    if (!std::isnan(want)) continue;
    for (const VecMathKernels* table : tables()) {
      table->activate({fn, 0.5F, 1}, x.data(), y.data(), 5);
      for (const float value : y) EXPECT_TRUE(std::isnan(value)) << name;
    }
  }
}

TEST(VecMath, LoadsAndStoresOnlyWhatIsThere) {
  for (const VecMathKernels* table : tables()) {
    for (int n = 0; n <= table->width; ++n) {
      const std::vector<float> x(static_cast<size_t>(n), 2);
      std::vector<float> y(64, -1);
      table->activate({}, x.data(), y.data(), n);
      for (int i = 0; i < 64; ++i) EXPECT_EQ(y[static_cast<size_t>(i)], i < n ? 2 : -1);
    }
  }
}

TEST(VecMath, Reductions) {
  const float x[16] = {1, -2, 3, -4, 5, -6, 7, 8, -9, 10, 11, 12, -13, 14, 15, 16};
  for (const VecMathKernels* table : tables()) {
    float want[3] = {0, x[0], x[0]};
    for (int i = 0; i < table->width; ++i) {
      want[0] += x[i];
      want[1] = std::max(want[1], x[i]);
      want[2] = std::min(want[2], x[i]);
    }
    float got[3];
    table->reduce(x, got);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(got[i], want[i]) << table->width;
  }
}

}  // namespace
}  // namespace tenon

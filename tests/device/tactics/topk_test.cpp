#include "ops/topk.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tactic_harness.h"

namespace tenon::test {
namespace {

// CPU and CUDA call theirs so.
constexpr std::string_view kTactic = "topk_lines";

void check(const TopK& op, CaseInput x, int64_t k) {
  check_tactics({op, {std::move(x), integers({k})}}, kTactic);
}

// Both orders, both rules for equal elements, both types of indices.
void check_all(int64_t axis, const CaseInput& x, int64_t k) {
  check({axis}, x, k);
  check({axis, false, DataType::kI32}, x, k);
  check({axis, true, DataType::kI32, true}, x, k);
  check({axis, false, DataType::kI64, true}, x, k);
}

// The same with fewer runs, for long lines.
void check_both(int64_t axis, const CaseInput& x, int64_t k) {
  check({axis}, x, k);
  check({axis, false, DataType::kI32, true}, x, k);
}

// Few different numbers, so that most are equal to others.
CaseInput coarse(Dims dims) {
  return {Tensor::make(DataType::kF32, dims, [](const TensorView& view) {
    std::mt19937 random(3);
    for (int64_t i = 0; i < view.volume(); ++i) {
      view.as<float>()[i] = static_cast<float>(random() % 7) - 3;
    }
  })};
}

// Zeros of both signs, infinities, and NaN of several patterns among numbers.
CaseInput special(Dims dims) {
  return {Tensor::make(DataType::kF32, dims, [](const TensorView& view) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    const float numbers[] = {0.0F, -0.0F, kInfinity, -kInfinity, kNan, -kNan, 1, -1, 1e-30F, 2};
    std::mt19937 random(5);
    for (int64_t i = 0; i < view.volume(); ++i) {
      const auto pick = random() % 12;
      view.as<float>()[i] = numbers[pick < std::size(numbers) ? pick : 0];
    }
  })};
}

template <typename T>
CaseInput whole(DataType type, Dims dims) {
  return {Tensor::make(type, dims, [](const TensorView& view) {
    std::mt19937_64 random(9);
    for (int64_t i = 0; i < view.volume(); ++i) {
      const auto extreme = random() % 9;
      view.as<T>()[i] = extreme == 0   ? std::numeric_limits<T>::min()
                        : extreme == 1 ? std::numeric_limits<T>::max()
                                       : static_cast<T>(random());
    }
  })};
}

TEST(TopK, AxesAndCounts) {
  for (const Dims& dims : {Dims{5, 197}, Dims{40, 1}, Dims{7}, Dims{2, 21, 9, 13}, Dims{3, 1000},
                           Dims{2, 70, 24}, Dims{4, 6, 5, 8}}) {
    for (int64_t axis = 0; axis < dims.rank(); ++axis) {
      const int64_t n = dims[static_cast<int>(axis)];
      for (const int64_t k : {int64_t{1}, int64_t{5}, int64_t{33}, int64_t{100}, n}) {
        if (k <= n) check_all(axis, random_input(dims), k);
      }
    }
  }
}

TEST(TopK, ShortLinesOfEveryLength) {
  for (int64_t n = 1; n < 40; ++n) {
    check_all(-1, coarse({9, n}), 1);
    check_all(-1, coarse({9, n}), (n + 1) / 2);
    check_all(1, coarse({2, n, 5}), 1);
    check_all(1, coarse({2, n, 8}), std::min<int64_t>(n, 3));
  }
}

TEST(TopK, LongLines) {
  for (const int64_t n : {1025, 5000, 40001}) {
    for (const int64_t k : {1, 2, 33, 300}) {
      check_both(-1, random_input({3, n}), k);
      check_both(-1, coarse({2, n}), k);
    }
    check_both(0, random_input({n, 3}), 1);
    check_both(0, random_input({n, 3}), 4);
    check_both(0, coarse({n, 16}), 1);
    check_both(1, random_input({1, n, 2}), 40);
  }
  check_both(-1, random_input({1, 300000}), 100);
  check_both(-1, random_input({1, 300000}), 1);
}

// What samples of a line suggest is far from right where it is sorted already.
TEST(TopK, SortedLines) {
  for (const bool ascending : {true, false}) {
    const CaseInput x{Tensor::make(DataType::kF32, {2, 20000}, [&](const TensorView& view) {
      for (int64_t i = 0; i < view.volume(); ++i) {
        view.as<float>()[i] = static_cast<float>(ascending ? i : -i);
      }
    })};
    for (const int64_t k : {1, 20, 100, 101}) check_both(-1, x, k);
  }
}

TEST(TopK, ManyOfTheLine) {
  check_both(-1, random_input({2, 9000}), 1500);
  check_both(-1, random_input({2, 9000}), 4096);
  check_both(-1, coarse({2, 9000}), 5000);
  check_both(0, random_input({4500, 3}), 4500);
  check_both(-1, random_input({1, 60000}), 3840);
  check_both(-1, random_input({1, 60000}), 50000);
  check_both(-1, random_input({70, 4300}), 4200);
}

TEST(TopK, ZerosInfinitiesAndNan) {
  for (const Dims& dims :
       {Dims{4, 40}, Dims{2, 40, 3}, Dims{2, 3000}, Dims{3000, 8}, Dims{2, 40000}}) {
    for (const int64_t axis : {0, 1}) {
      const int64_t n = dims[static_cast<int>(axis)];
      for (const int64_t k : {int64_t{1}, std::min<int64_t>(n, 7), std::min<int64_t>(n, 200)}) {
        check_all(axis, special(dims), k);
      }
    }
  }
  check_all(-1, special({2, 6000}), 4500);
}

TEST(TopK, AllEqual) {
  for (const Dims& dims : {Dims{3, 50}, Dims{2, 5000}, Dims{1, 50000}, Dims{2, 50, 6}}) {
    const CaseInput x = random_input(dims, 2, std::nextafter(2.0F, 3.0F));
    check_all(1, x, 1);
    check_all(1, x, 17);
    check_all(1, x, 50);
  }
}

TEST(TopK, WholeNumbers) {
  for (const Dims& dims : {Dims{5, 60}, Dims{3, 60, 8}, Dims{2, 5000}, Dims{1, 70000}}) {
    for (const int64_t k : {1, 4, 33, 60}) {
      check_all(1, whole<int32_t>(DataType::kI32, dims), k);
      check_all(1, whole<int64_t>(DataType::kI64, dims), k);
    }
  }
  check_all(1, whole<int32_t>(DataType::kI32, {2, 6000}), 5000);
  check_all(1, whole<int64_t>(DataType::kI64, {2, 6000}), 3000);
  check_all(1, whole<int64_t>(DataType::kI64, {2, 6000}), 1000);
}

TEST(TopK, ManyLines) {
  check_both(-1, random_input({33000, 7}), 1);
  check_both(-1, coarse({32900, 6}), 3);
  check_both(-1, coarse({32900, 8}), 8);
  check_both(-1, random_input({9000, 21}), 1);
  check_both(-1, random_input({3000, 64}), 8);
  check_both(-1, random_input({2000, 100}), 3);
  check_both(1, random_input({2, 5, 160, 256}), 1);
  check_both(1, random_input({2, 21, 32, 35}), 1);
  check_both(1, random_input({2, 9, 96, 128}), 3);
  check_both(1, random_input({2, 9, 96, 128}), 8);
}

TEST(TopK, OfNothing) {
  check_all(1, random_input({0, 5}), 2);
  check_all(1, random_input({2, 5}), 0);
  check_all(0, random_input({2, 0}), 1);
  check_all(1, random_input({2, 0}), 0);
}

}  // namespace
}  // namespace tenon::test

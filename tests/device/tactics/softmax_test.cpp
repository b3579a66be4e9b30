#include <gtest/gtest.h>

#include <limits>

#include "ops/softmax.h"
#include "tactic_harness.h"

namespace tenon::test {
namespace {

TEST(Softmax, AxesAndSizes) {
  for (const Dims& dims : {Dims{5, 197}, Dims{3, 1000}, Dims{2, 21, 9, 13}, Dims{40, 1}, Dims{7},
                           Dims{2, 3, 70}, Dims{0, 5}}) {
    for (int64_t axis = -1; axis < dims.rank(); ++axis) {
      for (const bool log : {false, true}) {
        check_tactics({Softmax{axis, log}, {random_input(dims, -20, 20)}}, "softmax_rows");
      }
    }
  }
}

TEST(Softmax, LargeNumbersDoNotOverflow) {
  check_tactics({Softmax{}, {random_input({3, 50}, 900, 1000)}}, "softmax_rows");
}

TEST(Softmax, LongLinesAndWideColumns) {
  for (const Dims& dims : {Dims{3, 520}, Dims{300, 700}, Dims{2, 5000}, Dims{2, 8999},
                           Dims{2, 9000}, Dims{2, 150, 24}, Dims{2, 150, 9}, Dims{1, 5, 4, 24}}) {
    for (const bool log : {false, true}) {
      check_tactics({Softmax{-1, log}, {random_input(dims, -20, 20)}}, "softmax_rows");
      check_tactics({Softmax{1, log}, {random_input(dims, -20, 20)}}, "softmax_rows");
    }
  }
}

TEST(Softmax, InfinityAndNan) {
  Tensor x = Tensor::make(DataType::kF32, {4, 40}, [](const TensorView& view) {
    const float infinity = std::numeric_limits<float>::infinity();
    for (int64_t i = 0; i < 160; ++i) view.as<float>()[i] = i % 7 == 0 ? -infinity : 0.1F;
    for (int64_t i = 0; i < 40; ++i) view.as<float>()[i] = -infinity;
    view.as<float>()[90] = std::numeric_limits<float>::quiet_NaN();
  });
  for (const bool log : {false, true}) {
    check_tactics({Softmax{1, log}, {{x}}}, "softmax_rows");
    check_tactics({Softmax{0, log}, {{x}}}, "softmax_rows");
  }
}

}  // namespace
}  // namespace tenon::test

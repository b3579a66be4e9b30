#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tenon::test

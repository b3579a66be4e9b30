#include <gtest/gtest.h>

#include "ops/identity.h"
#include "ops/reshape.h"
#include "tactic_harness.h"

namespace tenon::test {
namespace {

TEST(Reformat, BetweenAllLayouts) {
  for (const Dims& dims : {Dims{1, 16, 8, 8}, Dims{3, 3, 5, 7}, Dims{2, 20, 9, 31},
                           Dims{1, 40, 1, 1}, Dims{2, 24, 13}, Dims{2, 33}, Dims{1, 9, 2, 3, 5},
                           Dims{1, 38, 23, 31}, Dims{0, 8, 2, 2}, Dims{2, 8, 0, 2}}) {
    check_tactics({Reformat{}, {random_input(dims)}}, "reformat_pieces");
  }
}

TEST(Reformat, ChannelsAndPositionsInWholeVectors) {
  for (const Dims& dims : {Dims{2, 64, 8, 16}, Dims{1, 128, 7, 7}, Dims{2, 24, 14, 14},
                           Dims{2, 3, 40, 40}, Dims{2, 68, 10, 10}, Dims{1, 30, 8, 8}}) {
    check_tactics({Reformat{}, {random_input(dims)}}, "reformat_pieces");
  }
}

TEST(Reformat, ConvertsTypes) {
  for (const DataType to : {DataType::kF16, DataType::kBF16, DataType::kF32}) {
    for (const Dims& dims : {Dims{2, 20, 9, 31}, Dims{2, 64, 8, 16}, Dims{3, 3, 30, 50},
                             Dims{1, 40, 1, 1}, Dims{5, 1, 6, 6}, Dims{4, 8}, Dims{0, 8, 2, 2}}) {
      check_tactics({Reformat{to}, {random_input(dims)}},
                    to == DataType::kF32 ? "reformat_pieces" : "cast_elements");
    }
    check_tactics({Reformat{to}, {random_constant({4, 7})}},
                  to == DataType::kF32 ? "reformat_pieces" : "cast_elements");
  }
}

TEST(Reformat, OtherTypesAreCopied) {
  check_tactics({Reformat{DataType::kI64}, {{Tensor::i64({2, 3}, {1, 2, 3, 4, 5, 6})}}},
                "reformat_pieces");
  check_tactics({Reformat{}, {random_input({})}}, "reformat_pieces");
}

TEST(Views, AreCopies) {
  check_tactics({Identity{}, {random_input({3, 5})}}, "view_copy");
  check_tactics({Identity{}, {random_constant({3, 5})}}, "view_copy");
  check_tactics({Reshape{}, {random_input({200, 150}), integers({-1, 100})}}, "view_copy");
  check_tactics({Squeeze{}, {random_input({3, 1, 5})}}, "view_copy");
  check_tactics({Unsqueeze{{0}}, {random_input({3, 5})}}, "view_copy");
  check_tactics({Flatten{1}, {random_input({3, 5, 2})}}, "view_copy");
}

}  // namespace
}  // namespace tenon::test

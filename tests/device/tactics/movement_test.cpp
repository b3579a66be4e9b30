#include <gtest/gtest.h>

#include <limits>

#include "ops/cast.h"
#include "ops/expand.h"
#include "ops/fill.h"
#include "ops/gather.h"
#include "ops/gather_elements.h"
#include "ops/iota.h"
#include "ops/pad.h"
#include "ops/slice.h"
#include "ops/transpose.h"
#include "tactic_harness.h"

namespace tenon::test {
namespace {

// Small whole numbers in an integer type.
CaseInput numbers(DataType dtype, Dims dims, int64_t modulus) {
  return {Tensor::make(dtype, dims, [&](const TensorView& view) {
    for (int64_t i = 0; i < view.volume(); ++i) set_integer_element(view, i, i * 7 % modulus);
  })};
}

TEST(Transpose, Permutations) {
  check_tactics({Transpose{}, {random_input({37, 130})}}, "transpose_blocks");
  check_tactics({Transpose{{0, 2, 1, 3}}, {random_input({2, 19, 3, 64})}}, "transpose_blocks");
  check_tactics({Transpose{{0, 2, 3, 1}}, {random_input({2, 20, 9, 11})}}, "transpose_blocks");
  check_tactics({Transpose{{0, 3, 1, 2}}, {random_input({2, 9, 11, 20})}}, "transpose_blocks");
  check_tactics({Transpose{{3, 1, 0, 2}}, {random_input({4, 5, 6, 7})}}, "transpose_blocks");
  check_tactics({Transpose{{1, 0}}, {random_constant({8, 3})}}, "transpose_blocks");
  check_tactics({Transpose{{1, 0, 2}}, {random_input({70, 3, 1})}}, "transpose_blocks");
  check_tactics({Transpose{{1, 0}}, {random_input({0, 3})}}, "transpose_blocks");
  check_tactics({Transpose{}, {random_input({})}}, "transpose_blocks");
  for (const DataType dtype : {DataType::kI64, DataType::kI8, DataType::kF16, DataType::kI32}) {
    check_tactics({Transpose{{2, 0, 1}}, {numbers(dtype, {5, 6, 70}, 100)}}, "transpose_blocks");
  }
}

// Extents that are multiples of vectors of every element size, on one side or both.
TEST(Transpose, Matrices) {
  for (const Dims& dims :
       {Dims{2, 64, 96}, Dims{3, 72, 200}, Dims{1, 100, 36}, Dims{2, 40, 33}, Dims{2, 33, 40},
        Dims{1, 37, 41}, Dims{2, 700, 3}, Dims{2, 5, 1100}, Dims{2, 16, 1024}, Dims{1, 34, 18}}) {
    check_tactics({Transpose{{0, 2, 1}}, {random_input(dims)}}, "transpose_blocks");
  }
  for (const DataType dtype : {DataType::kI64, DataType::kU8}) {
    for (const Dims& dims : {Dims{2, 64, 96}, Dims{1, 36, 44}, Dims{2, 1030, 16}}) {
      check_tactics({Transpose{{0, 2, 1}}, {numbers(dtype, dims, 100)}}, "transpose_blocks");
    }
  }
  check_tactics({Transpose{{1, 3, 0, 2}}, {random_input({3, 24, 5, 40})}}, "transpose_blocks");
}

TEST(Slice, Ranges) {
  const auto slice = [](CaseInput x, std::vector<int64_t> starts, std::vector<int64_t> ends,
                        std::vector<int64_t> axes, std::vector<int64_t> steps) {
    std::vector<CaseInput> inputs = {x, integers(starts), integers(ends)};
    inputs.push_back(axes.empty() ? absent() : integers(axes));
    inputs.push_back(steps.empty() ? absent() : integers(steps));
    check_tactics({Slice{}, inputs}, "slice_runs");
  };
  slice(random_input({2, 40, 7, 9}), {16}, {32}, {1}, {});
  slice(random_input({2, 40, 7, 9}), {16}, {1000}, {1}, {1});
  slice(random_input({2, 40, 7, 9}), {3}, {20}, {1}, {});
  slice(random_input({3, 40, 7, 9}), {1, 2, -8}, {3, 6, -1}, {0, 2, 3}, {1, 2, 3});
  slice(random_input({30, 20}), {-1, 19}, {-100, 0}, {0, 1}, {-1, -2});
  slice(random_input({30, 20}), {5, 5}, {5, 9}, {}, {});
  slice(random_constant({30, 20}), {5, 5}, {7, 9}, {}, {});
  slice(numbers(DataType::kI64, {30}, 99), {-9}, {30}, {}, {2});
  slice(random_input({2, 3, 90, 130}), {10, 10}, {80, 120}, {2, 3}, {});
}

TEST(Expand, Broadcasts) {
  const std::vector<std::pair<Dims, std::vector<int64_t>>> rows = {
      {{3, 1}, {2, 3, 70}}, {{1, 64}, {5, 1}}, {{}, {4, 5}},         {{2, 1, 3}, {2, 4, 3}},
      {{2, 3}, {1, 1}},     {{1}, {0}},        {{5, 1}, {3, 5, 64}}, {{4, 32}, {3, 1, 1}}};
  for (const auto& [dims, shape] : rows) {
    check_tactics({Expand{}, {random_input(dims), integers(shape)}}, "expand_runs");
  }
  check_tactics({Expand{}, {numbers(DataType::kBool, {2, 1}, 2), integers({2, 50})}},
                "expand_runs");
}

TEST(Gather, IndicesOfBothTypes) {
  for (const DataType dtype : {DataType::kI64, DataType::kI32}) {
    check_tactics({Gather{0}, {random_input({20, 33}), numbers(dtype, {2, 5}, 20)}}, "gather_runs");
    check_tactics({Gather{-1}, {random_input({4, 20}), numbers(dtype, {}, 20)}}, "gather_runs");
    check_tactics({Gather{1}, {random_constant({3, 20, 5}), numbers(dtype, {7}, 20)}},
                  "gather_runs");
  }
  check_tactics({Gather{0}, {random_input({5, 3}), integers({-1, -5, 2})}}, "gather_runs");
  check_tactics({Gather{0}, {numbers(DataType::kI64, {6}, 100), integers({1, 1})}}, "gather_runs");
  check_tactics({Gather{0}, {random_input({5, 3}), numbers(DataType::kI64, {0}, 9)}},
                "gather_runs");
}

TEST(Gather, RunsOfAllSizes) {
  check_tactics({Gather{0}, {random_input({20, 64}), numbers(DataType::kI64, {31}, 20)}},
                "gather_runs");
  check_tactics({Gather{1}, {random_input({3, 20, 6}), numbers(DataType::kI32, {4, 5}, 20)}},
                "gather_runs");
  check_tactics({Gather{0}, {numbers(DataType::kU8, {20, 7}, 99), integers({19, -20, 3})}},
                "gather_runs");
  check_tactics({Gather{0}, {random_input({0, 3}), numbers(DataType::kI64, {0}, 9)}},
                "gather_runs");
}

TEST(GatherElements, AxesAndIndices) {
  for (const DataType dtype : {DataType::kI64, DataType::kI32}) {
    check_tactics({GatherElements{0}, {random_input({9, 5}), numbers(dtype, {20, 4}, 9)}});
    check_tactics({GatherElements{1}, {random_input({3, 9, 5}), numbers(dtype, {2, 30, 5}, 9)}});
    check_tactics({GatherElements{-1}, {random_input({3, 9}), numbers(dtype, {3, 0}, 9)}});
  }
  check_tactics({GatherElements{0}, {random_input({5}), integers({-1, -5, 4, 0})}});
  check_tactics({GatherElements{0}, {random_constant({5}), integers({-1, -5, 4, 0})}});
}

TEST(Iota, Types) {
  for (const DataType dtype : {DataType::kF32, DataType::kF16, DataType::kBF16}) {
    check_tactics({Iota{dtype, 0.5, -0.25}, {integers({700})}});
  }
  for (const DataType dtype : {DataType::kI64, DataType::kI32, DataType::kI8, DataType::kU8}) {
    check_tactics({Iota{dtype, -3, 5}, {integers({700})}});
  }
  check_tactics({Iota{DataType::kF32, 1, 2}, {integers({0})}});
}

TEST(Gather, RefusesIndicesOutOfRangeWhenTheyAreSeen) {
  const Tactic* tactic = harness_device().device.find_tactic("gather", "gather_runs");
  if (tactic == nullptr) GTEST_SKIP() << "this device does not see them";
  const Tensor bad = Tensor::i64({2}, {0, 5});
  Problem problem{
      Gather{0}, {{.dims = {5, 3}}, {.dtype = DataType::kI64, .dims = {2}}}, {{.dims = {2, 3}}}};
  problem.inputs[1].is_constant = true;
  problem.inputs[1].constant = &bad;
  const std::vector<std::byte> packed = tactic->pack(problem);
  EXPECT_THROW(tactic->bind(problem, std::span(packed)), Error);
}

TEST(Pad, Constants) {
  const auto pad = [](const CaseInput& x, std::vector<int64_t> pads, float value) {
    check_tactics({Pad{PadMode::kConstant, value}, {x, integers(std::move(pads))}}, "pad_runs");
  };
  pad(random_input({2, 3, 5, 7}), {0, 0, 1, 2, 0, 0, 3, 0}, 0);
  pad(random_input({2, 3, 5, 7}), {1, 2, 0, 0, 0, 1, 0, 0}, 2.5F);
  pad(random_input({2, 3, 5, 7}), {0, -1, -2, 1, 0, 2, -1, -3}, -1);
  pad(random_input({4, 6}), {-1, -2, -1, -2}, 0);
  pad(random_input({4, 6}), {0, 0, 0, 0}, 0);
  pad(random_input({6}), {-8, 9}, 1);
  pad(random_input({6}), {9, -8}, 1);
  pad(random_input({0, 3}), {1, 1, 1, 1}, 3);
  pad(random_constant({4, 6}), {1, 0, 1, 0}, 7);
  pad(numbers(DataType::kI64, {4, 5}, 50), {1, 1, 2, 1}, 3);
  pad(numbers(DataType::kU8, {4, 5}, 50), {1, 1, 2, 1}, 3);
  pad(random_input({2, 16, 6, 7}), {0, 0, 1, 2, 0, 0, 3, 0}, 1.5F);
  pad(random_input({3, 8}), {1, 0, 1, 0}, 1.5F);
}

TEST(Pad, OtherModes) {
  for (const PadMode mode : {PadMode::kReflect, PadMode::kEdge, PadMode::kWrap}) {
    check_tactics({Pad{mode}, {random_input({4, 5}), integers({1, 1, 1, 1})}}, "reference");
    check_tactics({Pad{mode}, {random_input({2, 8, 5, 6}), integers({0, 0, 4, 2, 0, 0, 3, -1})}},
                  "reference");
    check_tactics({Pad{mode}, {random_input({7}), integers({-2, 9})}}, "reference");
    check_tactics({Pad{mode}, {random_input({1, 8}), integers({2, 0, 3, 0})}}, "reference");
  }
}

TEST(Fill, Values) {
  check_tactics({Fill{DataType::kF32, 1.5}, {integers({3, 9000})}}, "fill_runs");
  check_tactics({Fill{DataType::kI64, -7}, {integers({5})}}, "fill_runs");
  check_tactics({Fill{DataType::kBool, 1}, {integers({13})}}, "fill_runs");
  check_tactics({Fill{DataType::kF32, 1.5}, {integers({0, 3})}}, "fill_runs");
}

TEST(Cast, BetweenTypes) {
  constexpr DataType kTypes[] = {DataType::kF32, DataType::kF16, DataType::kBF16, DataType::kI64,
                                 DataType::kI32, DataType::kI8,  DataType::kU8,   DataType::kBool};
  constexpr float kInf = std::numeric_limits<float>::infinity();
  const CaseInput floats{Tensor::f32(
      {8}, {0.5F, -1.75F, 3e9F, -3e30F, kInf, std::numeric_limits<float>::quiet_NaN(), 300, 0})};
  for (const DataType to : kTypes) {
    check_tactics({Cast{to}, {floats}, 0}, "cast_elements");
    for (const DataType from : kTypes) {
      if (from == DataType::kF32) continue;
      check_tactics({Cast{to}, {numbers(from, {3, 50}, from == DataType::kBool ? 2 : 120)}, 0},
                    "cast_elements");
    }
  }
}

}  // namespace
}  // namespace tenon::test

#include <gtest/gtest.h>

#include <limits>

#include "ops/attention.h"
#include "tactic_harness.h"

namespace tenon::test {
namespace {

constexpr const char* kTactic = "attention_stretches";
constexpr double kTolerance = 2e-6;

CaseInput booleans(const Dims& dims, int period) {
  return {Tensor::make(DataType::kBool, dims, [&](const TensorView& view) {
    for (int64_t i = 0; i < dims.volume(); ++i) set_element(view, i, i % period != 0);
  })};
}

Attention packed(int64_t heads, int64_t size) {
  Attention op{.heads = heads, .kv_heads = heads, .size = size, .scale = 0.3F};
  op.k_column = heads * size;
  op.v_column = 2 * heads * size;
  return op;
}

// Lengths around tiles of queries and stretches of keys, sizes around vectors and panels.
TEST(Attention, LengthsAndSizes) {
  for (const int64_t length : {1, 7, 49, 64, 257, 530}) {
    for (const int64_t size : {1, 8, 40, 64}) {
      const Attention op = packed(2, size);
      const CaseInput x = random_input({2, length, 6 * size});
      check_tactics({op, {x, x, x}, kTolerance}, kTactic);
    }
  }
}

// Lengths around groups of 64 queries and tiles of 64 keys and halves of them, as many heads as
// blocks of one and of two groups keep apart.
TEST(Attention, LengthsOfMergedProjections) {
  for (const int64_t length : {33, 63, 65, 96, 127, 129, 197, 384, 700}) {
    for (const int64_t size : {64, 128}) {
      Attention op = packed(length > 197 ? 1 : 2, size);
      op.scale = 0.125F;
      const CaseInput x = random_input({1, length, 3 * op.heads * size});
      check_tactics({op, {x, x, x}, kTolerance}, kTactic);
      op.causal = true;
      check_tactics({op, {x, x, x}, kTolerance}, kTactic);
    }
  }
}

TEST(Attention, MasksOfLongSequences) {
  for (const int64_t keys : {65, 197, 320}) {
    for (const Dims& mask :
         {Dims{2, 1, 1, keys}, Dims{2, 1, 90, keys}, Dims{2, 1, keys}, Dims{90, 1}}) {
      for (const CaseInput& m : {random_input(mask, -5, 5), booleans(mask, 3)}) {
        Attention op{.heads = 2, .kv_heads = 2, .size = 64, .scale = 0.125F};
        op.causal = keys == 197;
        check_tactics({op,
                       {random_input({2, 90, 128}), random_input({2, keys, 128}),
                        random_input({2, keys, 128}), m},
                       kTolerance},
                      kTactic);
      }
    }
  }
}

TEST(Attention, LargeHeads) {
  for (const int64_t size : {80, 96, 128, 136, 256}) {
    for (const bool causal : {false, true}) {
      Attention op = packed(2, size);
      op.scale = 0.1F;
      op.causal = causal;
      const CaseInput x = random_input({2, 150, 6 * size});
      check_tactics({op, {x, x, x}, kTolerance}, kTactic);
    }
  }
}

TEST(Attention, NegativeScale) {
  Attention op = packed(2, 16);
  op.scale = -0.5F;
  const CaseInput x = random_input({1, 70, 96});
  check_tactics({op, {x, x, x}, kTolerance}, kTactic);
}

TEST(Attention, Layouts) {
  Attention op = packed(3, 20);
  op.layout = AttentionLayout::kSequenceFirst;
  const CaseInput x = random_input({30, 2, 180});
  check_tactics({op, {x, x, x}, kTolerance}, kTactic);
  const Attention planes{
      .layout = AttentionLayout::kHeadsFirst, .heads = 6, .kv_heads = 2, .size = 24};
  check_tactics(
      {planes,
       {random_input({2, 6, 50, 24}), random_input({2, 2, 70, 24}), random_input({2, 2, 70, 24})},
       kTolerance},
      kTactic);
}

TEST(Attention, Masks) {
  for (const int64_t keys : {9, 300}) {
    for (const Dims& mask : {Dims{keys}, Dims{20, 1}, Dims{2, 1, 1, keys}, Dims{2, 3, 20, keys},
                             Dims{3, 1, keys}, Dims{1}}) {
      const Attention op{.heads = 3, .kv_heads = 3, .size = 16, .scale = 0.25F};
      const std::vector<CaseInput> qkv = {random_input({2, 20, 48}), random_input({2, keys, 48}),
                                          random_input({2, keys, 48})};
      for (const CaseInput& m : {random_input(mask, -5, 5), random_constant(mask, -5, 5),
                                 booleans(mask, 3), booleans(mask, 1)}) {
        for (const bool zero : {false, true}) {
          std::vector<CaseInput> inputs = qkv;
          inputs.push_back(m);
          Attention with = op;
          with.nan_to_zero = zero;
          check_tactics({with, inputs, kTolerance}, kTactic);
          with.causal = true;
          check_tactics({with, inputs, kTolerance}, kTactic);
        }
      }
    }
  }
}

// Keys that nobody sees at first, then larger scores in every stretch: sums are rescaled.
TEST(Attention, ScoresRiseFromStretchToStretch) {
  const int64_t keys = 700;
  const Tensor mask = Tensor::make(DataType::kF32, {keys}, [&](const TensorView& view) {
    for (int64_t i = 0; i < keys; ++i) {
      const double hidden = -std::numeric_limits<double>::infinity();
      set_element(view, i, i < 300 ? hidden : static_cast<double>(i) / 4);
    }
  });
  const Attention op{.size = 16};
  const double tolerance = 3e-5;  // of scores near 175
  check_tactics({op,
                 {random_input({1, 30, 16}),
                  random_input({1, keys, 16}),
                  random_input({1, keys, 16}),
                  {mask}},
                 tolerance},
                kTactic);
}

// The base of every stretch's exponentials is that of an earlier one, or far above it.
TEST(Attention, ScoresRiseAndFall) {
  const int64_t keys = 640;
  for (const double rise : {3.0, 30.0}) {
    const Tensor mask = Tensor::make(DataType::kF32, {keys}, [&](const TensorView& view) {
      for (int64_t i = 0; i < keys; ++i) {
        const int64_t stretch = i / 64;
        set_element(view, i, static_cast<double>(stretch % 3) * rise);
      }
    });
    const Attention op{.heads = 2, .kv_heads = 2, .size = 64, .scale = 0.125F};
    check_tactics({op,
                   {random_input({1, 70, 128}),
                    random_input({1, keys, 128}),
                    random_input({1, keys, 128}),
                    {mask}},
                   2e-5},
                  kTactic);
  }
}

// Masks made for other types hide keys with the lowest number; where they hide all keys of a row,
// these are alike.
TEST(Attention, LowestNumbers) {
  const int64_t keys = 150;
  const Tensor mask = Tensor::make(DataType::kF32, {2, 1, 1, keys}, [&](const TensorView& view) {
    for (int64_t i = 0; i < 2 * keys; ++i) {
      set_element(view, i, i < keys + 70 && i >= keys ? 0 : std::numeric_limits<float>::lowest());
    }
  });
  const Attention op{.heads = 2, .kv_heads = 2, .size = 64, .scale = 0.125F};
  check_tactics({op,
                 {random_input({2, 70, 128}),
                  random_input({2, keys, 128}),
                  random_input({2, keys, 128}),
                  {mask}},
                 kTolerance},
                kTactic);
}

TEST(Attention, NotANumberStaysInItsRow) {
  CaseInput q = random_input({1, 5, 8});
  q.value = Tensor::make(DataType::kF32, {1, 5, 8}, [&](const TensorView& view) {
    for (int64_t i = 0; i < 40; ++i) {
      set_element(view, i, i == 17 ? std::numeric_limits<double>::quiet_NaN() : 0.01 * i);
    }
  });
  for (const bool zero : {false, true}) {
    const Attention op{.size = 8, .nan_to_zero = zero};
    check_tactics({op, {q, random_input({1, 300, 8}), random_input({1, 300, 8})}, kTolerance},
                  kTactic);
  }
}

TEST(Attention, HiddenKeysMayBeNotANumber) {
  CaseInput k = random_input({1, 70, 8});
  k.value = Tensor::make(DataType::kF32, {1, 70, 8}, [&](const TensorView& view) {
    for (int64_t i = 0; i < 70 * 8; ++i) {
      set_element(view, i, i / 8 % 6 == 0 ? std::numeric_limits<double>::quiet_NaN() : 0.001 * i);
    }
  });
  const Attention op{.size = 8};
  for (const Dims& mask : {Dims{1, 70}, Dims{20, 70}}) {
    const CaseInput hidden = {Tensor::make(DataType::kBool, mask, [&](const TensorView& view) {
      for (int64_t i = 0; i < mask.volume(); ++i) set_element(view, i, i % 70 % 6 != 0);
    })};
    check_tactics({op, {random_input({1, 20, 8}), k, random_input({1, 70, 8}), hidden}, kTolerance},
                  kTactic);
  }
}

TEST(Attention, NothingToDo) {
  const Attention op{.size = 8};
  check_tactics({op, {random_input({1, 3, 8}), random_input({1, 0, 8}), random_input({1, 0, 8})}},
                kTactic);
  check_tactics({op, {random_input({0, 3, 8}), random_input({0, 2, 8}), random_input({0, 2, 8})}},
                kTactic);
}

}  // namespace
}  // namespace tenon::test

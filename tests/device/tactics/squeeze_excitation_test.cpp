#include "ops/squeeze_excitation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tactic_harness.h"

namespace tenon::test {
namespace {

constexpr Activation kSwish{UnaryFn::kSwish, 1};
constexpr Activation kSigmoid{UnaryFn::kSigmoid};

struct Block {
  Dims x;
  int64_t hidden;
};

CaseInput bias(int64_t extent, bool present) {
  return present ? random_constant({extent}) : absent();
}

// Rows of weights as long as their sums of random numbers stay around 1.
CaseInput weights(int64_t rows, int64_t columns) {
  const float most = 2.0F / std::sqrt(static_cast<float>(columns));
  return random_constant({rows, columns}, -most, most);
}

void check(const Block& block, SqueezeExcitation op, bool hidden_bias = true,
           bool gate_bias = true) {
  const int64_t channels = block.x[1];
  for (const bool multiply : {false, true}) {
    op.multiply = multiply;
    // Means far from 0, which sums of them would lose among each other.
    check_tactics({op,
                   {random_input(block.x, -0.5F, 1.5F), weights(block.hidden, channels),
                    weights(channels, block.hidden), bias(block.hidden, hidden_bias),
                    bias(channels, gate_bias)},
                   1e-5},
                  "squeeze_images");
  }
}

TEST(SqueezeExcitation, Shapes) {
  const std::vector<Block> blocks = {
      {{2, 32, 28, 28}, 8},    // whole packets of channels and pixels
      {{1, 96, 20, 12}, 4},    // fewer hidden channels than a packet
      {{3, 1152, 7, 7}, 48},   // more channels than threads
      {{2, 20, 9, 5}, 5},      // odd ends everywhere
      {{2, 7, 3, 3}, 3},       // less than a packet of channels
      {{2, 16, 1, 1}, 16},     // one pixel
      {{1, 1, 6, 6}, 1},       //
      {{1, 24, 112, 112}, 6},  // a large image
      {{1, 320, 4, 4}, 300},   // many hidden channels
      {{1, 2100, 3, 3}, 40},   //
      {{3, 40, 33}, 10},       // one spatial axis
      {{2, 24, 3, 4, 5}, 6},   // three
  };
  for (const Block& block : blocks) check(block, {kSwish, kSigmoid});
}

TEST(SqueezeExcitation, ManyImages) {
  const std::vector<Block> blocks = {
      {{40, 48, 7, 7}, 12}, {{80, 40, 7, 7}, 10}, {{140, 24, 4, 4}, 6}, {{300, 18, 3, 3}, 4}};
  for (const Block& block : blocks) check(block, {kSwish, kSigmoid});
  // Weights too large for a block's shared memory.
  check({{270, 1000, 2, 1}, 64}, {kSwish, kSigmoid});
}

TEST(SqueezeExcitation, ActivationsAndBiases) {
  const Block block{{2, 48, 10, 10}, 12};
  const Activation relu{UnaryFn::kRelu}, hard{UnaryFn::kHardSigmoid, 1.0F / 6, 0.5F};
  check(block, {relu, hard});
  check(block, {{UnaryFn::kMish}, {UnaryFn::kTanh}}, false, true);
  check(block, {{UnaryFn::kClip, 0, 0.25F}, {UnaryFn::kElu, 0.5F}}, true, false);
  check(block, {{UnaryFn::kGeluErf}, {}}, false, false);
  check(block, {{}, {UnaryFn::kSoftplus, 1, 1}}, false, false);
}

TEST(SqueezeExcitation, OverNothing) {
  check({{0, 16, 3, 3}, 4}, {kSwish, kSigmoid});
  check({{2, 16, 0, 3}, 4}, {{}, kSigmoid});
}

}  // namespace
}  // namespace tenon::test

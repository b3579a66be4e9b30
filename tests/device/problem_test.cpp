#include "device/problem.h"

#include <gtest/gtest.h>

#include "ops/attention.h"
#include "ops/conv.h"
#include "ops/conv_depthwise.h"
#include "ops/conv_pair.h"
#include "ops/conv_pool.h"
#include "ops/inverted_residual.h"
#include "ops/matmul.h"
#include "ops/unary.h"

namespace tenon {
namespace {

TEST(Layout, StoredVolumeCountsPaddingChannels) {
  const Dims dims{2, 20, 3, 5};
  EXPECT_EQ(stored_volume(dims, Layout::kLinear), 2 * 20 * 15);
  EXPECT_EQ(stored_volume(dims, Layout::kChannelsLast), 2 * 20 * 15);
  EXPECT_EQ(stored_volume(dims, Layout::kBlocked8), 2 * 24 * 15);
  EXPECT_EQ(stored_volume(dims, Layout::kBlocked16), 2 * 32 * 15);
  EXPECT_EQ(stored_volume({3, 9}, Layout::kBlocked8), 3 * 16);
  EXPECT_EQ(stored_volume({7}, Layout::kLinear), 7);
  EXPECT_EQ(stored_volume({}, Layout::kLinear), 1);
}

TEST(Layout, BatchStride) {
  EXPECT_EQ(dense_batch_stride({2, 20, 3, 5}, Layout::kLinear), 300);
  EXPECT_EQ(dense_batch_stride({2, 20, 3, 5}, Layout::kBlocked16), 480);
  EXPECT_EQ(dense_batch_stride({7}, Layout::kLinear), 1);
  EXPECT_EQ(dense_batch_stride({}, Layout::kLinear), 1);
  EXPECT_EQ(dense_batch_stride({0, 20, 3}, Layout::kLinear), 60);
}

TEST(Operand, BytesAndStride) {
  OperandDesc d{.dtype = DataType::kF16, .layout = Layout::kBlocked8, .dims = {2, 9, 4}};
  EXPECT_EQ(d.bytes(), 2U * 2 * 16 * 4);
  EXPECT_EQ(d.stride0(), 64);
  d.batch_stride = 100;
  EXPECT_EQ(d.stride0(), 100);
}

TEST(Operand, PitchOfPixels) {
  OperandDesc d{.layout = Layout::kChannelsLast, .dims = {2, 9, 4, 5}};
  EXPECT_EQ(d.pixel_pitch(), 9);
  EXPECT_EQ(d.extent(), 2 * 9 * 20);
  d.batch_stride = 24 * 20;
  EXPECT_EQ(d.pixel_pitch(), 24);
  EXPECT_EQ(d.extent(), 24 * (2 * 20 - 1) + 9);
  d.dims = {1, 9};  // a single pixel
  EXPECT_EQ(d.extent(), 9);
  d.dims = {2, 9, 0, 5};
  EXPECT_EQ(d.pixel_pitch(), 9);
  EXPECT_EQ(d.extent(), 0);
}

TEST(Operand, ExtentOfBatchStrides) {
  OperandDesc d{.layout = Layout::kBlocked8, .dims = {3, 9, 4}};
  EXPECT_EQ(d.extent(), 3 * 64);
  d.batch_stride = 100;
  EXPECT_EQ(d.extent(), 264);
}

Problem relu() { return {Unary{.fn = UnaryFn::kRelu}, {{.dims = {2, 8}}}, {{.dims = {2, 8}}}}; }

TEST(Problem, KeyTellsProblemsApart) {
  const std::string key = relu().key();
  EXPECT_EQ(key, relu().key());
  Problem other = relu();
  other.inputs[0].layout = Layout::kBlocked8;
  EXPECT_NE(other.key(), key);
  other = relu();
  other.inputs[0].batch_stride = 32;
  EXPECT_NE(other.key(), key);
  other = relu();
  other.inputs[0].dims = {2, 9};
  EXPECT_NE(other.key(), key);
  other = relu();
  other.op = Unary{.fn = UnaryFn::kTanh};
  EXPECT_NE(other.key(), key);
  other = relu();
  other.inputs[0].is_constant = true;
  EXPECT_NE(other.key(), key);
}

TEST(Problem, FlopsAndBytes) {
  EXPECT_EQ(flops_of(relu()), 16);
  EXPECT_EQ(bytes_moved(relu()), 2 * 64);
  const Problem conv{
      Conv{}, {{.dims = {1, 4, 10, 10}}, {.dims = {8, 4, 3, 3}}}, {{.dims = {1, 8, 8, 8}}}};
  EXPECT_EQ(flops_of(conv), 2.0 * 8 * 64 * 4 * 9);
  const Problem pair{ConvPair{},
                     {{.dims = {1, 4, 10, 10}},
                      {.dims = {8, 4, 1, 1}},
                      {.present = false},
                      {.present = false},
                      {.dims = {2, 8, 1, 1}}},
                     {{.dims = {1, 8, 10, 10}}, {.dims = {1, 2, 10, 10}}}};
  EXPECT_EQ(flops_of(pair), 2.0 * 100 * (8 * 4 + 2 * 8));
  EXPECT_EQ(bytes_moved(pair), 4.0 * (100 * (4 + 8 + 2) + 8 * 4 + 2 * 8));
  const Problem block{InvertedResidual{},
                      {{.dims = {1, 4, 10, 10}},
                       {.dims = {8, 4, 1, 1}},
                       {.present = false},
                       {.dims = {8, 1, 3, 3}},
                       {.present = false},
                       {.dims = {2, 8, 1, 1}}},
                      {{.dims = {1, 2, 5, 5}}}};
  EXPECT_EQ(flops_of(block), 2.0 * (100 * 8 * 4 + 25 * 8 * 9 + 25 * 2 * 8));
  EXPECT_EQ(bytes_moved(block), 4.0 * (100 * 4 + 25 * 2 + 8 * 4 + 8 * 9 + 2 * 8));
  const Problem inverted{
      ConvDepthwise{{}, {.stride = {2, 2}, .groups = 8}},
      {{.dims = {1, 4, 9, 9}}, {.dims = {8, 4, 1, 1}}, {.present = false}, {.dims = {8, 1, 3, 3}}},
      {{.dims = {1, 8, 4, 4}}}};
  EXPECT_EQ(flops_of(inverted), 2.0 * 8 * (81 * 4 + 16 * 9));
  EXPECT_EQ(bytes_moved(inverted), 4.0 * (81 * 4 + 16 * 8 + 8 * 4 + 8 * 9));
  const Problem pooled{ConvPool{{}, {.window = {2, 2}, .stride = {2, 2}}},
                       {{.dims = {1, 4, 10, 10}}, {.dims = {8, 4, 3, 3}}},
                       {{.dims = {1, 8, 4, 4}}}};
  EXPECT_EQ(flops_of(pooled), flops_of(conv));
  const Problem matmul{MatMul{}, {{.dims = {5, 7}}, {.dims = {7, 3}}}, {{.dims = {5, 3}}}};
  EXPECT_EQ(flops_of(matmul), 2.0 * 5 * 7 * 3);
}

// Four operations a number of the head for each pair of a query and a key that it sees.
TEST(Problem, AttentionCountsWhatQueriesSee) {
  const auto flops = [](int64_t queries, int64_t keys, bool causal) {
    const Dims q{3, queries, 10}, kv{3, keys, 10};
    return flops_of({Attention{.heads = 2, .kv_heads = 2, .size = 5, .causal = causal},
                     {{.dims = q}, {.dims = kv}, {.dims = kv}},
                     {{.dims = q}}});
  };
  constexpr double kEach = 4.0 * 3 * 2 * 5;
  EXPECT_EQ(flops(4, 6, false), kEach * 24);
  EXPECT_EQ(flops(4, 6, true), kEach * (1 + 2 + 3 + 4));
  EXPECT_EQ(flops(5, 2, true), kEach * (1 + 2 + 2 + 2 + 2));
}

}  // namespace
}  // namespace tenon

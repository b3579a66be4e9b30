#include <gtest/gtest.h>

#include <algorithm>

#include "cuda/cuda_device.h"
#include "ops/concat.h"
#include "ops/conv.h"
#include "ops/deconv.h"
#include "ops/pool.h"
#include "ops/unary.h"

// Which tactics take slices of channels in channels last. That they compute the same with them is
// for the cases of every device; those ask the tactics which to try.

namespace tenon {
namespace {

constexpr int64_t kPitch = 128;

OperandDesc slice(Dims dims) {
  OperandDesc d{.dtype = DataType::kF16, .layout = Layout::kChannelsLast, .dims = dims};
  d.batch_stride = kPitch * dims[2] * dims[3];
  return d;
}
OperandDesc constant(Dims dims) {
  return {.dtype = DataType::kF16, .dims = dims, .is_constant = true};
}

// All tactics whose names begin so take them.
void expect_taken(const Op& op, const std::vector<OperandDesc>& inputs, const OperandDesc& output,
                  std::string_view prefix) {
  int found = 0;
  const Problem problem{op, inputs, {output}};
  for (const Tactic* tactic : cuda_device(0).tactics(op.name())) {
    if (!tactic->name().starts_with(prefix)) continue;
    const Offer offer = tactic->offer(problem);
    const auto* offers = std::get_if<std::vector<LayoutOffer>>(&offer);
    const auto last = [](const LayoutOffer& o) { return o.outputs[0] == Layout::kChannelsLast; };
    if (offers == nullptr || std::ranges::none_of(*offers, last)) continue;
    ++found;
    EXPECT_TRUE(tactic->pitched(problem)) << tactic->name();
  }
  EXPECT_GT(found, 0) << prefix;
}

TEST(CudaSlices, AreTaken) {
  const OperandDesc x = slice({2, 64, 8, 8});
  expect_taken(Conv{.pad_begin = {1, 1}, .pad_end = {1, 1}}, {x, constant({64, 64, 3, 3})}, x,
               "igemm");
  expect_taken(Conv{}, {x, constant({64, 64, 1, 1})}, x, "conv_cublaslt");
  expect_taken(Conv{.pad_begin = {1, 1}, .pad_end = {1, 1}, .groups = 64},
               {x, constant({64, 1, 3, 3})}, x, "conv_depthwise");
  const Deconv up{.stride = {2, 2}};
  const OperandDesc larger = slice({2, 64, 16, 16});
  expect_taken(up, {x, constant({64, 64, 2, 2})}, larger, "igemm_shuffle");
  expect_taken(up, {x, constant({64, 64, 2, 2})}, larger, "deconv_gather");
  expect_taken(Pool{.window = {2, 2}, .stride = {2, 2}}, {larger}, x, "pool_places");
  expect_taken(Unary{UnaryFn::kRelu}, {x}, x, "pointwise");
  expect_taken(Concat{1}, {x, x}, slice({2, 128, 8, 8}), "concat");
}

TEST(CudaSlices, AreReadByCudnn) {
  const Problem dense_result{
      Conv{.pad_begin = {1, 1}, .pad_end = {1, 1}},
      {slice({2, 64, 32, 32}), constant({64, 64, 3, 3})},
      {{.dtype = DataType::kF16, .layout = Layout::kChannelsLast, .dims = {2, 64, 32, 32}}}};
  Problem sliced_result = dense_result;
  sliced_result.outputs[0] = slice({2, 64, 32, 32});
  int readers = 0;
  for (const Tactic* tactic : cuda_device(0).tactics(Conv::kName)) {
    if (!tactic->name().starts_with("cudnn") || tactic->name().ends_with("tf32")) continue;
    readers += tactic->pitched(dense_result) ? 1 : 0;
    EXPECT_FALSE(tactic->pitched(sliced_result)) << tactic->name();
  }
  EXPECT_GT(readers, 0);
}

TEST(CudaSlices, OfOtherAxesAreNot) {
  const OperandDesc x = slice({2, 64, 8, 8});
  for (const Tactic* tactic : cuda_device(0).tactics(Concat::kName)) {
    EXPECT_FALSE(tactic->pitched({Concat{2}, {x, x}, {slice({2, 64, 16, 8})}})) << tactic->name();
  }
}

}  // namespace
}  // namespace tenon

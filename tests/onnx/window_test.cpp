// Convolution, pooling and interpolation.
#include <gtest/gtest.h>

#include <cmath>

#include "ops/conv.h"
#include "ops/deconv.h"
#include "ops/pool.h"
#include "ops/resize.h"
#include "test_model.h"

namespace tenon::testing {
namespace {

using Ints = std::vector<int64_t>;

// The op that a node on x (given type) and constant weights becomes.
template <typename T>
T imported_op(const std::string& op, const std::string& x, std::optional<Dims> weights,
              const Attributes& attributes, int opset = 17) {
  TestModel model(opset);
  model.input("x", x);
  std::vector<std::string> inputs{"x"};
  if (weights) {
    model.constant("w", Tensor::zeros(DataType::kF32, *weights));
    inputs.emplace_back("w");
  }
  model.node(op, inputs, {"y"}, attributes);
  model.output("y");
  const Imported imported = model.import();
  if (!imported.ok()) fail("{}", imported.problems[0].message);
  const auto* found = imported.graph.produced_by<T>(imported.graph.outputs()[0]);
  if (found == nullptr) fail("another op was imported");
  return *found;
}

std::string message(const std::string& op, const std::string& x, std::optional<Dims> weights,
                    const Attributes& attributes, int opset = 17) {
  try {
    imported_op<Conv>(op, x, weights, attributes, opset);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ConvImport, AttributesAndBias) {
  const Tensor x = iota({1, 1, 3, 3});
  const Tensor w = Tensor::f32({1, 1, 2, 2}, {1, 0, 0, 1});
  expect_near(run_node(11, "Conv", {x, w, Tensor::f32({1}, {0.5F})}), {4.5, 6.5, 10.5, 12.5});
  const Conv conv = imported_op<Conv>("Conv", "f32[N,4,9,9]", Dims{6, 2, 3, 3},
                                      {{"strides", Ints{2, 1}},
                                       {"pads", Ints{1, 0, 2, 3}},
                                       {"dilations", Ints{1, 2}},
                                       {"group", 2},
                                       {"kernel_shape", Ints{3, 3}}});
  EXPECT_EQ(conv.stride, (Ints{2, 1}));
  EXPECT_EQ(conv.pad_begin, (Ints{1, 0}));
  EXPECT_EQ(conv.pad_end, (Ints{2, 3}));
  EXPECT_EQ(conv.dilation, (Ints{1, 2}));
  EXPECT_EQ(conv.groups, 2);
}

TEST(ConvImport, AutoPad) {
  const auto conv = [](const std::string& mode) {
    return imported_op<Conv>("Conv", "f32[N,1,5,6]", Dims{1, 1, 3, 3},
                             {{"auto_pad", mode}, {"strides", Ints{2, 2}}});
  };
  // 5 -> 3: 5 + total - 3 = 2 * 2, total 2; 6 -> 3: total 1
  EXPECT_EQ(conv("SAME_UPPER").pad_begin, (Ints{1, 0}));
  EXPECT_EQ(conv("SAME_UPPER").pad_end, (Ints{1, 1}));
  EXPECT_EQ(conv("SAME_LOWER").pad_begin, (Ints{1, 1}));
  EXPECT_EQ(conv("SAME_LOWER").pad_end, (Ints{1, 0}));
  EXPECT_EQ(conv("VALID").pad_begin, (Ints{0, 0}));
  EXPECT_EQ(message("Conv", "f32[N,1,H,6]", Dims{1, 1, 3, 3}, {{"auto_pad", "SAME_UPPER"}}),
            "node 0 \"the_Conv\" (Conv): auto_pad needs spatial axis 0 to be known, it is H");
}

TEST(ConvImport, SaysWhatIsWrong) {
  const std::string node = "node 0 \"the_Conv\" (Conv): ";
  const Dims w{6, 2, 3, 3};
  EXPECT_EQ(message("Conv", "f32[N,4,9,9]", w, {{"group", 3}}),
            node + "group 3 does not divide the 4 channels of input 0");
  EXPECT_EQ(message("Conv", "f32[N,2,9,9]", w, {{"kernel_shape", Ints{5, 5}}}),
            node + "attribute kernel_shape is [5,5], but the weights are [6,2,3,3]");
  EXPECT_EQ(message("Conv", "f32[N,2,9,9]", w, {{"strides", Ints{1}}}),
            node + "attribute strides has 1 entries, 2 expected");
  EXPECT_EQ(message("Conv", "f32[N,2,9,9]", w, {{"strides", Ints{0, 1}}}),
            node + "attribute strides has the entry 0");
  EXPECT_EQ(message("Conv", "f32[N,2,9]", w, {}),
            node + "input 0 has rank 3, the kernel 2 spatial axes");
  EXPECT_EQ(message("Conv", "f32[N,2,9,9]", w, {{"strides", 1}}),
            node + "attribute strides is not a list of integers");
  EXPECT_NE(message("Conv", "f32[N,3,9,9]", w, {}).find(node + "conv: "), std::string::npos)
      << "channels that do not match are found by inference";
}

TEST(ConvTransposeImport, OutputShapeDecidesThePadding) {
  const auto deconv = [](const Attributes& attributes) {
    return imported_op<Deconv>("ConvTranspose", "f32[N,1,3,3]", Dims{1, 2, 3, 3}, attributes);
  };
  // 3 * (3 - 1) + 3 = 9, output 8: one to take away
  Deconv d = deconv({{"strides", Ints{3, 3}}, {"output_shape", Ints{8, 9}}});
  EXPECT_EQ(d.pad_begin, (Ints{1, 0}));
  EXPECT_EQ(d.pad_end, (Ints{0, 0}));
  d = deconv({{"strides", Ints{3, 3}}, {"output_shape", Ints{8, 9}}, {"auto_pad", "SAME_UPPER"}});
  EXPECT_EQ(d.pad_end, (Ints{1, 0}));
  // SAME: the output is input * stride
  d = deconv({{"strides", Ints{2, 2}}, {"auto_pad", "SAME_UPPER"}});
  EXPECT_EQ(d.pad_begin, (Ints{0, 0}));
  EXPECT_EQ(d.pad_end, (Ints{1, 1}));
  d = deconv({{"strides", Ints{3, 3}}, {"output_shape", Ints{1, 2, 10, 9}}});
  EXPECT_EQ(d.output_pad, (Ints{1, 0}));
}

TEST(ConvTransposeImport, Values) {
  const Tensor x = Tensor::f32({1, 1, 1, 2}, {1, 2});
  const Tensor w = Tensor::f32({1, 1, 1, 2}, {10, 1});
  expect_near(run_node(11, "ConvTranspose", {x, w}, {{"strides", Ints{1, 2}}}), {10, 1, 20, 2});
}

TEST(PoolImport, MaxAndAverage) {
  const Tensor x = iota({1, 1, 3, 3});
  const Attributes window{{"kernel_shape", Ints{2, 2}}};
  expect_near(run_node(12, "MaxPool", {x}, window), {4, 5, 7, 8});
  expect_near(run_node(11, "AveragePool", {x}, window), {2, 3, 5, 6});
  const Attributes padded{
      {"kernel_shape", Ints{2, 2}}, {"pads", Ints{1, 1, 0, 0}}, {"strides", Ints{2, 2}}};
  expect_near(run_node(11, "AveragePool", {x}, padded), {0, 1.5, 4.5, 6});
  Attributes counted = padded;
  counted.emplace_back("count_include_pad", 1);
  expect_near(run_node(11, "AveragePool", {x}, counted), {0, 0.75, 2.25, 6});
  const Pool ceil = imported_op<Pool>("MaxPool", "f32[N,1,6,6]", {},
                                      {{"kernel_shape", Ints{3, 3}}, {"ceil_mode", 1}});
  EXPECT_TRUE(ceil.ceil_mode);
}

TEST(PoolImport, SaysWhatIsWrong) {
  TestModel model(12);
  model.input("x", "f32[1,1,4,4]");
  model.node("MaxPool", {"x"}, {"y", "positions"}, {{"kernel_shape", Ints{2, 2}}});
  model.output("y");
  EXPECT_EQ(model.problems(),
            "node 0 \"the_MaxPool\" (MaxPool): output 1 (\"positions\") is not supported: the "
            "positions of maxima are not computed");
  EXPECT_EQ(message("MaxPool", "f32[1,1,4,4]", {}, {}),
            "node 0 \"the_MaxPool\" (MaxPool): attribute kernel_shape is missing");
}

TEST(PoolImport, Global) {
  const Tensor x = Tensor::f32({1, 2, 2, 1}, {1, 3, -5, 4});
  const Tensor y = run_node(7, "GlobalAveragePool", {x});
  EXPECT_EQ(y.dims(), (Dims{1, 2, 1, 1}));
  expect_near(y, {2, -0.5});
  expect_near(run_node(7, "GlobalMaxPool", {x}), {3, 4});
  expect_near(run_node(7, "GlobalLpPool", {x}), {std::sqrt(10.0), std::sqrt(41.0)});
}

TEST(PoolImport, LocalResponseNormalization) {
  const Tensor x = Tensor::f32({1, 4, 1, 1}, {1, 2, 3, 4});
  const Attributes attributes{{"size", 3}, {"alpha", 0.3F}, {"beta", 0.5F}, {"bias", 2.0F}};
  const std::vector<double> sums{1 + 4, 1 + 4 + 9, 4 + 9 + 16, 9 + 16};
  std::vector<double> expected;
  for (size_t i = 0; i < 4; ++i) {
    expected.push_back(static_cast<double>(i + 1) / std::sqrt(2 + 0.1 * sums[i]));
  }
  expect_near(run_node(13, "LRN", {x}, attributes), expected);
}

TEST(ResizeImport, OldFormsScaleDownwards) {
  const Tensor x = Tensor::f32({1, 1, 1, 2}, {1, 2});
  const std::vector<float> scales{1, 1, 1, 2};
  const Tensor s = Tensor::f32({4}, scales);
  expect_near(run_node(7, "Upsample", {x}, {{"scales", scales}}), {1, 1, 2, 2});
  expect_near(run_node(9, "Upsample", {x, s}), {1, 1, 2, 2});
  expect_near(run_node(10, "Resize", {x, s}), {1, 1, 2, 2});
  // asymmetric coordinates: 0, 0.5, 1, 1.5 (held at the edge)
  expect_near(run_node(10, "Resize", {x, s}, {{"mode", "linear"}}), {1, 1.5, 2, 2});
  expect_near(run_node(7, "Upsample", {x}, {{"scales", scales}, {"mode", "bilinear"}}),
              {1, 1.5, 2, 2});
}

TEST(ResizeImport, ScalesOrSizes) {
  const Tensor x = Tensor::f32({1, 1, 1, 2}, {1, 2});
  const Tensor none = Tensor::f32({0}, {});
  const Tensor scales = Tensor::f32({4}, {1, 1, 1, 2});
  const Attributes linear{{"mode", "linear"}};
  const std::vector<double> half_pixel{1, 1.25, 1.75, 2};
  expect_near(run_node(11, "Resize", {x, none, scales}, linear), half_pixel);
  expect_near(run_node(13, "Resize", {x, none, none, Tensor::i64({4}, {1, 1, 1, 4})}, linear),
              half_pixel);
  Attributes axes = linear;
  axes.emplace_back("axes", Ints{3, -2});
  expect_near(run_node(18, "Resize", {x, none, Tensor::f32({2}, {2, 1})}, axes), half_pixel);
  expect_near(run_node(19, "Resize", {x, none, none, Tensor::i64({2}, {4, 1})}, axes), half_pixel);
  const Resize corners = imported_op<Resize>("Upsample", "f32[N,1,2,2]", {},
                                             {{"scales", std::vector<float>{1, 1, 3, 3}}}, 7);
  EXPECT_EQ(corners.coordinates, ResizeCoordinates::kAsymmetric);
  EXPECT_EQ(corners.rounding, ResizeRounding::kFloor);
}

TEST(ResizeImport, SizesComputedFromAnInput) {
  TestModel model(13);
  model.input("x", "f32[N,1,H,W]").input("like", "f32[N,2,H2,W2]");
  model.constant("first", Tensor::i64({1}, {0})).constant("two", Tensor::i64({1}, {2}));
  model.constant("four", Tensor::i64({1}, {4}));
  model.node("Shape", {"x"}, {"xs"});
  model.node("Slice", {"xs", "first", "two"}, {"batch"});
  model.node("Shape", {"like"}, {"ls"});
  model.node("Slice", {"ls", "two", "four"}, {"sides"});
  model.node("Concat", {"batch", "sides"}, {"sizes"}, {{"axis", 0}});
  model.node("Resize", {"x", "", "", "sizes"}, {"y"}, {{"mode", "nearest"}});
  model.output("y");
  const Imported imported = model.import();
  ASSERT_TRUE(imported.ok()) << model.problems();
  EXPECT_EQ(to_string(imported.graph.value(imported.graph.outputs()[0]).type), "f32[N,1,H2,W2]");
}

TEST(ResizeImport, SaysWhatIsWrong) {
  const std::string node = "node 0 \"the_Resize\" (Resize): ";
  TestModel model(13);
  model.input("x", "f32[1,1,2,2]").input("s", "f32[4]");
  model.node("Resize", {"x", "", "s"}, {"y"});
  model.output("y");
  EXPECT_EQ(model.problems(), node + "input 2 (scales), \"s\", is not constant");
  EXPECT_EQ(message("Resize", "f32[1,1,2,2]", {}, {{"antialias", 1}}, 18),
            node + "antialias is not supported");
  EXPECT_EQ(message("Resize", "f32[1,1,2,2]", {}, {}, 18), node + "has neither scales nor sizes");
  EXPECT_EQ(message("Resize", "f32[1,1,2,2]", {},
                    {{"coordinate_transformation_mode", "tf_crop_and_resize"}}),
            node +
                "attribute coordinate_transformation_mode = 'tf_crop_and_resize' is not "
                "supported");
}

}  // namespace
}  // namespace tenon::testing

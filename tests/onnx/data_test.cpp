// Shapes, constants, and moving elements about.
#include <gtest/gtest.h>

#include <limits>

#include "test_model.h"

namespace tenon::testing {
namespace {

using Ints = std::vector<int64_t>;

Tensor ints(const Ints& values) {
  return Tensor::i64({static_cast<int64_t>(values.size())}, values);
}

// Expected dims and elements at once.
void expect_tensor(const Tensor& y, const Dims& dims, const std::vector<double>& values) {
  EXPECT_EQ(y.dims(), dims);
  expect_near(y, values);
}

TEST(ShapeImport, ReshapeAndFlatten) {
  const Tensor x = iota({2, 3, 2});
  EXPECT_EQ(run_node(13, "Reshape", {x, ints({0, -1})}).dims(), (Dims{2, 6}));
  EXPECT_EQ(
      run_node(14, "Reshape", {Tensor::f32({0, 3}, {}), ints({3, 0})}, {{"allowzero", 1}}).dims(),
      (Dims{3, 0}));
  EXPECT_EQ(run_node(13, "Flatten", {x}).dims(), (Dims{2, 6}));
  EXPECT_EQ(run_node(13, "Flatten", {x}, {{"axis", -1}}).dims(), (Dims{6, 2}));
  EXPECT_EQ(run_node(13, "Flatten", {x}, {{"axis", 3}}).dims(), (Dims{12, 1}));
}

TEST(ShapeImport, SqueezeAndUnsqueezeBeforeAndSinceOpset13) {
  const Tensor x = iota({1, 3, 1});
  EXPECT_EQ(run_node(11, "Squeeze", {x}, {{"axes", Ints{0}}}).dims(), (Dims{3, 1}));
  EXPECT_EQ(run_node(13, "Squeeze", {x, ints({-1})}).dims(), (Dims{1, 3}));
  EXPECT_EQ(run_node(13, "Squeeze", {x}).dims(), (Dims{3}));
  EXPECT_EQ(run_node(11, "Unsqueeze", {x}, {{"axes", Ints{0, 4}}}).dims(), (Dims{1, 1, 3, 1, 1}));
  EXPECT_EQ(run_node(13, "Unsqueeze", {x, ints({1})}).dims(), (Dims{1, 1, 3, 1}));
  TestModel model(13);
  model.input("x", "f32[1,3]").input("axes", "i64[1]").node("Squeeze", {"x", "axes"}, {"y"});
  model.output("y");
  EXPECT_EQ(model.problems(),
            "node 0 \"the_Squeeze\" (Squeeze): input 1 (axes), \"axes\", is not constant");
}

TEST(ShapeImport, OperandsMayBeComputedFromConstants) {
  TestModel model(13);
  model.input("x", "f32[2,3]").constant("one", ints({1})).constant("three", ints({3}));
  model.node("Sub", {"three", "one"}, {"two"});
  model.node("Identity", {"two"}, {"axes"});
  model.node("Unsqueeze", {"x", "axes"}, {"y"});
  model.output("y");
  EXPECT_EQ(model.run({iota({2, 3})})[0].dims(), (Dims{2, 3, 1}));
}

TEST(ShapeImport, ArithmeticOnSymbols) {
  // [N, 4, S] -> [N, S, 2, 2] by way of Shape, Gather, Concat
  TestModel model(15);
  model.input("x", "f32[N,4,S]").constant("zero", Tensor::i64({}, {0}));
  model.constant("axis0", ints({0})).constant("two", ints({2, 2}));
  model.node("Shape", {"x"}, {"s"});
  model.node("Gather", {"s", "zero"}, {"n"});
  model.node("Unsqueeze", {"n", "axis0"}, {"n1"});
  model.node("Shape", {"x"}, {"last"}, {{"start", -1}});
  model.node("Concat", {"n1", "last", "two"}, {"shape"}, {{"axis", 0}});
  model.node("Reshape", {"x", "shape"}, {"y"});
  model.output("y");
  const Imported imported = model.import();
  ASSERT_TRUE(imported.ok()) << model.problems();
  EXPECT_EQ(to_string(imported.graph.value(imported.graph.outputs()[0]).type), "f32[N,S,2,2]");
}

TEST(ShapeImport, TransposeShapeSizeExpand) {
  expect_tensor(run_node(13, "Transpose", {iota({2, 3})}), {3, 2}, {0, 3, 1, 4, 2, 5});
  EXPECT_EQ(run_node(13, "Transpose", {iota({2, 3, 4})}, {{"perm", Ints{1, 2, 0}}}).dims(),
            (Dims{3, 4, 2}));
  expect_tensor(run_node(13, "Shape", {iota({2, 3, 4})}), {3}, {2, 3, 4});
  expect_tensor(run_node(15, "Shape", {iota({2, 3, 4})}, {{"start", 1}, {"end", -1}}), {1}, {3});
  expect_tensor(run_node(13, "Size", {iota({2, 3, 4})}), {}, {24});
  expect_tensor(run_node(13, "Expand", {iota({2, 1}), ints({2, 1, 2})}), {2, 2, 2},
                {0, 0, 1, 1, 0, 0, 1, 1});
}

TEST(ShapeImport, Tile) {
  expect_tensor(run_node(13, "Tile", {iota({2, 2}), ints({2, 3})}), {4, 6},
                {0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3});
  expect_tensor(run_node(13, "Tile", {iota({2}), ints({1})}), {2}, {0, 1});
  TestModel model(13);
  model.input("x", "f32[N,2,H]").constant("r", ints({2, 1, 3}));
  model.node("Tile", {"x", "r"}, {"y"});
  model.output("y");
  const Imported imported = model.import();
  ASSERT_TRUE(imported.ok()) << model.problems();
  EXPECT_EQ(to_string(imported.graph.value(imported.graph.outputs()[0]).type), "f32[2*N,2,3*H]");
}

TEST(ShapeImport, DepthAndSpace) {
  const Tensor x = iota({1, 8, 1, 1});
  const auto mode = [](const std::string& m) { return Attributes{{"blocksize", 2}, {"mode", m}}; };
  expect_tensor(run_node(13, "DepthToSpace", {x}, {{"blocksize", 2}}), {1, 2, 2, 2},
                {0, 2, 4, 6, 1, 3, 5, 7});
  expect_tensor(run_node(13, "DepthToSpace", {x}, mode("CRD")), {1, 2, 2, 2},
                {0, 1, 2, 3, 4, 5, 6, 7});
  expect_tensor(run_node(13, "SpaceToDepth", {iota({1, 1, 2, 4})}, {{"blocksize", 2}}),
                {1, 4, 1, 2}, {0, 2, 1, 3, 4, 6, 5, 7});
  TestModel model(13);
  model.input("x", "f32[N,12,H,W]").node("DepthToSpace", {"x"}, {"y"}, {{"blocksize", 2}});
  model.output("y");
  const Imported imported = model.import();
  ASSERT_TRUE(imported.ok()) << model.problems();
  EXPECT_EQ(to_string(imported.graph.value(imported.graph.outputs()[0]).type), "f32[N,3,2*H,2*W]");
}

TEST(DataImport, ConstantInEveryForm) {
  const auto constant = [](const Attributes& attributes) {
    TestModel model(13);
    model.node("Constant", {}, {"y"}, attributes);
    model.output("y");
    return model.run({})[0];
  };
  expect_tensor(constant({{"value", iota({2, 1})}}), {2, 1}, {0, 1});
  expect_tensor(constant({{"value_float", 2.5F}}), {}, {2.5});
  expect_tensor(constant({{"value_int", 7}}), {}, {7});
  expect_tensor(constant({{"value_floats", std::vector<float>{1, 2}}}), {2}, {1, 2});
  expect_tensor(constant({{"value_ints", Ints{3, 4, 5}}}), {3}, {3, 4, 5});
  TestModel model(13);
  model.node("Constant", {}, {"y"}, {{"value_string", "text"}});
  model.output("y");
  EXPECT_EQ(model.problems(),
            "node 0 \"the_Constant\" (Constant): holds no dense tensor of numbers (attributes: "
            "value_string)");
}

TEST(DataImport, ConstantOfShapeAndRange) {
  TestModel model(13);
  model.constant("s", ints({2, 1})).constant("a", Tensor::i64({}, {3}));
  model.constant("b", Tensor::i64({}, {10})).constant("d", Tensor::i64({}, {3}));
  model.node("ConstantOfShape", {"s"}, {"zeros"});
  model.node("ConstantOfShape", {"s"}, {"sevens"}, {{"value", Tensor::i64({1}, {7})}});
  model.node("Range", {"a", "b", "d"}, {"r"});
  model.output("zeros").output("sevens").output("r");
  const auto y = model.run({});
  EXPECT_EQ(y[0].dtype(), DataType::kF32);
  expect_tensor(y[0], {2, 1}, {0, 0});
  EXPECT_EQ(y[1].dtype(), DataType::kI64);
  expect_tensor(y[1], {2, 1}, {7, 7});
  expect_tensor(y[2], {3}, {3, 6, 9});
}

TEST(DataImport, RangeIsBounded) {
  TestModel model(13);
  model.constant("a", Tensor::i64({}, {0})).constant("d", Tensor::i64({}, {1}));
  model.constant("b", Tensor::i64({}, {std::numeric_limits<int64_t>::max()}));
  model.node("Range", {"a", "b", "d"}, {"r"});
  model.node("Range", {"a", "b", "a"}, {"q"});
  model.output("r").output("q");
  EXPECT_EQ(model.problems(),
            "node 0 \"the_Range\" (Range): has 9223372036854775808 elements, the maximum is 65536\n"
            "node 1 \"the_Range\" (Range): delta is 0");
}

TEST(DataImport, RangeOverDims) {
  // 0 .. S-1, and from S down to below 2 in steps of -2
  TestModel model(13);
  model.input("x", "f32[N,S]").constant("axis", Tensor::i64({}, {1}));
  model.constant("zero", Tensor::i64({}, {0})).constant("one", Tensor::i64({}, {1}));
  model.constant("two", Tensor::i64({}, {2})).constant("down", Tensor::i64({}, {-2}));
  model.node("Shape", {"x"}, {"dims"});
  model.node("Gather", {"dims", "axis"}, {"s"});
  model.node("Range", {"zero", "s", "one"}, {"up"});
  model.node("Range", {"s", "two", "down"}, {"falling"});
  model.node("Range", {"two", "s", "s"}, {"steps"});
  model.output("up").output("falling").output("steps");
  const Imported imported = model.import();
  ASSERT_TRUE(imported.ok()) << model.problems();
  EXPECT_EQ(to_string(imported.graph.value(imported.graph.outputs()[0]).type), "i64[S]");
  const auto y = model.run({iota({1, 5})});
  expect_tensor(y[0], {5}, {0, 1, 2, 3, 4});
  expect_tensor(y[1], {2}, {5, 3});
  expect_tensor(y[2], {1}, {2});
  EXPECT_THROW(model.run({Tensor::f32({2, 0}, {})}), Error);  // in steps of 0
}

TEST(DataImport, RangeOverDataIsRefused) {
  TestModel model(13);
  model.input("n", "i64[]").input("f", "f32[]").constant("zero", Tensor::i64({}, {0}));
  model.constant("one", Tensor::i64({}, {1})).constant("two", ints({1, 2}));
  model.constant("first", Tensor::f32({}, {0})).constant("step", Tensor::f32({}, {1}));
  model.node("Range", {"zero", "n", "one"}, {"a"});
  model.node("Range", {"first", "f", "step"}, {"b"});
  model.node("Range", {"zero", "two", "one"}, {"c"});
  model.output("a").output("b").output("c");
  EXPECT_EQ(model.problems(),
            "node 0 \"the_Range\" (Range): iota: input 0 (i64[]) is a shape operand, but its "
            "contents are not known before inference\n"
            "node 1 \"the_Range\" (Range): input 1 (limit), \"f\", is not constant\n"
            "node 2 \"the_Range\" (Range): input 1 (limit) has 2 elements");
}

TEST(DataImport, GatherElements) {
  expect_tensor(run_node(13, "GatherElements", {iota({3, 2}), Tensor::i64({1, 2}, {2, -2})}),
                {1, 2}, {4, 3});
  expect_tensor(
      run_node(11, "GatherElements", {iota({2, 3}), Tensor::i64({2, 1}, {2, 0})}, {{"axis", -1}}),
      {2, 1}, {2, 3});
}

TEST(DataImport, GatherConcatCast) {
  expect_tensor(run_node(13, "Gather", {iota({3, 2}), ints({2, -3})}), {2, 2}, {4, 5, 0, 1});
  expect_tensor(run_node(13, "Gather", {iota({2, 2}), Tensor::i64({}, {1})}, {{"axis", -1}}), {2},
                {1, 3});
  expect_tensor(run_node(13, "Concat", {iota({1, 2}), iota({1, 1})}, {{"axis", -1}}), {1, 3},
                {0, 1, 0});
  const Tensor y = run_node(13, "Cast", {Tensor::f32({2}, {-1.5F, 2.5F})}, {{"to", 7}});
  EXPECT_EQ(y.dtype(), DataType::kI64);
  expect_near(y, {-1, 2});
  EXPECT_EQ(run_node(15, "CastLike", {iota({2}), ints({1})}).dtype(), DataType::kI64);
  EXPECT_EQ(run_node(13, "Cast", {iota({2})}, {{"to", 11}}).dtype(), DataType::kF32)
      << "f64 is computed as f32";
}

TEST(DataImport, Split) {
  const auto split = [](int opset, int outputs, const Attributes& attributes, bool sizes) {
    TestModel model(opset);
    model.input("x", "f32[2,5]").constant("sizes", ints({1, 4}));
    std::vector<std::string> names;
    for (int i = 0; i < outputs; ++i) names.push_back("y" + std::to_string(i));
    model.node("Split",
               sizes ? std::vector<std::string>{"x", "sizes"} : std::vector<std::string>{"x"},
               names, attributes);
    for (const auto& name : names) model.output(name);
    return model.run({iota({2, 5})});
  };
  auto y = split(11, 2, {{"axis", 1}, {"split", Ints{2, 3}}}, false);
  expect_tensor(y[0], {2, 2}, {0, 1, 5, 6});
  expect_tensor(y[1], {2, 3}, {2, 3, 4, 7, 8, 9});
  y = split(13, 2, {{"axis", -1}}, true);
  expect_tensor(y[0], {2, 1}, {0, 5});
  y = split(13, 2, {}, false);
  expect_tensor(y[1], {1, 5}, {5, 6, 7, 8, 9});
  y = split(18, 3, {{"axis", 1}, {"num_outputs", 3}}, false);
  EXPECT_EQ(y[0].dims(), (Dims{2, 2}));
  expect_tensor(y[2], {2, 1}, {4, 9});
  EXPECT_THROW(split(13, 2, {{"axis", 1}}, false), Error) << "5 is odd";
  EXPECT_THROW(split(11, 2, {{"axis", 1}, {"split", Ints{2, 2}}}, false), Error);
}

TEST(DataImport, Slice) {
  const Tensor x = iota({2, 4});
  expect_tensor(
      run_node(9, "Slice", {x}, {{"starts", Ints{1}}, {"ends", Ints{-1}}, {"axes", Ints{1}}}),
      {2, 2}, {1, 2, 5, 6});
  expect_tensor(run_node(10, "Slice", {x, ints({1}), ints({2})}), {1, 4}, {4, 5, 6, 7});
  expect_tensor(run_node(13, "Slice", {x, ints({-1}), ints({-5}), ints({1}), ints({-2})}), {2, 2},
                {3, 1, 7, 5});
}

TEST(DataImport, Pad) {
  const Tensor x = iota({1, 2});
  expect_tensor(run_node(10, "Pad", {x}, {{"pads", Ints{0, 1, 0, 1}}, {"value", 9.0F}}), {1, 4},
                {9, 0, 1, 9});
  expect_tensor(run_node(13, "Pad", {x, ints({0, 1, 0, 1}), Tensor::f32({}, {5})}), {1, 4},
                {5, 0, 1, 5});
  expect_tensor(run_node(18, "Pad", {x, ints({1, 0}), Tensor::f32({}, {5}), ints({-1})}), {1, 3},
                {5, 0, 1});
  expect_tensor(run_node(13, "Pad", {iota({3}), ints({1, 1})}, {{"mode", "reflect"}}), {5},
                {1, 0, 1, 2, 1});
  expect_tensor(run_node(13, "Pad", {iota({3}), ints({1, 1})}, {{"mode", "edge"}}), {5},
                {0, 0, 1, 2, 2});
}

TEST(DataImport, DropoutIsTheIdentity) {
  expect_near(run_node(7, "Dropout", {iota({2})}, {{"ratio", 0.5F}}), {0, 1});
  const Tensor no = Tensor::of<uint8_t>(DataType::kBool, {}, std::vector<uint8_t>{0});
  expect_near(run_node(13, "Dropout", {iota({2}), Tensor::f32({}, {0.5F}), no}), {0, 1});
  TestModel model(13);
  model.input("x", "f32[2]").node("Dropout", {"x"}, {"y", "mask"});
  model.output("mask");
  const Tensor mask = model.run({iota({2})})[0];
  EXPECT_EQ(mask.dtype(), DataType::kBool);
  expect_near(mask, {1, 1});
}

}  // namespace
}  // namespace tenon::testing

// Chains of shape arithmetic as exporters write them must resolve to expressions.
#include <gtest/gtest.h>

#include "ops/binary.h"
#include "ops/cast.h"
#include "ops/concat.h"
#include "ops/conv.h"
#include "ops/expand.h"
#include "ops/fill.h"
#include "ops/gather.h"
#include "ops/pool.h"
#include "ops/reduce.h"
#include "ops/reshape.h"
#include "ops/resize.h"
#include "ops/select.h"
#include "ops/shape_of.h"
#include "ops/slice.h"
#include "ops/transpose.h"
#include "ops/unary.h"

namespace tenon {
namespace {

// Builds facts node by node. Constants live as long as the chain.
class Chain {
 public:
  Fact input(std::string_view dims, DataType dtype = DataType::kF32) {
    Fact fact{.present = true, .type = {dtype, {}}};
    for (const auto item : split_list(dims)) fact.type.dims.push_back(Dim::parse(item));
    return fact;
  }
  Fact vector(std::vector<int64_t> values) {
    const auto n = static_cast<int64_t>(values.size());
    return keep(Tensor::i64({n}, values));
  }
  Fact scalar(int64_t value) { return keep(Tensor::i64({}, {value})); }
  Fact real(float value) { return keep(Tensor::f32({}, {value})); }

  Fact apply(const Op& op, std::vector<Fact> inputs) {
    Inference inference = infer(op, inputs);
    for (Constraint& c : inference.constraints) constraints.push_back(std::move(c));
    return inference.outputs.at(0);
  }

  std::vector<Constraint> constraints;

 private:
  Fact keep(Tensor tensor) {
    constants_.push_back(std::make_unique<Tensor>(std::move(tensor)));
    return fact_of(constants_.back().get());
  }
  std::vector<std::unique_ptr<Tensor>> constants_;
};

std::string dims_of(const Fact& fact) { return to_string(fact.type.dims); }
std::string elements_of(const Fact& fact) {
  return fact.elements ? to_string(*fact.elements) : "unknown";
}

TEST(ShapeIdioms, ViewOfBatchByGatherAndConcat) {
  Chain g;
  const Fact x = g.input("[N,16,192]");
  const Fact batch = g.apply(Gather{}, {g.apply(ShapeOf{}, {x}), g.scalar(0)});
  const Fact first = g.apply(Unsqueeze{{0}}, {batch});
  const Fact shape =
      g.apply(Concat{}, {first, g.vector({16}), g.vector({3}), g.vector({4}), g.vector({-1})});
  EXPECT_EQ(elements_of(shape), "[N,16,3,4,-1]");
  const Fact heads = g.apply(Reshape{}, {x, shape});
  EXPECT_EQ(dims_of(heads), "[N,16,3,4,16]");
  EXPECT_EQ(dims_of(g.apply(Transpose{{2, 0, 3, 1, 4}}, {heads})), "[3,N,4,16,16]");
  EXPECT_TRUE(g.constraints.empty());
}

TEST(ShapeIdioms, AttentionScaleThroughACast) {
  Chain g;
  const Fact width = g.apply(Gather{}, {g.apply(ShapeOf{}, {g.input("[N,4,16,64]")}), g.scalar(3)});
  const Fact real = g.apply(Cast{DataType::kF32}, {width});
  EXPECT_EQ(elements_of(real), "[64]");
}

TEST(ShapeIdioms, ResizeToTheInputSize) {
  Chain g;
  const Fact x = g.input("[N,3,H,W]");
  const Fact features = g.input("[N,21,div(H,8),div(W,8)]");
  const Fact shape = g.apply(ShapeOf{}, {x});
  const Fact h = g.apply(Unsqueeze{{0}}, {g.apply(Gather{}, {shape, g.scalar(2)})});
  const Fact w = g.apply(Unsqueeze{{0}}, {g.apply(Gather{}, {shape, g.scalar(3)})});
  const Fact wanted = g.apply(Cast{DataType::kI64}, {g.apply(Concat{}, {h, w})});
  const Fact kept = g.apply(
      Slice{}, {g.apply(ShapeOf{}, {features}), g.vector({0}), g.vector({2}), g.vector({0})});
  const Fact sizes = g.apply(Concat{}, {kept, wanted});
  EXPECT_EQ(elements_of(sizes), "[N,21,H,W]");
  EXPECT_EQ(dims_of(g.apply(Resize{ResizeMode::kLinear}, {features, sizes})), "[N,21,H,W]");
}

TEST(ShapeIdioms, ExpandWithMinusOneForKept) {
  // shape = [N, 1, 1]; expand(token, where(shape == -1, ones, shape))
  Chain g;
  const Fact batch =
      g.apply(Gather{}, {g.apply(ShapeOf{}, {g.input("[N,3,224,224]")}), g.vector({0})});
  const Fact shape = g.apply(Concat{}, {batch, g.vector({-1}), g.vector({-1})});
  const Fact size = g.apply(ShapeOf{}, {shape});
  const Fact ones = g.apply(Fill{DataType::kI64, 1}, {size});
  const Fact minus = g.apply(Binary{BinaryFn::kMul}, {ones, g.scalar(-1)});
  const Fact is_minus = g.apply(Binary{BinaryFn::kEqual}, {shape, minus});
  EXPECT_EQ(elements_of(is_minus), "[0,1,1]");
  const Fact wanted = g.apply(Select{}, {is_minus, ones, shape});
  EXPECT_EQ(elements_of(wanted), "[N,1,1]");
  EXPECT_EQ(dims_of(g.apply(Expand{}, {g.input("[1,1,768]"), wanted})), "[N,1,768]");
}

TEST(ShapeIdioms, FlattenAllButTheBatchByProduct) {
  Chain g;
  const Fact x = g.input("[N,C,7,7]");
  const Fact rest = g.apply(
      Slice{}, {g.apply(ShapeOf{}, {x}), g.vector({1}), g.vector({INT64_MAX}), g.vector({0})});
  const Fact size = g.apply(Reduce{ReduceKind::kProd, {0}, true}, {rest});
  const Fact shape = g.apply(Concat{}, {g.vector({-1}), size});
  EXPECT_EQ(dims_of(g.apply(Reshape{}, {x, shape})), "[N,49*C]");
}

TEST(ShapeIdioms, HalfOfADim) {
  // chunk(2) of a channel count, as exported: (n + 1) / 2 and slices on both sides of it
  Chain g;
  const Fact x = g.input("[N,2*C]");
  const Fact n = g.apply(Gather{}, {g.apply(ShapeOf{}, {x}), g.vector({1})});
  const Fact more = g.apply(Binary{BinaryFn::kAdd}, {n, g.scalar(1)});
  const Fact half = g.apply(Binary{BinaryFn::kDiv}, {more, g.vector({2})});
  EXPECT_EQ(elements_of(half), "[C]");
  EXPECT_EQ(dims_of(g.apply(Slice{}, {x, g.vector({0}), half, g.vector({1})})), "[N,C]");
  const Fact end = g.apply(Binary{BinaryFn::kMul}, {half, g.scalar(2)});
  EXPECT_EQ(dims_of(g.apply(Slice{}, {x, half, end, g.vector({1})})), "[N,C]");
}

TEST(ShapeIdioms, UpsampleThroughFloats) {
  // sizes = floor(cast(shape) * 2), cast back
  Chain g;
  const Fact h = g.apply(Gather{}, {g.apply(ShapeOf{}, {g.input("[N,8,H,W]")}), g.scalar(2)});
  const Fact doubled =
      g.apply(Binary{BinaryFn::kMul}, {g.apply(Cast{DataType::kF32}, {h}), g.real(2)});
  const Fact size = g.apply(Cast{DataType::kI64}, {g.apply(Unary{UnaryFn::kFloor}, {doubled})});
  EXPECT_EQ(elements_of(size), "[2*H]");
}

TEST(ShapeIdioms, CausalMaskCutFromATable) {
  // bias[:, :, k - q : k, :k] with q == k
  Chain g;
  const Fact s = g.apply(Gather{}, {g.apply(ShapeOf{}, {g.input("[N,12,S,64]")}), g.vector({2})});
  const Fact start = g.apply(Binary{BinaryFn::kSub}, {s, s});
  const Fact rows =
      g.apply(Slice{}, {g.input("[1,1,1024,1024]", DataType::kBool), start, s, g.vector({2})});
  const Fact mask = g.apply(Slice{}, {rows, g.vector({0}), s, g.vector({3})});
  EXPECT_EQ(dims_of(mask), "[1,1,min(1024,S),min(1024,S)]");
  const Fact scores = g.input("[N,12,S,S]");
  EXPECT_EQ(dims_of(g.apply(Select{}, {mask, scores, g.real(-1e9F)})),
            "[N,12,min(1024,S),min(1024,S)]");
  ASSERT_EQ(g.constraints.size(), 2U);
  EXPECT_EQ(g.constraints[0].a.to_string() + "==" + g.constraints[0].b.to_string(),
            "min(1024,S)==S");
}

TEST(ShapeIdioms, StridedLayersMeetInAResidual) {
  Chain g;
  Fact x = g.input("[N,64,H,W]");
  const Fact w3 = g.input("[64,64,3,3]");
  const Fact w1 = g.input("[64,64,1,1]");
  for (int block = 0; block < 3; ++block) {
    Fact main = g.apply(Conv{.stride = {2, 2}, .pad_begin = {1, 1}, .pad_end = {1, 1}}, {x, w3});
    main = g.apply(Conv{.pad_begin = {1, 1}, .pad_end = {1, 1}}, {main, w3});
    x = g.apply(Binary{}, {main, g.apply(Conv{.stride = {2, 2}}, {x, w1})});
  }
  EXPECT_EQ(dims_of(x), "[N,64,div(7+H,8),div(7+W,8)]");
  EXPECT_TRUE(g.constraints.empty());
}

TEST(ShapeIdioms, UnetWithSymbolicSidesAsksForMultiples) {
  Chain g;
  const Fact x = g.input("[N,8,H,W]");
  const Fact down = g.apply(Pool{.window = {2, 2}, .stride = {2, 2}}, {x});
  const Fact up = g.apply(Resize{.scales = {1, 1, 2, 2}}, {down});
  EXPECT_EQ(dims_of(up), "[N,8,2*div(H,2),2*div(W,2)]");
  g.apply(Concat{1}, {x, up});
  EXPECT_EQ(g.constraints.size(), 2U);
}

}  // namespace
}  // namespace tenon

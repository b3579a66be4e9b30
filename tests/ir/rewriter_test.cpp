#include "ir/rewriter.h"

#include <gtest/gtest.h>

#include "ir/equation.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "ops/binary.h"
#include "ops/unary.h"

namespace tenon {
namespace {

Graph network() {
  return parse_graph(R"(graph(%x: f32[N,3]) {
    %w = const f32[3]{1,2,3}
    %a = add(%x, %w) name="n1" origins=["o1"]
    %b = relu(%a) name="n2" origins=["o2","o1"]
    return %b
  })");
}

std::string text_of(Rewriter& r) {
  Graph graph = r.take();
  graph.compact();
  graph.infer();
  verify(graph);
  return print(graph);
}

TEST(Rewriter, FuseTakesNamesAndOriginsAndDropsWhatIsUnread) {
  Rewriter r(network());
  const NodeId add = 1, relu = 2;
  EXPECT_TRUE(r.read_only_by(r.output(add), relu));
  EXPECT_EQ(r.absorbable<Binary>(relu, 0), add);
  EXPECT_EQ(r.absorbable<Unary>(relu, 0), kNone);
  EXPECT_TRUE(r.fuse(relu, {add, relu}, Unary{UnaryFn::kExp}, {r.operand(add, 0)}));
  EXPECT_EQ(text_of(r), R"(graph(%x: f32[N,3]) {
  %b = exp(%x) name="n1 + n2" origins=["o1","o2"]
  return %b
}
)");
}

TEST(Rewriter, RefusesAnotherTypeAndLeavesNothingBehind) {
  Rewriter r(network());
  const std::string before = print(network());
  const ValueId grown =
      r.add("grown", Unary{UnaryFn::kExp}, {r.add_constant("c", Tensor::f32({2, 1, 1}, {1, 2}))});
  EXPECT_FALSE(r.redefine(2, Binary{BinaryFn::kAdd}, {r.operand(2, 0), grown}));
  EXPECT_FALSE(r.bypass(1, r.operand(1, 1)));
  EXPECT_EQ(text_of(r), before);
}

TEST(Rewriter, BypassMovesTheNameOfAGraphOutput) {
  Rewriter r(network());
  EXPECT_TRUE(r.bypass(2, r.output(1)));
  EXPECT_EQ(text_of(r), R"(graph(%x: f32[N,3]) {
  %w = const f32[3]{1,2,3}
  %b = add(%x, %w) name="n1" origins=["o1"]
  return %b
}
)");
}

TEST(Rewriter, BypassKeepsAGraphOutputApartFromInputs) {
  Rewriter r(parse_graph("graph(%x: f32[3]) { %y = relu(%x) return %y }"));
  EXPECT_FALSE(r.bypass(0, r.operand(0, 0)));
}

TEST(Rewriter, NumbersNamesUntilTheirOwnersGo) {
  Rewriter r(network());
  const ValueId second = r.add_constant("w", Tensor::f32({3}, {4, 5, 6}));
  EXPECT_EQ(r.graph().value(second).name, "w_1");
  EXPECT_TRUE(r.redefine(1, Binary{BinaryFn::kAdd}, {r.operand(1, 0), second}));
  EXPECT_NE(text_of(r).find("%w = const f32[3]{4,5,6}"), std::string::npos);
}

// A rule that undoes another must not hang the build.
TEST(Rewrite, EndsWhenRulesCircle) {
  const Rule to_exp = equation("to_exp", "relu(x)", "exp(x)");
  const Rule to_relu = equation("to_relu", "exp(x)", "relu(x)");
  EXPECT_THROW(rewrite(network(), {&to_exp, &to_relu}, [](const Rule&, const Node&) {}), Error);
}

}  // namespace
}  // namespace tenon

#include "ir/equation.h"

#include <gtest/gtest.h>

#include "ir/text.h"

namespace tenon {
namespace {

std::string apply(const Rule& rule, const std::string& body) {
  Graph graph = rewrite(parse_graph("graph(%x: f32[2,3], %z: f32[2,3]) {" + body + "}"), {&rule},
                        [](const Rule&, const Node&) {});
  graph.compact();
  const std::string text = print(graph);
  const size_t begin = text.find('\n') + 1;
  return text.substr(begin, text.find("  return") - begin);
}

TEST(Equation, MatchesCommutativeOperandsAndNumbers) {
  const Rule rule = equation("r", "mul(x, add(sigmoid(x), 2))", "swish(x; alpha=2)");
  const char* const swish = "  %y = swish(%x) alpha=2 name=\"s + a + y\"\n";
  EXPECT_EQ(
      apply(rule,
            "%c = const f32[1]{2} %s = sigmoid(%x) %a = add(%c, %s) %y = mul(%a, %x) return %y"),
      swish);
  EXPECT_EQ(
      apply(
          rule,
          "%c = const f32[]{2.00001} %s = sigmoid(%x) %a = add(%s, %c) %y = mul(%x, %a) return %y"),
      swish);
  EXPECT_NE(
      apply(rule,
            "%c = const f32[]{2.1} %s = sigmoid(%x) %a = add(%s, %c) %y = mul(%x, %a) return %y"),
      swish);
  EXPECT_NE(
      apply(rule,
            "%c = const f32[]{2} %s = sigmoid(%z) %a = add(%s, %c) %y = mul(%x, %a) return %y"),
      swish);
}

TEST(Equation, CapturesNumbersAndAttributes) {
  const Rule rule = equation("r", "mul(elu(x; alpha=#a), #b)", "clip(x; alpha=#a beta=#b)");
  EXPECT_EQ(apply(rule, "%c = const f32[]{4} %e = elu(%x) alpha=0.5 %y = mul(%e, %c) return %y"),
            "  %y = clip(%x) alpha=0.5 beta=4 name=\"e + y\"\n");
  const Rule twice = equation("r", "add(elu(x; alpha=#a), elu(y; alpha=#a))", "sub(x, y)");
  EXPECT_EQ(apply(twice, "%e = elu(%x) alpha=1 %f = elu(%z) alpha=1 %y = add(%e, %f) return %y"),
            "  %y = sub(%x, %z) name=\"e + f + y\"\n");
  EXPECT_NE(apply(twice, "%e = elu(%x) alpha=1 %f = elu(%z) alpha=2 %y = add(%e, %f) return %y"),
            "  %y = sub(%x, %z) name=\"e + f + y\"\n");
}

TEST(Equation, TriesAlternativesInOrder) {
  const Rule rule = equation("r", "neg((exp(x) | log(x)))", "abs(x)");
  EXPECT_EQ(apply(rule, "%e = log(%x) %y = neg(%e) return %y"), "  %y = abs(%x) name=\"e + y\"\n");
  EXPECT_EQ(apply(rule, "%e = sin(%x) %y = neg(%e) return %y"), "  %e = sin(%x)\n  %y = neg(%e)\n");
}

TEST(Equation, BuildsNestedReplacementsAndBypasses) {
  EXPECT_EQ(apply(equation("r", "sub(x, y)", "add(x, neg(y))"), "%y = sub(%x, %z) return %y"),
            "  %y_1 = neg(%z)\n  %y = add(%x, %y_1)\n");
  EXPECT_EQ(
      apply(equation("r", "neg(neg(x))", "x"), "%a = neg(%x) %b = neg(%a) %y = exp(%b) return %y"),
      "  %y = exp(%x)\n");
}

TEST(Equation, LeavesWhatOthersRead) {
  const Rule rule = equation("r", "neg(exp(x))", "abs(x)");
  const std::string kept = "  %e = exp(%x)\n  %y = neg(%e)\n";
  EXPECT_EQ(apply(rule, "%e = exp(%x) %y = neg(%e) return %y, %e"), kept);
  EXPECT_EQ(apply(rule, "%e = exp(%x) %y = neg(%e) %u = sin(%e) return %y, %u"),
            kept + "  %u = sin(%e)\n");
  // A value read twice inside of the match is nobody else's.
  EXPECT_EQ(apply(equation("r", "mul(exp(x), exp(x))", "abs(x)"),
                  "%e = exp(%x) %y = mul(%e, %e) return %y"),
            "  %y = abs(%x) name=\"e + y\"\n");
}

TEST(Equation, AMalformedOneIsOurMistake) {
  for (const char* pattern : {"x", "3", "mul(x", "mul(x, y) z", "mul(x; alpha)"}) {
    EXPECT_THROW(equation("r", pattern, "x"), Error) << pattern;
  }
}

}  // namespace
}  // namespace tenon

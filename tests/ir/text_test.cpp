#include "ir/text.h"

#include <gtest/gtest.h>

#include "ir/op_text.h"
#include "ops/binary.h"
#include "ops/identity.h"
#include "ops/unary.h"

namespace tenon {
namespace {

const char* const kNetwork = R"(graph "net"(%x: f32[N,3,8,8], %"odd name:0": i64[1+div(H,2)]) {
  %w = const f32[2,3,1,1]{0.1,-2,3e-05,inf,-inf,7}
  %b = const f32[2]{1,2}
  %c = conv(%x, %w, %b) pad_begin=[1,1] pad_end=[1,1] act={fn=clip beta=6} name="conv \"1\"" origins=["[ONNX Layer: a]","b, c"]
  %y = relu(%c)
  %u = unary(%y)
  %g = const f32[10]{1,2,3,4,5,6,7,8,9,10}
  %n = normalization(%u, _, %g)
  %s = const i64[]{-7}
  %e = equal(%"odd name:0", %s)
  %p = pointwise(%n) program=[{unary=exp},{kind=constant alpha=0.5},{kind=binary a=1 b=2}]
  return %p, %e, %p
}
)";

std::string error_of(const std::string& text) {
  try {
    parse_graph(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(GraphText, RoundTrips) {
  const Graph graph = parse_graph(kNetwork);
  EXPECT_EQ(print(graph), kNetwork);
  EXPECT_TRUE(parse_graph(print(graph)) == graph);
  EXPECT_EQ(graph.name, "net");
  EXPECT_EQ(to_string(graph.value(*graph.find_value("n")).type), "f32[N,2,10,10]");
  EXPECT_EQ(graph.node(graph.value(*graph.find_value("c")).producer).origins.size(), 2U);
}

TEST(GraphText, IsFreeInSpaceCommentsAndLineBreaks) {
  const Graph a = parse_graph("graph(%x:f32[ 2 , 3 ]){%y=relu(%x) return %y}");
  const Graph b = parse_graph(R"(
    # a comment
    graph ( %x : f32[2,3] )   # another
    { %y = relu ( %x ) return
      %y })");
  EXPECT_TRUE(a == b);
}

TEST(GraphText, PrintsTypesAsCommentsThatParse) {
  const Graph graph = parse_graph("graph(%x: f32[N,3]) { %y = relu(%x) return %y }");
  const std::string text = print(graph, {.types = true});
  EXPECT_NE(text.find("%y = relu(%x)  # f32[N,3]\n"), std::string::npos) << text;
  EXPECT_TRUE(parse_graph(text) == graph);
}

TEST(GraphText, LargeConstantsTakeAPool) {
  const Graph graph = parse_graph("graph() { %w = const f32[10,10] random(3) return %w }");
  const std::string text = print(graph);
  EXPECT_NE(text.find("const f32[10,10]#"), std::string::npos);
  EXPECT_NE(error_of(text).find("not in the constant pool"), std::string::npos) << error_of(text);
  EXPECT_TRUE(parse_graph(text, constants_of(graph)) == graph);
  PrintOptions options;
  options.spellings[graph.constant(graph.outputs()[0])->hash()] = "random(3)";
  EXPECT_TRUE(parse_graph(print(graph, options)) == graph);
}

TEST(GraphText, EveryFunctionGoesByItsName) {
  for (const auto& [fn, name] : names(UnaryFn{})) {
    const Op op = Unary{fn, 1, 2};
    EXPECT_TRUE(op_from_text(text_name(op), text_attributes(op)) == op) << name;
  }
  for (const auto& [fn, name] : names(BinaryFn{})) {
    const Op op = Binary{fn};
    EXPECT_EQ(text_name(op), name);
    EXPECT_TRUE(op_from_text(text_name(op), text_attributes(op)) == op) << name;
  }
  EXPECT_TRUE(op_from_text("identity", "") == Op(Identity{}));
}

TEST(GraphText, ErrorsSayWhere) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "line 1, column 1: expected 'graph'"},
      {"graph(%x: f32[2]) {\n  %y = relu(%z)\n  return %y }",
       "line 2, column 13: value %z is not defined"},
      {"graph(%x: f32[2]) {\n  %y = frob(%x)\n  return %y }",
       "line 2, column 8: unknown op 'frob'"},
      {"graph(%x: f99[2]) { return %x }", "'f99' is no element type"},
      {"graph(%x: f32[2]) { %x = relu(%x) return %x }", "value %x is defined twice"},
      {"graph(%x: f32[2]) { %y = relu(%x, %x) return %y }", "takes 1 to 1 inputs"},
      {"graph(%x: f32[2]) { %y = clip(%x) gamma=1 return %y }", "unknown attribute 'gamma'"},
      {"graph(%x: f32[2]) { %y = clip(%x) alpha=a return %y }", "'a' is no number"},
      {"graph(%x: f32[2]) { %y = conv(%x, _) return %y }", "input 1 is missing"},
      {"graph(%x: f32[2]) { %a, %b = relu(%x) return %a }", "2 names for 1 outputs"},
      {"graph(%x: f32[2]) { %y = relu(%x) return %y", "before the end of the text"},
      {"graph(%x: f32[2]) { %y = relu(%x) return %y } %z", "text after the end"},
      {"graph(%x: f32[2]) { %y = relu(%x) name=\"a return %y }", "does not end"},
      {"graph(%x: f32[2]) { %y = clip(%x) alpha=[1", "not closed"},
      {"graph() { %w = const f32[2]{1} return %w }", "takes 2 elements, 1 given"},
      {"graph() { %w = const f32[N]{1} return %w }", "needs dims that are numbers"},
      {"graph() { %w = const f32[2] magic(1) return %w }", "a constant is"},
      {"graph() { %w = const f32[2]#zz return %w }", "no hash"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_NE(error_of(text).find(message), std::string::npos) << text << "\n" << error_of(text);
  }
}

TEST(GraphText, NoPrefixOfATextCrashesTheParser) {
  const std::string text = kNetwork;
  for (size_t n = 0; n + 2 < text.size(); ++n) {
    EXPECT_NE(error_of(text.substr(0, n)), "no error") << n;
  }
  for (size_t n = 0; n < text.size(); ++n) {  // nor a changed character
    for (const char c : {'\0', '"', '[', '}', '%', '9'}) {
      std::string changed = text;
      changed[n] = c;
      error_of(changed);
    }
  }
}

TEST(GraphEquality, SeesEveryDifference) {
  const auto graph = [](const std::string& body) {
    return parse_graph("graph(%x: f32[2], %z: f32[2]) {" + body + "}");
  };
  const Graph a = graph("%y = sub(%x, %z) return %y");
  EXPECT_TRUE(a == graph("%y = sub(%x, %z) return %y"));
  EXPECT_FALSE(a == graph("%y = sub(%z, %x) return %y"));
  EXPECT_FALSE(a == graph("%y = add(%x, %z) return %y"));
  EXPECT_FALSE(a == graph("%u = sub(%x, %z) name=\"y\" return %u"));
  EXPECT_FALSE(a == graph("%y = sub(%x, %z) name=\"n\" return %y"));
  EXPECT_FALSE(a == graph("%y = sub(%x, %z) origins=[\"o\"] return %y"));
  EXPECT_FALSE(a == graph("%y = sub(%x, %z) return %y, %x"));
  EXPECT_FALSE(a == graph("%y = sub(%x, %z) return %x"));
}

TEST(RandomTensor, IsTheSameEverywhere) {
  const Tensor t = random_tensor(DataType::kF32, {1000}, 1);
  EXPECT_TRUE(t == random_tensor(DataType::kF32, {1000}, 1));
  EXPECT_FALSE(t == random_tensor(DataType::kF32, {1000}, 2));
  double sum = 0, squares = 0;
  for (const float x : t.as<float>()) sum += x, squares += x * x;
  EXPECT_NEAR(sum / 1000, 0, 0.1);
  EXPECT_NEAR(squares / 1000, 1, 0.15);
}

}  // namespace
}  // namespace tenon

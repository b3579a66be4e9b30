#include "ir/interpreter.h"

#include <gtest/gtest.h>

#include "ir/text.h"

namespace tenon {
namespace {

std::vector<float> floats(const Tensor& t) { return {t.as<float>().begin(), t.as<float>().end()}; }

TEST(Interpreter, RunsAGraph) {
  const Graph graph = parse_graph(R"(graph(%x: f32[N,2], %unused: i64[]) {
    %w = const f32[2,2]{1,2,3,4}
    %m = matmul(%x, %w)
    %r = relu(%m)
    %s = add(%r, %r)
    %n = shape(%x)
    return %s, %n, %x, %w, %s
  })");
  const std::vector<Tensor> inputs{Tensor::f32({1, 2}, {1, -1}), Tensor::i64({}, {5})};
  const auto outputs = interpret(graph, inputs);
  ASSERT_EQ(outputs.size(), 5U);
  EXPECT_EQ(floats(outputs[0]), (std::vector<float>{0, 0}));
  EXPECT_EQ(to_integers(outputs[1]), (std::vector<int64_t>{1, 2}));
  EXPECT_TRUE(outputs[2] == inputs[0]);
  EXPECT_EQ(floats(outputs[3]), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_TRUE(outputs[4] == outputs[0]);
}

TEST(Interpreter, RefusesInputsThatDoNotFit) {
  const Graph graph = parse_graph("graph(%x: f32[N,2], %z: f32[N,2*N]) { %y = neg(%x) return %y }");
  const auto message = [&](std::vector<Tensor> inputs) -> std::string {
    try {
      interpret(graph, inputs);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  const auto f32 = [](Dims dims) { return Tensor::zeros(DataType::kF32, dims); };
  EXPECT_EQ(message({f32({3, 2}), f32({3, 6})}), "no error");
  EXPECT_EQ(message({f32({3, 2})}), "the graph takes 2 inputs, 1 given");
  EXPECT_EQ(message({f32({3, 2}), f32({3, 5})}), "z: is f32[N,2*N], given f32[3,5]");
  EXPECT_EQ(message({f32({3, 2}), f32({4, 6})}), "z: is f32[N,2*N], given f32[4,6]");
  EXPECT_EQ(message({f32({3, 3}), f32({3, 6})}), "x: is f32[N,2], given f32[3,3]");
  EXPECT_EQ(message({f32({2}), f32({3, 6})}), "x: is f32[N,2], given f32[2]");
  EXPECT_EQ(message({Tensor::zeros(DataType::kI32, {3, 2}), f32({3, 6})}),
            "x: is f32[N,2], given i32[3,2]");
}

TEST(Interpreter, NamesTheNodeThatFails) {
  const Graph graph = parse_graph(R"(graph(%x: f32[2], %i: i64[1]) {
    %y = gather(%x, %i) name="pick"
    return %y
  })");
  const std::vector<Tensor> inputs{Tensor::f32({2}, {1, 2}), Tensor::i64({1}, {7})};
  try {
    interpret(graph, inputs);
    ADD_FAILURE() << "index 7 of 2";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find("pick: "), 0U) << error.what();
  }
}

}  // namespace
}  // namespace tenon

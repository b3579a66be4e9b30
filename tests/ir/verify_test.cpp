#include "ir/verify.h"

#include <gtest/gtest.h>

#include "ir/text.h"
#include "ops/reduce.h"

namespace tenon {
namespace {

Graph network() {
  return parse_graph(R"(graph(%x: f32[N,3]) {
    %a = relu(%x) name="first"
    %b = neg(%a) name="second"
    %s = shape(%b) name="third"
    return %b, %s
  })");
}

std::string fault_of(const Graph& graph) {
  try {
    verify(graph);
  } catch (const Error& error) {
    return error.what();
  }
  return "no fault";
}

TEST(Verify, PassesASoundGraph) { EXPECT_EQ(fault_of(network()), "no fault"); }

TEST(Verify, FindsDanglingIds) {
  Graph graph = network();
  graph.node(1).inputs[0] = 99;
  EXPECT_EQ(fault_of(graph), "second: reads value 99, which does not exist");
  graph = network();
  graph.set_outputs({-5});
  EXPECT_EQ(fault_of(graph), "graph: output -5 does not exist");
  graph = network();
  graph.value(1).removed = true;
  EXPECT_EQ(fault_of(graph), "first: writes value 1, which does not exist");
  graph = network();
  graph.node(0).removed = true;
  EXPECT_EQ(fault_of(graph), "second: reads %a, whose producer was removed");
}

TEST(Verify, FindsInconsistentProducers) {
  Graph graph = network();
  graph.value(1).producer = 1;
  EXPECT_EQ(fault_of(graph), "first: is not recorded as the producer of %a");
  graph = network();
  graph.value(0).producer = 1;
  EXPECT_EQ(fault_of(graph), "x: is a graph input and has a producer");
  graph = network();
  graph.node(1).outputs.push_back(1);
  EXPECT_EQ(fault_of(graph), "second: has 2 outputs, unary gives 1");
}

TEST(Verify, FindsCycles) {
  Graph graph = network();
  graph.node(0).inputs[0] = 2;
  EXPECT_EQ(fault_of(graph), "first: is on a cycle of the graph");
}

TEST(Verify, FindsNamesGivenTwiceOrNotAtAll) {
  Graph graph = network();
  graph.value(2).name = "a";
  EXPECT_EQ(fault_of(graph), "a: names two values");
  graph = network();
  graph.value(2).name = "";
  EXPECT_EQ(fault_of(graph), "graph: value 2 has no name");
  graph = network();
  graph.node(1).name = "first";
  EXPECT_EQ(fault_of(graph), "first: names two nodes");
}

TEST(Verify, FindsTypesThatInferenceDoesNotGive) {
  Graph graph = network();
  graph.value(1).type.dims[1] = 4;
  EXPECT_EQ(fault_of(graph), "first: %a is recorded as f32[N,4], inference gives f32[N,3]");
  graph = network();
  graph.value(3).elements->at(1) = 4;
  EXPECT_EQ(fault_of(graph), "third: the tracked contents of %s are not what inference gives");
  graph = network();
  graph.set_op(1, Reduce{.axes = {7}});
  EXPECT_NE(fault_of(graph).find("second: "), std::string::npos);
  EXPECT_NE(fault_of(graph), "no fault");
}

}  // namespace
}  // namespace tenon

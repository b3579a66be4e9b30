#include <gtest/gtest.h>

#include <filesystem>

#include "ir/text.h"
#include "passes/pass.h"

namespace tenon {
namespace {

const char* const kConvRelu = R"(graph(%x: f32[1,3,8,8]) {
  %w = const f32[4,3,3,3] random(1)
  %c = conv(%x, %w) name="conv1"
  %y = relu(%c) name="relu1"
  return %y
})";

Pass pass_of(std::string_view name, Graph (*run)(Graph, PassContext&)) { return {name, "", run}; }

TEST(RunPasses, JoinsNamesAndLogsEachFusion) {
  std::string messages;
  const Log log([&](Severity severity, std::string_view message) {
    if (severity == Severity::kInfo) messages += std::string(message) + "\n";
  });
  std::vector<PassTime> times;
  const Graph graph = run_passes(parse_graph(kConvRelu), pipeline(), {}, log, &times);
  EXPECT_EQ(messages, "activation_into_convolution: conv1 + relu1\n");
  ASSERT_EQ(times.size(), pipeline().size());
  EXPECT_EQ(times.front().nodes_before, 3);
  EXPECT_EQ(times.back().nodes_after, 2);
}

TEST(RunPasses, LeavesOutPassesAndRulesByName) {
  for (const char* name : {"fuse_activation", "activation_into_convolution"}) {
    const Graph graph = run_passes(parse_graph(kConvRelu), pipeline(), {.disabled = {name}}, Log());
    EXPECT_EQ(graph.order().size(), 3U) << name;
  }
}

TEST(RunPasses, CollectsDeadNodesAndRenumbers) {
  const auto drop = pass_of("drop", [](Graph graph, PassContext&) {
    graph.replace_uses(graph.outputs()[0], graph.node(graph.order()[1]).outputs[0]);
    return graph;
  });
  const Graph graph = run_passes(parse_graph(kConvRelu), {drop}, {}, Log());
  EXPECT_EQ(print(graph), R"(graph(%x: f32[1,3,8,8]) {
  %w = const f32[4,3,3,3]#)" + fmt::format("{:016x}", graph.constant(1)->hash()) +
                              R"(
  %y = conv(%x, %w) name="conv1"
  return %y
}
)");
}

TEST(RunPasses, NamesThePassThatBreaksTheGraphAndKeepsItsInput) {
  const auto folder = std::filesystem::temp_directory_path() / "tenon_manager_test";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const auto spoil = pass_of("spoil", [](Graph graph, PassContext&) {
    graph.value(graph.outputs()[0]).name = "x";  // as the input
    return graph;
  });
  try {
    run_passes(parse_graph(kConvRelu), {spoil}, {.dump_folder = folder.string()}, Log());
    ADD_FAILURE() << "verification passed";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("pass spoil"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("names two values"), std::string::npos);
  }
  EXPECT_TRUE(std::filesystem::exists(folder / "00_spoil_before.ir"));
  EXPECT_FALSE(std::filesystem::exists(folder / "00_spoil_after.ir"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tenon

#include "build/measured_joins.h"

#include <gtest/gtest.h>

#include "build/builder.h"
#include "fake_device.h"
#include "ir/interpreter.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "ops/conv_depthwise.h"
#include "ops/conv_pair.h"
#include "ops/conv_pool.h"
#include "ops/inverted_residual.h"

namespace tenon {
namespace {

using testing::FakeDevice;
using testing::FakeTactic;

// Two blocks of a residual network from expansion to expansion: %p has a second reader, %q is the
// residual of a later expansion.
constexpr const char* kBlocks = R"(graph(%x: f32[1,8,4,4], %r: f32[1,16,4,4]) {
  %wa = const f32[16,8,1,1] random(1)
  %ba = const f32[16] random(2)
  %wb = const f32[8,16,1,1] random(3)
  %bb = const f32[8] random(4)
  %wc = const f32[8,8,3,3] random(5)
  %p = conv(%x, %wa, %ba, %r) act={fn=relu}
  %z = conv(%p, %wb, %bb) act={fn=relu}
  %c = conv(%z, %wc) pad_begin=[1,1] pad_end=[1,1]
  %q = conv(%c, %wa, _, %p) act={fn=relu}
  %e = conv(%q, %wb)
  return %e, %p
})";

// A device on which a convolution and a pooling take 5 and two in one what the test says, in
// channels last.
struct Joining {
  explicit Joining(std::optional<double> pair_seconds, std::optional<DataType> pair_type = {}) {
    for (const char* op : {"conv", "pool"}) {
      offer(op, op, 5);
      offer(op, "reference", 99);
    }
    for (const char* op : {"conv_pair", "conv_pool"}) {
      if (pair_seconds) offer(op, "pair", *pair_seconds, pair_type);
      offer(op, "reference", 99);
    }
    offer("reformat", "reformat", 0.001);
  }
  void offer(std::string_view op, std::string name, double seconds,
             std::optional<DataType> type = {}) {
    auto tactic =
        std::make_unique<FakeTactic>(std::move(name), std::vector{Layout::kChannelsLast}, seconds);
    if (type) tactic->only_for(*type);
    device.add(op, std::move(tactic));
  }
  int join(Graph& graph, const CandidateOptions& options = {}) {
    std::vector<Work> works;
    for (const NodeId id : running_nodes(graph)) works.push_back(pose(graph, id, {}, precision));
    Tuner tuner(device, cache, 1);
    const int count = join_where_faster(graph, works, device, tuner, options, Log());
    if (count > 0) verify(graph);
    return count;
  }
  FakeDevice device;
  TimingCache cache;
  Precision precision;
};

std::vector<Tensor> random_inputs(const Graph& graph) {
  std::vector<Tensor> inputs;
  for (const ValueId v : graph.inputs()) {
    const Dims dims = to_dims(graph.value(v).type.dims);
    std::vector<float> data;
    for (int64_t i = 0; i < dims.volume(); ++i) {
      data.push_back(static_cast<float>(i * 7919 % 101) / 50 - 1);
    }
    inputs.push_back(Tensor::f32(dims, data));
  }
  return inputs;
}

TEST(MeasuredJoins, AFasterPairTakesThePlaceOfBoth) {
  const Graph before = parse_graph(kBlocks);
  Graph graph = before;
  Joining joining(9);
  EXPECT_EQ(joining.join(graph), 2);
  const auto inputs = random_inputs(graph);
  EXPECT_EQ(interpret(graph, inputs), interpret(before, inputs));
  // The values keep their names, the node has those of both.
  const Node* pair = graph.producer(*graph.find_value("z"));
  ASSERT_TRUE(pair->op.is<ConvPair>());
  EXPECT_EQ(pair->name, "p + z");
  EXPECT_EQ(pair->outputs[0], *graph.find_value("p"));
  EXPECT_EQ(graph.outputs()[1], pair->outputs[0]);
}

TEST(MeasuredJoins, ASlowerOneDoesNot) {
  Graph graph = parse_graph(kBlocks);
  const Graph before = graph;
  EXPECT_EQ(Joining(10).join(graph), 0);
  EXPECT_EQ(Joining(9.9).join(graph), 0);  // within what measurements vary by
  EXPECT_EQ(Joining(1).join(graph, {.disabled = {"pair"}}), 0);
  EXPECT_TRUE(graph == before);
}

TEST(MeasuredJoins, NothingIsTimedWithoutAKernelForPairs) {
  Graph graph = parse_graph(kBlocks);
  Joining joining(std::nullopt);
  EXPECT_EQ(joining.join(graph), 0);
  EXPECT_EQ(joining.device.timed_, 0);
}

TEST(MeasuredJoins, InTheTypeThatIsFaster) {
  for (const DataType type : {DataType::kBF16, DataType::kF16}) {
    Graph graph = parse_graph(kBlocks);
    Joining joining(1, DataType::kF16);
    EXPECT_EQ(joining.join(graph), 0);
    joining.precision.narrow = {type};
    EXPECT_EQ(joining.join(graph), type == DataType::kF16 ? 2 : 0);
  }
}

TEST(MeasuredJoins, ANodeIsJoinedOnce) {
  Graph graph = parse_graph(R"(graph(%x: f32[1,8,4,4]) {
    %w = const f32[8,8,1,1] random(1)
    %a = conv(%x, %w)
    %b = conv(%a, %w)
    %c = conv(%b, %w)
    return %c
  })");
  EXPECT_EQ(find_joins(graph).size(), 2U);
  EXPECT_EQ(Joining(1).join(graph), 1);
  EXPECT_TRUE(graph.producer(*graph.find_value("a"))->op.is<ConvPair>());  // the earlier of equals
}

// An inverted residual block with its residual, and one of stride 2.
constexpr const char* kInverted = R"(graph(%x: f32[1,8,6,6]) {
  %we = const f32[16,8,1,1] random(1)
  %be = const f32[16] random(2)
  %wd = const f32[16,1,3,3] random(3)
  %bd = const f32[16] random(4)
  %wp = const f32[8,16,1,1] random(5)
  %e = conv(%x, %we, %be) act={fn=clip alpha=0 beta=6}
  %d = conv(%e, %wd, %bd) pad_begin=[1,1] pad_end=[1,1] groups=16 act={fn=clip alpha=0 beta=6}
  %p = conv(%d, %wp, _, %x)
  %f = conv(%p, %we) act={fn=relu}
  %c = conv(%f, %wd) stride=[2,2] pad_begin=[1,1] pad_end=[1,1] groups=16
  %q = conv(%c, %wp) act={fn=relu}
  return %q
})";

TEST(MeasuredJoins, AFasterBlockTakesThePlaceOfItsThreeConvolutions) {
  const Graph before = parse_graph(kInverted);
  Graph graph = before;
  Joining slow(std::nullopt), fast(std::nullopt);
  slow.offer("inverted_residual", "block", 15);
  slow.offer("inverted_residual", "reference", 99);
  EXPECT_EQ(slow.join(graph), 0);
  EXPECT_TRUE(graph == before);
  fast.offer("inverted_residual", "block", 14);
  fast.offer("inverted_residual", "reference", 99);
  EXPECT_EQ(fast.join(graph), 2);
  const auto inputs = random_inputs(graph);
  EXPECT_EQ(interpret(graph, inputs), interpret(before, inputs));
  const Node* block = graph.producer(*graph.find_value("p"));
  ASSERT_TRUE(block->op.is<InvertedResidual>());
  EXPECT_EQ(block->name, "e + d + p");
  EXPECT_EQ(block->inputs.size(), 8U);
  EXPECT_EQ(running_nodes(graph).size(), 2U);
}

// A block's projection and the next one's expansion may be a pair, too: what saves most is done.
TEST(MeasuredJoins, OfABlockAndAPairThatShareAPartTheOneThatSavesMore) {
  for (const bool pair : {false, true}) {
    Graph graph = parse_graph(kInverted);
    Joining joining(pair ? 1 : 8);                   // instead of 10
    joining.offer("inverted_residual", "block", 9);  // instead of 15
    joining.offer("inverted_residual", "reference", 99);
    EXPECT_EQ(joining.join(graph), 2);
    const Op& op = graph.producer(*graph.find_value("p"))->op;
    EXPECT_EQ(op.name(), pair ? "conv_pair" : "inverted_residual");
  }
}

TEST(MeasuredJoins, ABlockWithoutAnExpansion) {
  Graph graph = parse_graph(R"(graph(%x: f32[1,8,6,6]) {
    %wd = const f32[8,1,3,3] random(1)
    %wp = const f32[4,8,1,1] random(2)
    %bp = const f32[4] random(3)
    %d = conv(%x, %wd) groups=8 act={fn=relu}
    %p = conv(%d, %wp, %bp)
    return %p
  })");
  const Graph before = graph;
  Joining joining(std::nullopt);
  joining.offer("inverted_residual", "block", 9);
  joining.offer("inverted_residual", "reference", 99);
  EXPECT_EQ(joining.join(graph), 1);
  const auto inputs = random_inputs(graph);
  EXPECT_EQ(interpret(graph, inputs), interpret(before, inputs));
}

// An inverted residual block: expansion, depthwise convolution, projection.
constexpr const char* kExpansion = R"(graph(%x: f32[1,8,5,5]) {
  %wa = const f32[16,8,1,1] random(1)
  %ba = const f32[16] random(2)
  %wb = const f32[16,1,3,3] random(3)
  %bb = const f32[16] random(4)
  %wc = const f32[8,16,1,1] random(5)
  %e = conv(%x, %wa, %ba) act={fn=swish alpha=1}
  %d = conv(%e, %wb, %bb) stride=[2,2] pad_begin=[1,1] pad_end=[1,1] groups=16 act={fn=relu}
  %p = conv(%d, %wc)
  return %p
})";

TEST(MeasuredJoins, ExpansionAndDepthwiseConvolution) {
  const Graph before = parse_graph(kExpansion);
  Graph graph = before;
  const auto join = [](Graph& graph, double seconds) {
    Joining joining(std::nullopt);
    joining.offer("conv_depthwise", "both", seconds);
    joining.offer("conv_depthwise", "reference", 99);
    return joining.join(graph);
  };
  EXPECT_EQ(join(graph, 10), 0);
  EXPECT_TRUE(graph == before);
  EXPECT_EQ(join(graph, 9), 1);
  const auto inputs = random_inputs(graph);
  EXPECT_EQ(interpret(graph, inputs), interpret(before, inputs));
  const Node* both = graph.producer(*graph.find_value("d"));
  ASSERT_TRUE(both->op.is<ConvDepthwise>());
  EXPECT_EQ(both->name, "e + d");
}

// A convolution %c of so many channels; `rest` says what is done with it.
std::string stem(int channels, const std::string& conv, const std::string& rest) {
  return fmt::format(R"(graph(%x: f32[1,{0},9,9], %v: f32[8,{0},3,3], %r: f32[1,8,9,9]) {{
    %w = const f32[8,{0},3,3] random(1)
    %b = const f32[8] random(3)
    %c = conv({1}) pad_begin=[1,1] pad_end=[1,1] act={{fn=relu}}
    {2}
  }})",
                     channels, conv, rest);
}
constexpr const char* kPooled = "%p = pool(%c) window=[3,3] stride=[2,2]\n return %p";

TEST(MeasuredJoins, AStemAndItsPooling) {
  for (const char* conv : {"%x, %w, %b", "%x, %w"}) {
    const Graph before = parse_graph(stem(3, conv, kPooled));
    Graph graph = before;
    EXPECT_EQ(Joining(10).join(graph), 0);
    EXPECT_EQ(Joining(9).join(graph), 1);
    const auto inputs = random_inputs(graph);
    EXPECT_EQ(interpret(graph, inputs), interpret(before, inputs));
    const Node* joined = graph.producer(graph.outputs()[0]);
    EXPECT_TRUE(joined->op.is<ConvPool>());
    EXPECT_EQ(joined->name, "c + p");
  }
}

TEST(MeasuredJoins, OnlyStemsWhoseMaximaAloneAreRead) {
  const auto joins = [](int channels, const std::string& conv, const std::string& rest) {
    return find_joins(parse_graph(stem(channels, conv, rest))).size();
  };
  EXPECT_EQ(joins(3, "%x, %w", kPooled), 1U);
  EXPECT_EQ(joins(4, "%x, %w", kPooled), 1U);
  EXPECT_EQ(joins(5, "%x, %w", kPooled), 0U);
  EXPECT_EQ(joins(3, "%x, %v", kPooled), 0U);
  EXPECT_EQ(joins(3, "%x, %w, _, %r", kPooled), 0U);
  EXPECT_EQ(joins(3, "%x, %w", "%p = pool(%c) window=[3,3]\n return %p, %c"), 0U);
  EXPECT_EQ(
      joins(3, "%x, %w", "%p = pool(%c) window=[3,3]\n %q = unary(%c) fn=tanh\n return %p, %q"),
      0U);
  EXPECT_EQ(joins(3, "%x, %w", "%p = pool(%c) kind=average window=[3,3]\n return %p"), 0U);
  EXPECT_EQ(joins(3, "%x, %w", "%p = pool(%r) window=[3,3]\n return %p"), 0U);
}

TEST(MeasuredJoins, ASecondBuildTimesNothingAndIsTheSame) {
  const Graph graph = parse_graph(kBlocks);
  Joining joining(9);
  std::vector<std::byte> plans[2];
  int timed = 0;
  for (auto& plan : plans) {
    timed = joining.device.timed_;
    Built built = build_plan(graph, joining.device, {}, joining.cache, Log());
    plan = plan_file(built.plan, std::move(built.weights));
  }
  EXPECT_GT(timed, 0);
  EXPECT_EQ(joining.device.timed_, timed);
  EXPECT_EQ(plans[0], plans[1]);
}

}  // namespace
}  // namespace tenon

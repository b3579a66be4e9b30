// Concatenations along the channels in channels-last, where pieces are slices of every pixel.
#include <gtest/gtest.h>

#include <algorithm>

#include "build/builder.h"
#include "fake_device.h"
#include "ir/text.h"

namespace tenon {
namespace {

using testing::FakeDevice;
using testing::FakeTactic;

constexpr const char* kTwoPieces = R"(graph(%x: f32[2,16,4,4]) {
  %v = const f32[24,16,1,1] random(1)
  %w = const f32[16,16,1,1] random(2)
  %u = const f32[8,40,1,1] random(3)
  %a = conv(%x, %v)
  %b = conv(%x, %w)
  %c = concat(%a, %b) axis=1
  %d = conv(%c, %u)
  %s = softmax(%a) axis=1
  return %d, %s })";

bool yes(const Problem&) { return true; }

// A device whose only layout for all but reformats is channels last, in which every tactic takes
// any pitches.
struct ChannelsLast {
  ChannelsLast() {
    for (const char* op : {"conv", "concat", "softmax", "reformat"}) {
      // A copy of one piece takes less than the concatenation of all.
      const double seconds = std::string_view(op) == "concat" ? 4e-6 : 1e-6;
      auto tactic = std::make_unique<FakeTactic>(op, std::vector{Layout::kChannelsLast}, seconds);
      tactic->pitched_ = yes;
      tactics[op] = tactic.get();
      device.add(op, std::move(tactic));
    }
  }
  Program build(const char* text, const Profile& profile = {}) {
    BuildOptions options;
    if (!profile.empty()) options.profiles = {profile};
    TimingCache cache;
    return build_plan(parse_graph(text), device, options, cache, Log()).plan.programs[0];
  }
  FakeDevice device;
  std::map<std::string, FakeTactic*> tactics;
};

// What a step writes.
const PlanTensor& result_of(const Program& program, std::string_view step) {
  for (const PlanStep& s : program.steps) {
    if (s.name == step) return program.tensors.at(static_cast<size_t>(s.outputs.at(0)));
  }
  throw std::runtime_error(fmt::format("there is no step {}", step));
}

bool has_step(const Program& program, std::string_view name) {
  return std::ranges::any_of(program.steps, [&](const PlanStep& s) { return s.name == name; });
}

void expect_slice(const PlanTensor& slice, const PlanTensor& of, int64_t channel) {
  EXPECT_EQ(slice.place, of.place);
  EXPECT_EQ(slice.index, of.index);
  EXPECT_EQ(slice.offset, of.offset + Dim(channel)) << slice.name;
}

const PlanTensor& input_of(const Program& program, std::string_view step) {
  for (const PlanStep& s : program.steps) {
    if (s.name == step) return program.tensors.at(static_cast<size_t>(s.inputs.at(0).tensor));
  }
  throw std::runtime_error(fmt::format("there is no step {}", step));
}

TEST(ElideConcats, ProducersWriteSlicesOfPixels) {
  const Program program = ChannelsLast().build(kTwoPieces);
  EXPECT_FALSE(has_step(program, "c"));
  const PlanTensor& whole = input_of(program, "d");
  EXPECT_EQ(whole.batch_stride, Dim(0));
  for (const auto& [step, channel] : {std::pair("a", 0), std::pair("b", 24)}) {
    const PlanTensor& slice = result_of(program, step);
    expect_slice(slice, whole, channel);
    EXPECT_EQ(slice.batch_stride, Dim(40 * 16));
  }
  EXPECT_EQ(input_of(program, "s"), result_of(program, "a"));
}

// The stride is an expression of the dims: the pitch is not.
TEST(ElideConcats, StridesOfAnyDims) {
  const Profile profile{{"x", {{1, 16, 1, 4}, {2, 16, 4, 4}, {3, 16, 9, 4}}}};
  const Program program = ChannelsLast().build(R"(graph(%x: f32[N,16,H,4]) {
    %w = const f32[16,16,1,1] random(2)
    %a = conv(%x, %w)
    %b = softmax(%x) axis=1
    %c = concat(%a, %b) axis=1
    %d = softmax(%c) axis=1
    return %d })",
                                               profile);
  const PlanTensor& slice = result_of(program, "b");
  EXPECT_EQ(slice.offset, input_of(program, "d").offset + Dim(16));
  Symbols symbols;
  symbols.bind("x", program.binding_dims[0], {3, 16, 9, 4});
  EXPECT_EQ(symbols.evaluate(slice.batch_stride), 32 * 36);
  EXPECT_EQ(extent_bytes(slice, symbols) - offset_bytes(slice, symbols),
            4U * (2 * 32 * 36 + 35 * 32 + 16));
}

TEST(ElideConcats, OthersAreCopied) {
  for (const char* reader : {"softmax", "conv"}) {
    ChannelsLast on;
    // Of its input: %a is read by %s and %c by %d.
    on.tactics[reader]->pitched_ = [&](const Problem& p) {
      return p.inputs[0].batch_stride == 0 && p.outputs[0].dims[1] != 24;
    };
    const Program program = on.build(kTwoPieces);
    EXPECT_FALSE(has_step(program, "c"));
    EXPECT_EQ(result_of(program, "a").batch_stride, Dim(0));
    const PlanTensor& copy = result_of(program, "a copy");
    EXPECT_EQ(copy.batch_stride, Dim(40 * 16));
    expect_slice(copy, input_of(program, "d"), 0);
    expect_slice(result_of(program, "b"), input_of(program, "d"), 24);
  }
}

TEST(ElideConcats, MustBeFaster) {
  const auto build = [](double conv, double copy, double concat) {
    ChannelsLast on;
    on.tactics["conv"]->slices_seconds_ = conv;
    on.tactics["reformat"]->take(copy);
    on.tactics["concat"]->take(concat);
    return on.build(kTwoPieces);
  };
  // Each piece costs what its producer takes longer, or a copy.
  EXPECT_FALSE(has_step(build(0.9e-6, 1e-6, 2e-6), "c"));
  EXPECT_TRUE(has_step(build(1.1e-6, 1e-6, 2e-6), "c"));
  EXPECT_FALSE(has_step(build(1.1e-6, 3e-6, 3e-6), "c"));
  EXPECT_TRUE(has_step(build(1.1e-6, 3e-6, 2e-6), "c"));
  for (const PlanStep& step : build(0.5e-6, 1e-6, 2e-6).steps) {
    if (step.name == "b") {
      EXPECT_EQ(step.seconds, 1.5e-6);
    }
  }
}

TEST(ElideConcats, ByAnotherTacticWhereThatGains) {
  const auto build = [](double rival) {
    ChannelsLast on;
    on.tactics["conv"]->pitched_ = {};
    auto tactic = std::make_unique<FakeTactic>("rival", std::vector{Layout::kChannelsLast}, rival);
    tactic->pitched_ = yes;
    on.device.add("conv", std::move(tactic));
    on.device.add("conv", std::make_unique<FakeTactic>("reference", std::vector<Layout>{}, 1));
    return on.build(kTwoPieces);
  };
  const Program program = build(1.9e-6);
  EXPECT_FALSE(has_step(program, "c"));
  for (const PlanStep& step : program.steps) {
    if (step.op.empty() || step.packed.bytes == 0) continue;
    const bool producer = step.name == "a" || step.name == "b";
    EXPECT_EQ(step.tactic, producer ? "rival" : "conv") << step.name;
    EXPECT_EQ(step.packed.bytes, step.tactic.size()) << "its own constants";
  }
  EXPECT_TRUE(has_step(build(2.1e-6), "c"));  // a copy takes less
}

TEST(ElideConcats, StaysWhereNothingTakesPitches) {
  ChannelsLast no_copies;
  no_copies.tactics["softmax"]->pitched_ = {};
  no_copies.tactics["reformat"]->pitched_ = {};
  EXPECT_TRUE(has_step(no_copies.build(kTwoPieces), "c"));
  ChannelsLast no_producers;
  no_producers.tactics["conv"]->pitched_ = {};
  EXPECT_TRUE(has_step(no_producers.build(kTwoPieces), "c"));
}

// A step is asked for all slices that it is to have at once.
TEST(ElideConcats, AStepOfTwoPieces) {
  constexpr const char* kText = R"(graph(%x: f32[2,16,4,4]) {
    %w = const f32[16,16,1,1] random(2)
    %a = softmax(%x) axis=1
    %b = conv(%a, %w)
    %c = concat(%a, %b) axis=1
    %d = softmax(%c) axis=1
    return %d })";
  EXPECT_EQ(result_of(ChannelsLast().build(kText), "b").batch_stride, Dim(32 * 16));
  ChannelsLast one;
  one.tactics["conv"]->pitched_ = [](const Problem& p) {
    return p.inputs[0].batch_stride == 0 || p.outputs[0].batch_stride == 0;
  };
  const Program program = one.build(kText);
  EXPECT_EQ(result_of(program, "a").batch_stride, Dim(32 * 16));
  EXPECT_EQ(result_of(program, "b").batch_stride, Dim(0));
  EXPECT_TRUE(has_step(program, "b copy"));
}

// And for those of concatenations that are gone.
TEST(ElideConcats, AStepBetweenTwoConcatenations) {
  ChannelsLast one;
  one.tactics["conv"]->pitched_ = [](const Problem& p) {
    return p.inputs[0].batch_stride == 0 || p.outputs[0].batch_stride == 0;
  };
  const Program program = one.build(R"(graph(%x: f32[2,16,4,4]) {
    %v = const f32[24,16,1,1] random(1)
    %w = const f32[16,16,1,1] random(2)
    %a = softmax(%x) axis=1
    %p = conv(%x, %v)
    %c = concat(%a, %p) axis=1
    %d = softmax(%c) axis=1
    %b = conv(%a, %w)
    %q = softmax(%x) axis=2
    %f = concat(%b, %q) axis=1
    %g = softmax(%f) axis=1
    return %d, %g })");
  EXPECT_EQ(result_of(program, "b").batch_stride, Dim(32 * 16));
  EXPECT_EQ(result_of(program, "a").batch_stride, Dim(0));
  EXPECT_TRUE(has_step(program, "a copy"));
}

TEST(ElideConcats, SlicesBeginAtWholeVectors) {
  const auto stays = [](int first, int second) {
    const std::string text = fmt::format(R"(graph(%x: f32[1,16,4,4]) {{
      %v = const f32[{},16,1,1] random(1)
      %w = const f32[{},16,1,1] random(2)
      %a = conv(%x, %v)
      %b = conv(%x, %w)
      %c = concat(%a, %b) axis=1
      %d = softmax(%c) axis=1
      return %d }})",
                                         first, second);
    return has_step(ChannelsLast().build(text.c_str()), "c");
  };
  EXPECT_FALSE(stays(8, 16));
  EXPECT_TRUE(stays(4, 20));   // the second slice
  EXPECT_TRUE(stays(16, 12));  // the second pixel
}

TEST(ElideConcats, NestedOnesHaveTheOuterPitch) {
  const Program program = ChannelsLast().build(R"(graph(%x: f32[2,16,4,4]) {
    %w = const f32[16,16,1,1] random(2)
    %a = conv(%x, %w)
    %b = softmax(%a) axis=1
    %c = concat(%a, %b) axis=1
    %d = softmax(%c) axis=1
    %e = concat(%d, %c) axis=1
    %f = softmax(%e) axis=1
    return %f })");
  for (const auto& [step, channel] : {std::pair("a", 32), std::pair("b", 48), std::pair("d", 0)}) {
    expect_slice(result_of(program, step), input_of(program, "f"), channel);
    EXPECT_EQ(result_of(program, step).batch_stride, Dim(64 * 16));
  }
  EXPECT_FALSE(has_step(program, "c"));
  EXPECT_FALSE(has_step(program, "e"));
}

// It is a slice of one of them, from which it is copied to the other.
TEST(ElideConcats, OneValueInTwo) {
  for (const int64_t pitch : {40, 32}) {
    ChannelsLast on;
    on.tactics["softmax"]->pitched_ = [=](const Problem& p) {
      return p.outputs[0].batch_stride == 0 || p.outputs[0].batch_stride == pitch * 16;
    };
    const Program program = on.build(R"(graph(%x: f32[2,16,4,4]) {
      %v = const f32[24,16,1,1] random(1)
      %w = const f32[16,16,1,1] random(2)
      %u = const f32[8,40,1,1] random(3)
      %t = const f32[8,32,1,1] random(4)
      %a = softmax(%x) axis=1
      %b = conv(%x, %v)
      %c = concat(%a, %b) axis=1
      %d = conv(%c, %u)
      %e = conv(%x, %w)
      %f = concat(%a, %e) axis=1
      %g = conv(%f, %t)
      return %d, %g })");
    const PlanTensor& slice = result_of(program, "a");
    const PlanTensor& copy = result_of(program, "a copy");
    EXPECT_EQ(input_of(program, "a copy"), slice);
    expect_slice(slice, input_of(program, pitch == 40 ? "d" : "g"), 0);
    EXPECT_EQ(slice.batch_stride, Dim(pitch * 16));
    expect_slice(copy, input_of(program, pitch == 40 ? "g" : "d"), 0);
    EXPECT_EQ(copy.batch_stride, Dim((72 - pitch) * 16));
  }
}

TEST(ElideConcats, CodeForDimsIsCompiledForPitches) {
  ChannelsLast on;
  on.tactics["conv"]->compiles_ = true;
  const Program program = on.build(kTwoPieces);
  Symbols none;
  for (const PlanStep& step : program.steps) {
    if (step.tactic != "conv") continue;
    ArchiveReader reader(std::as_bytes(std::span(step.op)));
    const std::string key = problem_of(program, step, Op::read(reader), none).key();
    EXPECT_EQ(std::string(step.code.begin(), step.code.end()), key) << step.name;
  }
}

}  // namespace
}  // namespace tenon

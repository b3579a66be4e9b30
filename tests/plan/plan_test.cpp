// Plan files, the plan's checks, and the values of symbols.
#include <gtest/gtest.h>

#include <functional>

#include "plan/plan_file.h"
#include "plan/symbols.h"

namespace tenon {
namespace {

const Shape kDims{Dim::parse("N"), 3};

// One step from input x to output y over an arena buffer.
Plan small_plan() {
  Plan plan{.name = "net", .compatibility = "cpu", .verbosity = 2};
  plan.bindings = {{"x", true, DataType::kF32, kDims}, {"y", false, DataType::kF32, kDims}};
  Program program;
  program.ranges = {{{1, 3}, {2, 3}, {8, 3}}, {}};
  program.tensors = {{.name = "x", .dims = kDims, .place = Place::kBinding, .index = 0},
                     {.name = "y", .dims = kDims, .place = Place::kBinding, .index = 1},
                     {.name = "t", .dims = kDims, .index = 0, .offset = Dim::parse("3*N")}};
  PlanStep step{.name = "s", .origins = {"node"}, .op = {1, 2, 3}, .tactic = "t"};
  step.inputs = {{.kind = OperandKind::kTensor, .tensor = 0},
                 {.kind = OperandKind::kShape, .dims = {1}, .elements = {Dim::parse("N")}}};
  step.outputs = {1};
  step.packed = {64, 36};
  step.seconds = 0.5;
  program.steps = {step, step};
  program.steps[1].stream = 1;
  program.steps[1].waits = {0};
  program.auxiliary_streams = 1;
  program.buffers = {{.bytes = 200, .offset = 256, .first = 0, .last = 0}};
  program.arena_bytes = 456;
  program.constraints = {{Dim::parse("N"), Dim::parse("N"), "why"}};
  program.binding_dims = {kDims, kDims};
  plan.programs = {program, program};
  return plan;
}

const std::vector<std::byte> kWeights(100, std::byte{7});

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string reading(std::span<const std::byte> file) {
  return message_of([&] {
    const PlanView view = read_plan(file);
    std::vector<std::byte> weights(view.weights.size());
    load_weights(view, weights, 2);
  });
}

TEST(PlanFile, RoundTrip) {
  const Plan plan = small_plan();
  const auto file = plan_file(plan, kWeights);
  const PlanView view = read_plan(file);
  EXPECT_TRUE(view.plan == plan);
  std::vector<std::byte> weights(view.weights.size());
  load_weights(view, weights, 3);
  EXPECT_EQ(weights, kWeights);
  EXPECT_EQ(static_cast<uint64_t>(view.weights.data() - file.data()) % kPlanAlignment, 0U);
  const PlanImage image = write_plan(plan, kWeights);
  EXPECT_EQ(image.header_and_program.size() + image.weights.size(), file.size());
}

TEST(PlanFile, SaysWhatIsWrong) {
  const auto file = plan_file(small_plan(), kWeights);
  const std::span<const std::byte> all(file);
  EXPECT_EQ(reading(all), "no error");
  EXPECT_EQ(reading({}), "plan: this is not a Tenon plan (no magic number at its start)");
  EXPECT_EQ(reading(all.first(50)), "plan: the file is truncated within its header");
  EXPECT_NE(reading(all.first(file.size() - 1)).find("truncated: "), std::string::npos);
  const auto with = [&](size_t at) {
    auto damaged = file;
    damaged[at] ^= std::byte{16};
    return reading(damaged);
  };
  EXPECT_NE(with(0).find("not a Tenon plan"), std::string::npos);
  EXPECT_NE(with(8).find("format version 18, this library reads version 2"), std::string::npos);
  EXPECT_EQ(with(30), "plan: the header is damaged");
  EXPECT_EQ(with(300), "plan: the program section is damaged");
  EXPECT_EQ(with(file.size() - 1), "plan: the weights are damaged");
}

TEST(Validate, NamesTheFault) {
  const auto fault = [](const std::function<void(Plan&, Program&)>& change) {
    Plan plan = small_plan();
    change(plan, plan.programs[1]);
    return message_of([&] { validate(plan, kWeights.size()); });
  };
  EXPECT_EQ(fault([](Plan&, Program&) {}), "no error");
  const std::pair<std::string, std::function<void(Plan&, Program&)>> faults[] = {
      {"no program", [](Plan& p, Program&) { p.programs.clear(); }},
      {"bindings differs", [](Plan&, Program& p) { p.ranges.pop_back(); }},
      {"profile of another rank", [](Plan&, Program& p) { p.ranges[0].opt = {2}; }},
      {"negative dim",
       [](Plan&, Program& p) {
         p.ranges[0].min = {-1, 3};
       }},
      {"different ranks", [](Plan&, Program& p) { p.binding_dims[1].pop_back(); }},
      {"buffer 2 is outside of 2", [](Plan&, Program& p) { p.tensors[1].index = 2; }},
      {"buffer -1 is outside of 1", [](Plan&, Program& p) { p.tensors[2].index = -1; }},
      {"too many axes", [](Plan&, Program& p) { p.tensors[2].dims.resize(40, 1); }},
      {"rank does not take",
       [](Plan&, Program& p) {
         p.tensors[2].dims = {1};
         p.tensors[2].layout = Layout::kBlocked8;
       }},
      {"tensor 3 is outside of 3", [](Plan&, Program& p) { p.steps[0].inputs[0].tensor = 3; }},
      {"tensor -1 is outside of 3", [](Plan&, Program& p) { p.steps[0].outputs[0] = -1; }},
      {"a step without outputs", [](Plan&, Program& p) { p.steps[0].outputs.clear(); }},
      {"weights are outside", [](Plan&, Program& p) { p.steps[0].packed.bytes = 37; }},
      {"weights are outside",
       [](Plan&, Program& p) {
         p.steps[0].packed = {UINT64_MAX, 1};
       }},
      {"workspace buffer 1", [](Plan&, Program& p) { p.steps[0].workspace_buffer = 1; }},
      {"outside of the arena", [](Plan&, Program& p) { p.buffers[0].offset = 512; }},
      {"outside of the arena", [](Plan&, Program& p) { p.buffers[0].bytes = UINT64_MAX; }},
      {"outside of the arena", [](Plan&, Program& p) { p.buffers[0].offset = 1; }},
      {"there is no stream 2", [](Plan&, Program& p) { p.steps[0].stream = 2; }},
      {"there is no stream -1", [](Plan&, Program& p) { p.steps[0].stream = -1; }},
      {"waits for step 0", [](Plan&, Program& p) { p.steps[0].waits = {0}; }},
      {"waits for step -1", [](Plan&, Program& p) { p.steps[1].waits = {-1}; }},
      {"16 auxiliary streams", [](Plan&, Program& p) { p.auxiliary_streams = 16; }},
      {"-1 auxiliary streams", [](Plan&, Program& p) { p.auxiliary_streams = -1; }},
  };
  for (const auto& [text, change] : faults) {
    EXPECT_NE(fault(change).find(text), std::string::npos) << text << ": " << fault(change);
  }
}

TEST(Symbols, BindAndEvaluate) {
  Symbols symbols;
  symbols.bind("x", kDims, {4, 3});
  EXPECT_EQ(symbols.evaluate(Dim::parse("2*N+1")), 9);
  EXPECT_EQ(symbols.evaluate(Shape{Dim::parse("N"), 5}), (Dims{4, 5}));
  EXPECT_NE(message_of([&] {
              symbols.bind("z", kDims, {5, 3});
            }).find("input z: axis 0 must be 4"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              symbols.bind("z", kDims, {4, 2});
            }).find("axis 1 is 3, 2 was given"),
            std::string::npos);
  EXPECT_NE(message_of([&] { symbols.bind("z", kDims, {4}); }).find("rank 2"), std::string::npos);
  EXPECT_NE(message_of([&] { symbols.evaluate(Shape{Dim::parse("N-5")}); }).find("negative"),
            std::string::npos);
  EXPECT_NE(message_of([&] { symbols.evaluate(Dim::parse("M")); }), "no error");
  const std::vector<Constraint> broken{{Dim::parse("N"), 5, "add"}};
  EXPECT_EQ(message_of([&] { check_constraints(broken, symbols); }),
            "add: N is 4 and 5 is 5, which must be equal");
}

TEST(Symbols, ExtentsOfTensors) {
  Symbols symbols;
  symbols.bind("x", kDims, {4, 3});
  const Plan plan = small_plan();
  const PlanTensor& t = plan.programs[0].tensors[2];
  EXPECT_EQ(offset_bytes(t, symbols), 4 * 12U);
  EXPECT_EQ(extent_bytes(t, symbols), 4 * 24U);
  PlanTensor slice = t;
  slice.offset = 3;
  slice.batch_stride = 10;
  EXPECT_EQ(extent_bytes(slice, symbols), 4 * (3 + 3 * 10 + 3U));
  slice.batch_stride = 2;
  EXPECT_NE(message_of([&] { extent_bytes(slice, symbols); }).find("lie 2 apart"),
            std::string::npos);
  slice.offset = -1;
  EXPECT_THROW(offset_bytes(slice, symbols), Error);
}

TEST(Symbols, ExtentsOfPixels) {
  const Symbols symbols;
  PlanTensor slice{.name = "s", .layout = Layout::kChannelsLast, .dims = {2, 3, 4, 4}};
  slice.offset = 8;
  slice.batch_stride = 16 * 16;
  EXPECT_EQ(extent_bytes(slice, symbols), 4 * (8 + 16 * 31 + 3U));
  slice.batch_stride = 16 * 16 + 1;
  EXPECT_NE(message_of([&] { extent_bytes(slice, symbols); }).find("16 pixels"), std::string::npos);
}

}  // namespace
}  // namespace tenon

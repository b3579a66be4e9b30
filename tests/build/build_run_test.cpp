// Small graphs built for the host's device and run, against the interpreter: what lowering does
// with views, concatenations, outputs of all kinds and values computed by the host.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "build/builder.h"
#include "cpu/cpu_device.h"
#include "ir/interpreter.h"
#include "ir/text.h"
#include "runtime/context.h"

namespace tenon {
namespace {

struct Case {
  const char* name;
  const char* text;  // inputs of f32, whose one symbol is N
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class BuildAndRun : public ::testing::TestWithParam<Case> {};

std::shared_ptr<const Engine> build(const Graph& graph, int64_t most) {
  BuildOptions options;
  options.timing_repeats = 1;
  Profile profile;
  for (const ValueId input : graph.inputs()) {
    DimsRange range;
    for (const Dim& dim : graph.value(input).type.dims) {
      range.min.push_back(dim.is_constant() ? dim.value() : 1);
      range.opt.push_back(dim.is_constant() ? dim.value() : std::min<int64_t>(2, most));
      range.max.push_back(dim.is_constant() ? dim.value() : most);
    }
    profile[graph.value(input).name] = range;
  }
  options.profiles = {profile};
  TimingCache cache;
  Built built = build_plan(graph, cpu_device(), options, cache, Log());
  return Engine::make(std::move(built.plan), built.weights, cpu_device(),
                      cpu_device().default_allocator());
}

void expect_like_interpreter(const Graph& graph, Context& context, int64_t n) {
  std::minstd_rand random(static_cast<unsigned>(n));
  std::vector<Tensor> inputs;
  std::vector<std::vector<float>> data;
  for (const ValueId input : graph.inputs()) {
    Dims dims;
    for (const Dim& d : graph.value(input).type.dims) {
      dims.push_back(d.is_constant() ? d.value() : n);
    }
    auto& values = data.emplace_back();
    for (int64_t i = 0; i < dims.volume(); ++i) {
      values.push_back(static_cast<float>(random() % 2001) / 1000.0F - 1);
    }
    inputs.push_back(Tensor::f32(dims, values));
  }
  const auto expected = interpret(graph, inputs);
  std::vector<std::vector<std::byte>> outputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    context.set_dims(static_cast<int>(i), inputs[i].dims());
    context.set_address(static_cast<int>(i), data[i].data());
  }
  for (size_t i = 0; i < expected.size(); ++i) {
    const int binding = static_cast<int>(inputs.size() + i);
    ASSERT_EQ(context.dims(binding), expected[i].dims());
    outputs.emplace_back(std::max<size_t>(expected[i].bytes().size(), 1), std::byte{0xff});
    context.set_address(binding, outputs.back().data());
  }
  context.execute();
  for (size_t i = 0; i < expected.size(); ++i) {
    const Tensor actual(expected[i].dtype(), expected[i].dims(),
                        std::span(outputs[i]).first(expected[i].bytes().size()));
    if (expected[i].dtype() != DataType::kF32) {
      EXPECT_TRUE(actual == expected[i]) << "output " << i;
      continue;
    }
    const auto a = actual.as<float>();
    const auto e = expected[i].as<float>();
    // Relative to the largest output: which kernel runs, and so how it rounds, is the tuner's
    // choice.
    float largest = 0;
    for (const float x : e) largest = std::max(largest, std::abs(x));
    for (size_t k = 0; k < e.size(); ++k) {
      ASSERT_NEAR(a[k], e[k], 2e-5F * largest) << "output " << i << " element " << k << " N " << n;
    }
  }
}

TEST_P(BuildAndRun, LikeTheInterpreter) {
  const Graph graph = parse_graph(GetParam().text);
  for (const int64_t most : {1, 4}) {
    SCOPED_TRACE(most);
    Context context(build(graph, most), Context::MemoryMode::kOwn);
    for (const int64_t n : {most, int64_t{1}, (most + 1) / 2, most}) {
      ASSERT_NO_FATAL_FAILURE(expect_like_interpreter(graph, context, n));
    }
  }
}

const Case kCases[] = {
    {"concat_of_convolutions", R"(graph(%x: f32[N,16,6,6]) {
      %v = const f32[16,16,1,1] random(1)
      %w = const f32[32,16,3,3] random(2)
      %a = conv(%x, %v)
      %b = conv(%x, %w) pad_begin=[1,1] pad_end=[1,1]
      %c = concat(%a, %b) axis=1
      %d = relu(%c)
      return %d })"},
    {"nested_concats", R"(graph(%x: f32[N,16,4,4]) {
      %v = const f32[16,16,1,1] random(3)
      %a = conv(%x, %v)
      %b = softmax(%a) axis=1
      %c = concat(%a, %b) axis=1
      %d = softmax(%x) axis=1
      %e = concat(%d, %c) axis=1
      return %e })"},
    {"concat_of_one_value_twice", R"(graph(%x: f32[N,8,4,4]) {
      %a = softmax(%x) axis=1
      %c = concat(%a, %a, %x) axis=1
      return %c })"},
    {"concat_on_the_batch_axis", R"(graph(%x: f32[N,4]) {
      %a = softmax(%x) axis=1
      %c = concat(%a, %x, %a) axis=0
      return %c, %a })"},
    {"in_place_chain_with_a_late_reader", R"(graph(%x: f32[N,8,5,5]) {
      %a = softmax(%x) axis=1
      %b = softmax(%a) axis=1
      %c = relu(%b)
      %d = add(%c, %a)
      %e = softmax(%d) axis=2
      %f = mul(%e, %b)
      return %f })"},
    {"outputs_that_others_read", R"(graph(%x: f32[N,6]) {
      %a = softmax(%x) axis=1
      %b = softmax(%a) axis=1
      return %a, %b })"},
    {"two_outputs_of_one_value", R"(graph(%x: f32[N,6]) {
      %a = softmax(%x) axis=1
      return %a, %a })"},
    {"an_output_and_its_reshape", R"(graph(%x: f32[N,2,3]) {
      %a = softmax(%x) axis=1
      %s = const i64[2]{-1,6}
      %r = reshape(%a, %s)
      return %r, %a })"},
    {"an_input_and_a_constant_as_outputs", R"(graph(%x: f32[N,3], %unused: f32[N,2]) {
      %k = const f32[2]{4,5}
      return %x, %k })"},
    {"two_outputs_of_one_node", R"(graph(%x: f32[N,6]) {
      %a = softmax(%x) axis=1
      %k = const i64[1]{3}
      %v, %i = topk(%a, %k)
      %y = relu(%v)
      return %y, %i })"},
    {"an_output_that_nobody_reads", R"(graph(%x: f32[N,5,4]) {
      %k = const i64[1]{1}
      %v, %i = topk(%x, %k) axis=1 largest=false indices=i32
      %y = squeeze(%i) axes=[1]
      return %y })"},
    {"a_count_of_the_inputs_dims", R"(graph(%x: f32[N,6]) {
      %n = shape(%x) end=1
      %three = const i64[1]{3}
      %k = min(%n, %three)
      %v, %i = topk(%x, %k) axis=0
      return %v, %i })"},
    {"the_shape_as_data", R"(graph(%x: f32[N,3]) {
      %n = shape(%x)
      return %n })"},
};

INSTANTIATE_TEST_SUITE_P(Cases, BuildAndRun, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace tenon

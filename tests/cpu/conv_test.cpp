// Every convolution tactic against a direct evaluation in double precision, over a table of shapes.

#include "ops/conv.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>
#include <random>

#include "cpu/cpu_stream.h"
#include "cpu/isa.h"
#include "cpu/kernels/conv/conv_tactics.h"

namespace tenon {
namespace {

struct ConvCase {
  std::string name;
  Dims x;
  Dims weights;
  Conv conv;
  bool bias = true;
  bool residual = false;
  bool in_place = false;  // y takes the residual's memory
  bool strided = false;   // x, y and the residual are channel slices of larger tensors
};

void PrintTo(const ConvCase& c, std::ostream* out) { *out << c.name; }

class TestStream : public CpuStreamBase {
 public:
  using CpuStreamBase::CpuStreamBase;
  void* handle() const override { return nullptr; }
  bool capturing() const override { return false; }
  void submit(StreamTask task, std::shared_ptr<const void>) override { task.run(task.arg, *this); }
  void synchronize() override {}
};

std::vector<float> random_values(int64_t count, uint32_t seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& v : values) v = uniform(engine);
  return values;
}

// The position of element (n, channel, pixel) of an operand of `pixels` pixels.
size_t position(const OperandDesc& d, int64_t n, int64_t channel, int64_t pixel, int64_t pixels) {
  const int64_t b = block_of(d.layout);
  return static_cast<size_t>(n * d.stride0() + (channel / b * pixels + pixel) * b + channel % b);
}

int64_t pixels_of(const Dims& dims) { return dims.volume() / (dims[0] * dims[1]); }

// Memory of an operand. What is no element of it (slices of other tensors) holds `rest`.
std::vector<float> to_layout(const OperandDesc& d, const std::vector<float>& linear, float rest) {
  const int64_t pixels = pixels_of(d.dims);
  const int64_t dense = dense_batch_stride(d.dims, d.layout);
  std::vector<float> memory(static_cast<size_t>((d.dims[0] - 1) * d.stride0() + dense), rest);
  size_t i = 0;
  for (int64_t n = 0; n < d.dims[0]; ++n) {
    std::fill_n(memory.begin() + n * d.stride0(), dense, 0.0F);
    for (int64_t c = 0; c < d.dims[1]; ++c) {
      for (int64_t p = 0; p < pixels; ++p) memory[position(d, n, c, p, pixels)] = linear[i++];
    }
  }
  return memory;
}

Dims output_dims(const ConvCase& c) {
  Dims y{c.x[0], c.weights[0]};
  for (int i = 2; i < c.x.rank(); ++i) {
    const auto axis = static_cast<size_t>(i - 2);
    const auto& a = c.conv;
    const auto of = [&](const std::vector<int64_t>& list, int64_t otherwise) {
      return list.empty() ? otherwise : list[axis];
    };
    const int64_t padded = c.x[i] + of(a.pad_begin, 0) + of(a.pad_end, 0);
    y.push_back((padded - of(a.dilation, 1) * (c.weights[i] - 1) - 1) / of(a.stride, 1) + 1);
  }
  return y;
}

// Two spatial axes of what may have one.
struct Axes {
  int64_t h, w;
};
Axes axes(const Dims& d) { return {d.rank() == 4 ? d[2] : 1, d[d.rank() - 1]}; }
Axes axes(const std::vector<int64_t>& list, int64_t otherwise) {
  if (list.empty()) return {otherwise, otherwise};
  return {list.size() == 2 ? list[0] : otherwise, list.back()};
}

std::vector<double> expected_output(const ConvCase& c, const std::vector<float>& x,
                                    const std::vector<float>& weights,
                                    const std::vector<float>& bias,
                                    const std::vector<float>& residual) {
  const Dims y = output_dims(c);
  const auto [h, w] = axes(c.x);
  const auto [kh, kw] = axes(c.weights);
  const auto [oh, ow] = axes(y);
  const Axes stride = axes(c.conv.stride, 1);
  const Axes pad =
      c.x.rank() == 3 ? Axes{0, axes(c.conv.pad_begin, 0).w} : axes(c.conv.pad_begin, 0);
  const Axes dilation = axes(c.conv.dilation, 1);
  const int64_t inputs = c.weights[1];
  const int64_t outputs = y[1] / c.conv.groups;
  std::vector<double> result;
  for (int64_t i = 0; i < y.volume(); ++i) {
    const int64_t n = i / (y[1] * oh * ow);
    const int64_t k = i / (oh * ow) % y[1];
    double sum = c.bias ? bias[static_cast<size_t>(k)] : 0;
    for (int64_t j = 0; j < inputs * kh * kw; ++j) {
      const int64_t channel = k / outputs * inputs + j / (kh * kw);
      const int64_t ih = i / ow % oh * stride.h - pad.h + j / kw % kh * dilation.h;
      const int64_t iw = i % ow * stride.w - pad.w + j % kw * dilation.w;
      if (ih < 0 || ih >= h || iw < 0 || iw >= w) continue;
      sum += double{x[static_cast<size_t>(((n * c.x[1] + channel) * h + ih) * w + iw)]} *
             weights[static_cast<size_t>(k * inputs * kh * kw + j)];
    }
    if (c.residual) sum += residual[static_cast<size_t>(i)];
    result.push_back(c.conv.act(sum));
  }
  return result;
}

struct CaseData {
  Tensor weights, bias;
  std::vector<float> x, residual;
  std::vector<double> expected;
};

CaseData make_data(const ConvCase& c) {
  CaseData d;
  const auto weights = random_values(c.weights.volume(), 1);
  const auto bias = random_values(c.weights[0], 2);
  d.weights = Tensor::f32(c.weights, weights);
  d.bias = Tensor::f32({c.weights[0]}, bias);
  d.x = random_values(c.x.volume(), 3);
  d.residual = random_values(output_dims(c).volume(), 4);
  d.expected = expected_output(c, d.x, weights, bias, d.residual);
  return d;
}

Problem make_problem(const ConvCase& c, const CaseData& data) {
  const OperandDesc absent{.present = false};
  Problem p{.op = c.conv, .inputs = {}, .outputs = {}};
  p.inputs.push_back({.dims = c.x});
  p.inputs.push_back({.dims = c.weights, .constant = &data.weights, .is_constant = true});
  p.inputs.push_back(
      c.bias ? OperandDesc{.dims = {c.weights[0]}, .constant = &data.bias, .is_constant = true}
             : absent);
  p.inputs.push_back(c.residual ? OperandDesc{.dims = output_dims(c)} : absent);
  p.outputs.push_back({.dims = output_dims(c)});
  return p;
}

// Sets the layouts offered and, for a strided case, batch strides of larger tensors.
void apply_offer(Problem& p, const LayoutOffer& offer, bool strided) {
  const auto set = [&](OperandDesc& d, Layout layout) {
    d.layout = layout;
    if (strided && d.present && !d.is_constant) {
      d.batch_stride =
          dense_batch_stride(d.dims, layout) + 3 * pixels_of(d.dims) * block_of(layout);
    }
  };
  for (size_t i = 0; i < p.inputs.size(); ++i) set(p.inputs[i], offer.inputs[i]);
  set(p.outputs[0], offer.outputs[0]);
}

constexpr float kUntouched = -12345.0F;

void check_output(const OperandDesc& d, const std::vector<float>& memory,
                  const std::vector<double>& expected) {
  const int64_t pixels = pixels_of(d.dims);
  const int64_t stored = dense_batch_stride(d.dims, d.layout) / pixels;
  double largest = 0;
  for (const double v : expected) largest = std::max(largest, std::abs(v));
  std::vector<bool> is_element(memory.size(), false);
  double worst = 0;
  size_t i = 0;
  for (int64_t n = 0; n < d.dims[0]; ++n) {
    for (int64_t c = 0; c < stored; ++c) {
      for (int64_t p = 0; p < pixels; ++p) {
        const size_t at = position(d, n, c, p, pixels);
        is_element[at] = true;
        const double wanted = c < d.dims[1] ? expected[i++] : 0;
        if (c >= d.dims[1]) {
          ASSERT_EQ(memory[at], 0.0F) << "padding channel " << c;
        }
        ASSERT_TRUE(std::isfinite(memory[at]))
            << "image " << n << " channel " << c << " pixel " << p;
        worst = std::max(worst, std::abs(memory[at] - wanted));
      }
    }
  }
  EXPECT_LE(worst, 1e-5 * largest);
  for (size_t at = 0; at < memory.size(); ++at) {
    if (!is_element[at]) {
      ASSERT_EQ(memory[at], kUntouched) << "outside of the output, at " << at;
    }
  }
}

void run_tactic(const Tactic& tactic, const ConvCase& c, const CaseData& data,
                const LayoutOffer& offer, ThreadPool& pool) {
  Problem p = make_problem(c, data);
  apply_offer(p, offer, c.strided);
  const std::vector<std::byte> blob = tactic.pack(p);
  std::unique_ptr<std::byte[], void (*)(std::byte*)> packed(
      static_cast<std::byte*>(std::aligned_alloc(64, (blob.size() + 63) / 64 * 64)),
      [](std::byte* memory) { std::free(memory); });
  std::copy(blob.begin(), blob.end(), packed.get());
  for (OperandDesc& d : p.inputs) d.constant = nullptr;
  const auto launch = tactic.bind(p, std::span<const std::byte>(packed.get(), blob.size()));

  const auto x = to_layout(p.inputs[0], data.x, std::numeric_limits<float>::quiet_NaN());
  auto y = to_layout(p.outputs[0], std::vector<float>(data.residual.size(), 777.0F), kUntouched);
  std::vector<float> residual;
  const void* residual_at = nullptr;
  if (c.residual) {
    residual = to_layout(p.inputs[3], data.residual, kUntouched);
    if (c.in_place) y = residual;
    residual_at = c.in_place ? y.data() : residual.data();
  }
  std::vector<std::byte> workspace(launch->workspace_bytes() + 64);
  void* aligned = workspace.data();
  size_t space = workspace.size();
  std::align(64, launch->workspace_bytes(), aligned, space);
  TestStream stream(pool);
  const void* inputs[] = {x.data(), nullptr, nullptr, residual_at};
  void* outputs[] = {y.data()};
  launch->run({inputs, outputs, aligned, &stream});
  check_output(p.outputs[0], y, data.expected);
}

class ConvTactics : public testing::TestWithParam<ConvCase> {};

TEST_P(ConvTactics, MatchDirectEvaluation) {
  if (isa() == Isa::kGeneric) {
    for (const Tactic* tactic : conv_tactics()) {
      const CaseData data = make_data(GetParam());
      EXPECT_TRUE(std::holds_alternative<Refusal>(tactic->offer(make_problem(GetParam(), data))));
    }
    return;
  }
  const ConvCase& c = GetParam();
  const CaseData data = make_data(c);
  ThreadPool one(1);
  ThreadPool three(3);
  int done = 0;
  for (const Tactic* tactic : conv_tactics()) {
    const Problem problem = make_problem(c, data);
    const Offer offer = tactic->offer(problem);
    if (std::holds_alternative<Refusal>(offer)) continue;
    ASSERT_GT(tactic->estimate(problem), 0);
    EXPECT_EQ(tactic->in_place_input(problem), c.residual ? 3 : -1);
    for (const LayoutOffer& layouts : std::get<std::vector<LayoutOffer>>(offer)) {
      for (ThreadPool* pool : {&one, &three}) {
        SCOPED_TRACE(fmt::format("{}, {} threads", tactic->name(), pool->threads()));
        run_tactic(*tactic, c, data, layouts, *pool);
      }
    }
    ++done;
  }
  EXPECT_GE(done, 1);
}

Activation relu() { return {.fn = UnaryFn::kRelu}; }

std::vector<ConvCase> shapes() {
  return {
      {"pointwise", {1, 32, 9, 11}, {48, 32, 1, 1}, {.act = relu()}},
      {"pointwise_odd_channels", {3, 19, 7, 7}, {37, 19, 1, 1}, {}},
      {"pointwise_vector", {3, 40, 1, 1}, {10, 40, 1, 1}, {}},
      {"pointwise_deep", {1, 300, 7, 7}, {100, 300, 1, 1}, {.act = relu()}},
      {"pointwise_residual", {3, 16, 5, 5}, {64, 16, 1, 1}, {.act = relu()}, true, true},
      {"pointwise_in_place", {3, 16, 5, 5}, {64, 16, 1, 1}, {.act = relu()}, true, true, true},
      {"pointwise_strided", {3, 24, 5, 6}, {50, 24, 1, 1}, {}, true, true, false, true},
      {"pointwise_stride2", {1, 32, 14, 14}, {32, 32, 1, 1}, {.stride = {2, 2}}},
      {"pointwise_padded", {1, 16, 4, 4}, {16, 16, 1, 1}, {.pad_begin = {1, 2}, .pad_end = {0, 1}}},
      {"3x3", {1, 32, 14, 30}, {48, 32, 3, 3}, {.pad_begin = {1, 1}, .pad_end = {1, 1}}},
      {"3x3_odd", {3, 17, 13, 15}, {33, 17, 3, 3}, {.pad_begin = {1, 1}, .pad_end = {1, 1}}},
      {"3x3_no_bias", {1, 8, 6, 6}, {8, 8, 3, 3}, {}, false},
      {"3x3_stride2",
       {1, 16, 15, 15},
       {32, 16, 3, 3},
       {.stride = {2, 2}, .pad_begin = {1, 1}, .pad_end = {1, 1}, .act = relu()}},
      {"3x3_stride2_even",
       {3, 16, 14, 56},
       {16, 16, 3, 3},
       {.stride = {2, 2}, .pad_begin = {1, 1}, .pad_end = {1, 1}}},
      {"3x3_stride_1_3",
       {1, 16, 14, 29},
       {16, 16, 3, 3},
       {.stride = {1, 3}, .pad_begin = {1, 1}, .pad_end = {1, 1}}},
      {"3x3_dilated",
       {1, 16, 12, 17},
       {16, 16, 3, 3},
       {.pad_begin = {2, 3}, .pad_end = {2, 3}, .dilation = {2, 3}}},
      {"3x3_asymmetric",
       {1, 16, 9, 9},
       {16, 16, 3, 3},
       {.stride = {2, 2}, .pad_begin = {0, 0}, .pad_end = {1, 1}}},
      {"3x3_in_place",
       {3, 16, 7, 7},
       {20, 16, 3, 3},
       {.pad_begin = {1, 1}, .pad_end = {1, 1}, .act = relu()},
       true,
       true,
       true},
      {"3x3_strided",
       {3, 24, 5, 6},
       {50, 24, 3, 3},
       {.pad_begin = {1, 1}, .pad_end = {1, 1}},
       true,
       true,
       false,
       true},
      {"1x7", {1, 32, 17, 17}, {32, 32, 1, 7}, {.pad_begin = {0, 3}, .pad_end = {0, 3}}},
      {"7x1", {1, 32, 17, 17}, {32, 32, 7, 1}, {.pad_begin = {3, 0}, .pad_end = {3, 0}}},
      {"5x5", {1, 48, 8, 9}, {64, 48, 5, 5}, {.pad_begin = {2, 2}, .pad_end = {2, 2}}},
      {"kernel_over_image",
       {1, 16, 3, 3},
       {16, 16, 5, 7},
       {.pad_begin = {3, 6}, .pad_end = {3, 6}}},
      {"rows_of_padding", {1, 16, 2, 2}, {16, 16, 1, 1}, {.pad_begin = {3, 1}, .pad_end = {2, 20}}},
      {"2x2", {1, 20, 8, 8}, {12, 20, 2, 2}, {.stride = {2, 2}}},
      {"conv1d", {3, 20, 50}, {24, 20, 3}, {.pad_begin = {1}, .pad_end = {1}}},
      {"conv1d_stride",
       {1, 16, 33},
       {16, 16, 5},
       {.stride = {2}, .pad_begin = {2}, .pad_end = {1}}},
      {"stem_7x7",
       {1, 3, 33, 61},
       {64, 3, 7, 7},
       {.stride = {2, 2}, .pad_begin = {3, 3}, .pad_end = {3, 3}, .act = relu()}},
      {"stem_3x3",
       {3, 3, 20, 20},
       {32, 3, 3, 3},
       {.stride = {2, 2}, .pad_begin = {0, 0}, .pad_end = {1, 1}}},
      {"stem_gray", {3, 1, 28, 28}, {20, 1, 5, 5}, {.pad_begin = {2, 2}, .pad_end = {2, 2}}},
      {"stem_four", {1, 4, 11, 13}, {40, 4, 4, 4}, {.stride = {4, 4}}, true, true, true},
      {"stem_wide", {1, 3, 9, 1300}, {16, 3, 7, 7}, {.pad_begin = {3, 3}, .pad_end = {3, 3}}},
      {"stem_strided", {3, 3, 9, 9}, {24, 3, 3, 3}, {}, true, true, false, true},
      {"depthwise_3x3",
       {1, 32, 14, 14},
       {32, 1, 3, 3},
       {.pad_begin = {1, 1}, .pad_end = {1, 1}, .groups = 32, .act = relu()}},
      {"depthwise_3x3_odd",
       {3, 19, 7, 7},
       {19, 1, 3, 3},
       {.pad_begin = {1, 1}, .pad_end = {1, 1}, .groups = 19},
       true,
       true,
       false,
       true},
      {"depthwise_3x3_stride2",
       {1, 24, 15, 27},
       {24, 1, 3, 3},
       {.stride = {2, 2}, .pad_begin = {1, 1}, .pad_end = {1, 1}, .groups = 24}},
      {"depthwise_3x3_stride2_even",
       {1, 24, 16, 28},
       {24, 1, 3, 3},
       {.stride = {2, 2}, .pad_begin = {0, 0}, .pad_end = {1, 1}, .groups = 24}},
      {"depthwise_5x5",
       {1, 40, 14, 21},
       {40, 1, 5, 5},
       {.pad_begin = {2, 2}, .pad_end = {2, 2}, .groups = 40},
       true,
       true,
       true},
      {"depthwise_5x5_stride2",
       {1, 16, 14, 14},
       {16, 1, 5, 5},
       {.stride = {2, 2}, .pad_begin = {2, 2}, .pad_end = {2, 2}, .groups = 16}},
      {"depthwise_small_image",
       {1, 16, 2, 1},
       {16, 1, 5, 5},
       {.pad_begin = {2, 2}, .pad_end = {2, 2}, .groups = 16}},
      {"depthwise_7x7",
       {1, 16, 9, 9},
       {16, 1, 7, 7},
       {.pad_begin = {3, 3}, .pad_end = {3, 3}, .groups = 16}},
      {"depthwise_wide_padding",
       {1, 16, 6, 6},
       {16, 1, 3, 3},
       {.pad_begin = {2, 2}, .pad_end = {2, 2}, .groups = 16}},
      {"depthwise_dilated",
       {1, 16, 9, 12},
       {16, 1, 3, 3},
       {.pad_begin = {2, 2}, .pad_end = {2, 2}, .dilation = {2, 2}, .groups = 16}},
      {"depthwise_1d", {3, 16, 30}, {16, 1, 3}, {.pad_begin = {1}, .pad_end = {1}, .groups = 16}},
      {"grouped_wide",
       {1, 64, 7, 7},
       {64, 32, 3, 3},
       {.pad_begin = {1, 1}, .pad_end = {1, 1}, .groups = 2}},
      {"grouped_4",
       {1, 64, 9, 9},
       {64, 4, 3, 3},
       {.pad_begin = {1, 1}, .pad_end = {1, 1}, .groups = 16, .act = relu()}},
      {"grouped_uneven", {3, 21, 6, 7}, {35, 3, 3, 3}, {.groups = 7}},
      {"grouped_24", {1, 48, 6, 7}, {96, 24, 1, 1}, {.groups = 2}},
      {"depthwise_multiplier", {1, 12, 6, 7}, {24, 1, 3, 3}, {.groups = 12}},
  };
}

std::vector<ConvCase> activations() {
  const std::vector<Activation> list = {
      {.fn = UnaryFn::kSigmoid},
      {.fn = UnaryFn::kTanh},
      {.fn = UnaryFn::kLeakyRelu, .alpha = 0.1F},
      {.fn = UnaryFn::kElu, .alpha = 0.7F},
      {.fn = UnaryFn::kSelu, .alpha = 1.67F, .beta = 1.05F},
      {.fn = UnaryFn::kSoftsign},
      {.fn = UnaryFn::kSoftplus, .alpha = 1, .beta = 1},
      {.fn = UnaryFn::kClip, .alpha = -0.5F, .beta = 0.75F},
      {.fn = UnaryFn::kClip, .alpha = 0.25F, .beta = 1},  // not 0 in the padding channels
      {.fn = UnaryFn::kHardSigmoid, .alpha = 0.2F, .beta = 0.5F},
      {.fn = UnaryFn::kScaledTanh, .alpha = 1.5F, .beta = 0.5F},
      {.fn = UnaryFn::kGeluErf},
      {.fn = UnaryFn::kGeluTanh},
      {.fn = UnaryFn::kSwish, .alpha = 1},
      {.fn = UnaryFn::kHardSwish, .alpha = 1.0F / 6, .beta = 0.5F},
      {.fn = UnaryFn::kMish},
      {.fn = UnaryFn::kExp},
      {.fn = UnaryFn::kCos},
      {.fn = UnaryFn::kAtan},
  };
  std::vector<ConvCase> cases;
  for (size_t i = 0; i < list.size(); ++i) {
    const Activation& act = list[i];
    const std::string suffix = fmt::format("{}_{}", name_of(act.fn), i);
    cases.push_back({"dense_" + suffix, {1, 5, 4, 5}, {21, 5, 1, 1}, {.act = act}});
    cases.push_back({"depthwise_" + suffix,
                     {1, 21, 4, 5},
                     {21, 1, 3, 3},
                     {.pad_begin = {1, 1}, .pad_end = {1, 1}, .groups = 21, .act = act},
                     true,
                     true});
    cases.push_back({"stem_" + suffix, {1, 3, 6, 6}, {21, 3, 3, 3}, {.act = act}, true, true});
  }
  return cases;
}

std::string case_name(const testing::TestParamInfo<ConvCase>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Shapes, ConvTactics, testing::ValuesIn(shapes()), case_name);
INSTANTIATE_TEST_SUITE_P(Activations, ConvTactics, testing::ValuesIn(activations()), case_name);

TEST(ConvTactics, RefuseWhatTheyCannotDo) {
  ConvCase c{"", {1, 16, 4, 4}, {16, 16, 1, 1}, {}};
  const CaseData data = make_data(c);
  const auto refuse_all = [](const Problem& p) {
    for (const Tactic* tactic : conv_tactics()) {
      const Offer offer = tactic->offer(p);
      ASSERT_TRUE(std::holds_alternative<Refusal>(offer)) << tactic->name();
      EXPECT_FALSE(std::get<Refusal>(offer).reason.empty());
    }
  };
  Problem half = make_problem(c, data);
  half.inputs[0].dtype = DataType::kF16;
  refuse_all(half);
  Problem variable = make_problem(c, data);
  variable.inputs[1].is_constant = false;
  refuse_all(variable);
  Problem volume = make_problem(c, data);
  volume.inputs[0].dims = {1, 16, 4, 4, 4};
  refuse_all(volume);
}

}  // namespace
}  // namespace tenon

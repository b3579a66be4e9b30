// Speed of the CPU's kernel families on typical shapes: the first tactic that takes each problem,
// in its best layout.   cpu_kernels [family ...]

#include <fmt/format.h>

#include <cstring>
#include <optional>
#include <vector>

#include "cpu/cpu_device.h"
#include "ops/attention.h"
#include "ops/binary.h"
#include "ops/concat.h"
#include "ops/identity.h"
#include "ops/matmul.h"
#include "ops/normalization.h"
#include "ops/pointwise.h"
#include "ops/pool.h"
#include "ops/reduce.h"
#include "ops/resize.h"
#include "ops/scale.h"
#include "ops/softmax.h"
#include "ops/topk.h"
#include "ops/transpose.h"
#include "ops/unary.h"

namespace tenon {
namespace {

struct Case {
  const char* family;
  Op op;
  std::vector<Dims> inputs;
  uint32_t constants = 0;       // bit i: input i
  Layout to = Layout::kLinear;  // of a reformat
  Layout from = Layout::kLinear;
  std::optional<int64_t> count;  // a last operand, known on the host
};

// The layers of BERT-base and ViT-B: projections, attention and the feed-forward part.
std::vector<Case> transformer_cases() {
  const MatMul plain;
  const MatMul gelu{.act = {UnaryFn::kGeluErf}};
  std::vector<Case> cases;
  for (const int64_t tokens : {64, 128, 197, 512}) {
    const Dims x{1, tokens, 768}, wide{1, tokens, 3072}, qkv{1, tokens, 2304};
    Attention attention{.heads = 12, .kv_heads = 12, .size = 64, .scale = 0.125F};
    attention.k_column = 768;
    attention.v_column = 1536;
    cases.push_back({"transformer", plain, {x, {768, 2304}, {2304}}, 0b110});
    cases.push_back({"transformer", attention, {qkv, qkv, qkv}});
    cases.push_back({"transformer", plain, {x, {768, 768}, {768}, x}, 0b110});
    cases.push_back({"transformer", gelu, {x, {768, 3072}, {3072}}, 0b110});
    cases.push_back({"transformer", plain, {wide, {3072, 768}, {768}, x}, 0b110});
    cases.push_back({"transformer", Normalization{}, {x, {768}, {768}}, 0b110});
  }
  return cases;
}

std::vector<Case> cases() {
  const Dims image{1, 64, 112, 112};
  Pointwise gelu_add;
  gelu_add.program = {{.kind = PointwiseKind::kBinary, .binary = BinaryFn::kAdd, .a = 0, .b = 1},
                      {.kind = PointwiseKind::kUnary, .unary = UnaryFn::kGeluErf, .a = 2}};
  return {
      {"pointwise", Unary{.fn = UnaryFn::kRelu}, {image}},
      {"pointwise", Unary{.fn = UnaryFn::kSigmoid}, {image}},
      {"pointwise", Unary{.fn = UnaryFn::kTanh}, {image}},
      {"pointwise", Unary{.fn = UnaryFn::kGeluErf}, {image}},
      {"pointwise", Unary{.fn = UnaryFn::kLog}, {image}},
      {"pointwise", Binary{BinaryFn::kAdd}, {image, image}},
      {"pointwise", Binary{BinaryFn::kMul}, {image, {1, 64, 1, 1}}},
      {"pointwise", Scale{}, {image, {64}, {64}}, 0b110},
      {"pointwise", gelu_add, {{197, 3072}, {3072}}, 0b10},
      {"reformat", Reformat{}, {{1, 64, 56, 56}}, 0, Layout::kBlocked16},
      {"reformat", Reformat{}, {image}, 0, Layout::kBlocked16},
      {"reformat", Reformat{}, {image}, 0, Layout::kLinear, Layout::kBlocked16},
      {"reformat", Reformat{}, {image}, 0, Layout::kChannelsLast},
      {"reformat", Reformat{}, {{1, 512, 7, 7}}, 0, Layout::kBlocked16},
      {"pool",
       Pool{.window = {3, 3}, .stride = {2, 2}, .pad_begin = {1, 1}, .pad_end = {1, 1}},
       {image}},
      {"pool", Pool{.window = {2, 2}, .stride = {2, 2}}, {{1, 64, 224, 224}}},
      {"pool",
       Pool{.kind = PoolKind::kAverage, .window = {3, 3}, .pad_begin = {1, 1}, .pad_end = {1, 1}},
       {{1, 288, 35, 35}}},
      {"matmul", MatMul{.transpose_b = true}, {{1, 2048}, {1000, 2048}, {1000}}, 0b110},
      {"matmul", MatMul{.transpose_b = true}, {{1, 25088}, {4096, 25088}, {4096}}, 0b110},
      {"matmul", MatMul{}, {{16, 2048}, {2048, 1000}, {1000}}, 0b110},
      {"matmul", MatMul{}, {{197, 768}, {768, 3072}, {3072}}, 0b110},
      {"matmul", MatMul{}, {{197, 3072}, {3072, 768}, {768}}, 0b110},
      {"matmul", MatMul{}, {{1024, 1024}, {1024, 1024}}, 0b10},
      {"matmul", MatMul{.transpose_b = true}, {{12, 197, 64}, {12, 197, 64}}},
      {"matmul", MatMul{}, {{12, 197, 197}, {12, 197, 64}}},
      {"reduce", Reduce{.kind = ReduceKind::kMean, .axes = {2, 3}}, {{1, 2048, 7, 7}}},
      {"reduce", Reduce{.kind = ReduceKind::kMean, .axes = {2, 3}}, {{1, 96, 112, 112}}},
      {"reduce", Reduce{.kind = ReduceKind::kMax, .axes = {-1}}, {{1000, 1000}}},
      {"reduce", Reduce{.kind = ReduceKind::kSum, .axes = {0}}, {{1000, 1000}}},
      {"softmax", Softmax{}, {{12, 197, 197}}},
      {"softmax", Softmax{}, {{1, 1000}}},
      {"softmax", Softmax{.axis = 1}, {{1, 21, 256, 256}}},
      {.family = "topk", .op = TopK{}, .inputs = {{128, 1000}}, .count = 1},
      {.family = "topk", .op = TopK{}, .inputs = {{128, 1000}}, .count = 5},
      {.family = "topk", .op = TopK{}, .inputs = {{1, 1000000}}, .count = 1},
      {.family = "topk", .op = TopK{}, .inputs = {{1, 1000000}}, .count = 100},
      {.family = "topk", .op = TopK{.axis = 1}, .inputs = {{1, 21, 256, 256}}, .count = 1},
      {"normalization", Normalization{}, {{197, 768}, {768}, {768}}, 0b110},
      {"normalization", Normalization{.axes = {2, 3}}, {{1, 64, 112, 112}}},
      {"concat", Concat{1}, {{1, 64, 56, 56}, {1, 64, 56, 56}}},
      {"transpose", Transpose{{0, 2, 1, 3}}, {{1, 197, 12, 64}}},
      {"transpose", Transpose{{0, 2, 1}}, {{1, 768, 196}}},
      {"transpose", Transpose{{0, 2, 3, 1}}, {{1, 64, 112, 112}}},
      {"resize",
       Resize{.coordinates = ResizeCoordinates::kAsymmetric,
              .rounding = ResizeRounding::kFloor,
              .scales = {1, 1, 2, 2}},
       {{1, 64, 56, 56}}},
      {"resize", Resize{.mode = ResizeMode::kLinear, .scales = {1, 1, 8, 8}}, {{1, 21, 28, 28}}},
  };
}

struct Memory {
  explicit Memory(size_t bytes) : data(cpu_device().default_allocator().allocate(bytes)) {
    for (size_t i = 0; i + 4 <= bytes; i += 4) {
      const float value = static_cast<float>(i % 1021) / 1021 + 0.01F;
      std::memcpy(static_cast<char*>(data) + i, &value, 4);
    }
  }
  ~Memory() { cpu_device().default_allocator().release(data); }
  Memory(const Memory&) = delete;
  void* data;
};

Problem problem_of(const Case& c, const std::vector<Tensor>& constants) {
  Problem problem{c.op, {}, {}};
  std::vector<Fact> facts;
  for (size_t i = 0; i < c.inputs.size(); ++i) {
    OperandDesc d{.dtype = DataType::kF32, .dims = c.inputs[i]};
    d.is_constant = (c.constants >> i & 1) != 0;
    if (d.is_constant) d.constant = &constants[i];
    problem.inputs.push_back(d);
    facts.push_back({.present = true, .type = {DataType::kF32, to_shape(c.inputs[i])}});
  }
  if (c.count) {
    const Tensor count = Tensor::i64({1}, {*c.count});
    problem.inputs.push_back({.dtype = DataType::kI64, .dims = {1}, .is_constant = true});
    facts.push_back(fact_of(&count));
    facts.back().constant = nullptr;  // its contents are enough
  }
  for (const Fact& fact : infer(c.op, facts).outputs) {
    problem.outputs.push_back({.dtype = fact.type.dtype, .dims = to_dims(fact.type.dims)});
  }
  return problem;
}

void measure(const Tactic& tactic, const Problem& problem) {
  std::vector<std::byte> packed = tactic.pack(problem);
  Memory blob(packed.size() + 64);
  if (!packed.empty()) std::memcpy(blob.data, packed.data(), packed.size());
  const auto launch =
      tactic.bind(problem, std::span(static_cast<const std::byte*>(blob.data), packed.size()));
  std::vector<std::unique_ptr<Memory>> memory;
  std::vector<const void*> inputs;
  std::vector<void*> outputs;
  for (const OperandDesc& d : problem.inputs) {
    memory.push_back(std::make_unique<Memory>(d.bytes()));
    inputs.push_back(d.is_constant ? nullptr : memory.back()->data);
  }
  for (const OperandDesc& d : problem.outputs) {
    memory.push_back(std::make_unique<Memory>(d.bytes()));
    outputs.push_back(memory.back()->data);
  }
  Memory workspace(launch->workspace_bytes() + 64);
  const double seconds =
      cpu_device().time(*launch, {inputs, outputs, workspace.data, nullptr}, 31, 1e9);
  std::string key = problem.key();
  fmt::print("{:16} {:9.1f} us {:7.1f} GB/s {:7.1f} GFLOP/s  {}\n", tactic.name(), seconds * 1e6,
             bytes_moved(problem) / seconds * 1e-9, flops_of(problem) / seconds * 1e-9, key);
}

void run(const Case& c) {
  std::vector<Tensor> constants;
  for (const Dims& d : c.inputs) constants.push_back(Tensor::zeros(DataType::kF32, d));
  Problem problem = problem_of(c, constants);
  for (const Tactic* tactic : cpu_device().tactics(c.op.name())) {
    if (tactic->name() == "reference") return;
    const Offer offer = tactic->offer(problem);
    const auto* layouts = std::get_if<std::vector<LayoutOffer>>(&offer);
    if (layouts == nullptr) continue;
    for (const LayoutOffer& l : *layouts) {
      if (c.op.is<Reformat>() && (l.inputs[0] != c.from || l.outputs[0] != c.to)) continue;
      for (size_t i = 0; i < l.inputs.size(); ++i) problem.inputs[i].layout = l.inputs[i];
      for (size_t i = 0; i < l.outputs.size(); ++i) problem.outputs[i].layout = l.outputs[i];
      measure(*tactic, problem);
    }
  }
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  std::vector<tenon::Case> cases = tenon::cases();
  for (tenon::Case& c : tenon::transformer_cases()) cases.push_back(std::move(c));
  for (const tenon::Case& c : cases) {
    bool wanted = argc == 1;
    for (int i = 1; i < argc; ++i) wanted = wanted || std::strcmp(argv[i], c.family) == 0;
    if (wanted) tenon::run(c);
  }
}

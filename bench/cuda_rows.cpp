// Speed of the GPU's kernels that work on rows, columns and windows of elements, and of attention:
// every tactic that takes each problem, in all its layouts.   cuda_rows [op ...]

#include <fmt/format.h>

#include <cstring>
#include <optional>
#include <random>
#include <vector>

#include "bench/device_memory.h"
#include "cuda/cuda_device.h"
#include "cuda/device_facts.h"
#include "ops/attention.h"
#include "ops/normalization.h"
#include "ops/pool.h"
#include "ops/reduce.h"
#include "ops/resize.h"
#include "ops/softmax.h"
#include "ops/topk.h"

namespace tenon {
namespace {

struct Case {
  Op op;
  std::vector<Dims> inputs;
  DataType type = DataType::kF16;
  std::optional<int64_t> count;  // a last operand, known on the host
};

Attention heads(int64_t count, int64_t size, bool causal = false) {
  Attention op{.heads = count, .kv_heads = count, .size = size, .scale = 0.1F, .causal = causal};
  op.k_column = count * size;
  op.v_column = 2 * count * size;
  return op;
}

std::vector<Case> attention_cases() {
  const auto packed = [](int64_t batch, int64_t length, int64_t width) {
    const Dims x{batch, length, 3 * width};
    return std::vector<Dims>{x, x, x};
  };
  const auto masked = [&](int64_t batch, int64_t length, int64_t width, const Dims& mask) {
    std::vector<Dims> inputs = packed(batch, length, width);
    inputs.push_back(mask);
    return inputs;
  };
  return {
      {heads(12, 64), packed(1, 128, 768)},
      {heads(12, 64), masked(1, 128, 768, {1, 1, 1, 128})},
      {heads(12, 64), packed(1, 384, 768)},
      {heads(12, 64), packed(32, 128, 768)},
      {heads(12, 64), masked(32, 128, 768, {32, 1, 1, 128})},
      {heads(12, 64), masked(32, 128, 768, {32, 1, 1, 128}), DataType::kBF16},
      {heads(16, 64), packed(8, 384, 1024)},
      {heads(16, 64), masked(8, 384, 1024, {8, 1, 1, 384})},
      {heads(12, 64), packed(8, 197, 768)},
      {heads(12, 64), packed(32, 197, 768)},
      {heads(4, 32), masked(64 * 32, 49, 128, {4, 49, 49})},
      {heads(16, 128), packed(1, 4096, 2048)},
      {heads(16, 128, true), packed(1, 4096, 2048)},
      {heads(16, 64), packed(1, 4096, 1024)},
      {heads(16, 64, true), packed(1, 4096, 1024)},
      {heads(12, 64), packed(8, 1024, 768)},
      {heads(8, 40), packed(2, 4096, 320)},
      {heads(8, 80), packed(2, 1024, 640)},
      {heads(12, 64), packed(1, 128, 768), DataType::kF32},
      {heads(16, 64), packed(8, 384, 1024), DataType::kF32},
  };
}

std::vector<Case> row_cases() {
  const Normalization groups{.axes = {2, 3}, .groups = 32};
  return {
      {Softmax{}, {{8, 16, 384, 384}}},
      {Softmax{}, {{12, 128, 128}}},
      {Softmax{}, {{12, 197, 197}}},
      {Softmax{}, {{128, 1000}}},
      {Softmax{}, {{8, 50257}}},
      {Softmax{.axis = 1}, {{8, 21, 512, 512}}},
      {Normalization{}, {{8, 384, 1024}, {1024}, {1024}}},
      {Normalization{}, {{32, 128, 768}, {768}, {768}}},
      {Normalization{}, {{1, 128, 768}, {768}, {768}}},
      {Normalization{.rms = true}, {{4096, 4096}, {4096}}},
      {Normalization{.axes = {1}}, {{32, 96, 56, 56}, {96, 1, 1}, {96, 1, 1}}},
      {groups, {{2, 320, 64, 64}, {320}, {320}}},
      {groups, {{1, 128, 512, 512}, {128}, {128}}},
      {Normalization{.axes = {2, 3}}, {{8, 64, 256, 256}}},
  };
}

std::vector<Case> window_cases() {
  const Pool stem{.window = {3, 3}, .stride = {2, 2}, .pad_begin = {1, 1}, .pad_end = {1, 1}};
  const Pool same{
      .kind = PoolKind::kAverage, .window = {3, 3}, .pad_begin = {1, 1}, .pad_end = {1, 1}};
  const Reduce mean{.kind = ReduceKind::kMean, .axes = {2, 3}};
  const Resize twice{.coordinates = ResizeCoordinates::kAsymmetric,
                     .rounding = ResizeRounding::kFloor,
                     .scales = {1, 1, 2, 2}};
  const Resize linear{.mode = ResizeMode::kLinear, .scales = {1, 1, 2, 2}};
  return {
      {stem, {{128, 64, 112, 112}}},
      {stem, {{1, 64, 112, 112}}},
      {Pool{.window = {2, 2}, .stride = {2, 2}}, {{32, 64, 224, 224}}},
      {same, {{32, 288, 35, 35}}},
      {Pool{.kind = PoolKind::kAverage, .window = {7, 7}}, {{128, 2048, 7, 7}}},
      {mean, {{128, 2048, 7, 7}}},
      {mean, {{1, 2048, 7, 7}}},
      {mean, {{128, 96, 112, 112}}},
      {mean, {{1, 96, 112, 112}}},
      {Reduce{.kind = ReduceKind::kMax, .axes = {-1}}, {{1000, 1000}}},
      {Reduce{.kind = ReduceKind::kSum, .axes = {0}}, {{4096, 4096}}},
      {Reduce{.kind = ReduceKind::kSum, .axes = {}}, {{4096, 4096}}},
      {Reduce{.kind = ReduceKind::kMean, .axes = {1}}, {{32, 128, 768}}},
      {twice, {{8, 256, 64, 64}}},
      {linear, {{8, 256, 64, 64}}},
      {Resize{.mode = ResizeMode::kLinear, .scales = {1, 1, 8, 8}}, {{1, 21, 64, 64}}},
      {Resize{.mode = ResizeMode::kCubic, .scales = {1, 1, 2, 2}}, {{8, 3, 256, 256}}},
  };
}

std::vector<Case> topk_cases() {
  std::vector<Case> cases;
  for (const DataType type : {DataType::kF32, DataType::kF16}) {
    const auto add = [&](TopK op, const Dims& dims, int64_t k) {
      cases.push_back({op, {dims}, type, k});
    };
    add({}, {128, 1000}, 1);
    add({}, {128, 1000}, 5);
    add({}, {1, 1000000}, 1);
    add({}, {1, 1000000}, 100);
    add({}, {1, 1000000}, 3840);
    add({}, {1, 1000000}, 100000);
    add({.axis = 1}, {8, 21, 512, 512}, 1);
    add({.axis = 1}, {1, 150, 128, 128}, 1);
    add({.axis = 1}, {8, 21, 512, 512}, 3);
    add({}, {32, 50257}, 1);
    add({}, {32, 50257}, 50);
    add({}, {8400, 80}, 1);
    add({}, {1, 8400}, 300);
    add({}, {16, 76725}, 1000);
    add({}, {8192, 64}, 8);
    add({}, {4096, 4096}, 1);
    add({}, {4096, 4096}, 20);
  }
  return cases;
}

Problem problem_of(const Case& c) {
  Problem problem{c.op, {}, {}};
  std::vector<Fact> facts;
  for (const Dims& dims : c.inputs) {
    problem.inputs.push_back({.dtype = c.type, .dims = dims});
    facts.push_back({.present = true, .type = {c.type, to_shape(dims)}});
  }
  if (c.count) {
    problem.inputs.push_back({.dtype = DataType::kI64, .dims = {1}, .is_constant = true});
    const Tensor count = Tensor::i64({1}, {*c.count});
    facts.push_back(fact_of(&count));
    facts.back().constant = nullptr;  // its contents are enough
  }
  for (const Fact& fact : infer(c.op, facts).outputs) {
    problem.outputs.push_back({.dtype = fact.type.dtype, .dims = to_dims(fact.type.dims)});
  }
  return problem;
}

// Numbers as they come: work that depends on them is done as for real data, and what is multiplied
// changes the power that a GPU takes, and so its clocks.
void fill_random(const OperandDesc& d, void* memory) {
  const int64_t count = std::min<int64_t>(d.dims.volume(), 1 << 20);
  std::mt19937 random(1);
  std::normal_distribution<float> value;
  const Tensor numbers = Tensor::make(d.dtype, {count}, [&](const TensorView& view) {
    for (int64_t i = 0; i < count; ++i) set_element(view, i, value(random));
  });
  cuda_device().copy_to_device(memory, numbers.bytes());
  cuda_device().repeat(memory, numbers.bytes().size(), d.bytes());
}

void measure(const Tactic& tactic, const Problem& problem) {
  const auto launch = tactic.bind(problem, Packed{});
  std::vector<std::unique_ptr<Memory>> memory;
  std::vector<const void*> inputs;
  std::vector<void*> outputs;
  const auto room = [&](const OperandDesc& d) {
    return memory.emplace_back(std::make_unique<Memory>(d.bytes()))->data();
  };
  const bool attention = problem.op.is<Attention>();
  for (const OperandDesc& d : problem.inputs) {
    // Queries, keys and values are one tensor.
    if (attention && !inputs.empty() && inputs.size() < 3) {
      inputs.push_back(inputs[0]);
      continue;
    }
    void* const data = d.is_constant ? nullptr : room(d);
    inputs.push_back(data);
    if (data != nullptr && (attention || problem.op.is<TopK>())) fill_random(d, data);
  }
  for (const OperandDesc& d : problem.outputs) outputs.push_back(room(d));
  Memory workspace(launch->workspace_bytes());
  const double seconds =
      cuda_device().time(*launch, {inputs, outputs, workspace.data(), nullptr}, 9, 1e9);
  double bytes = bytes_moved(problem);
  if (attention) bytes = 4.0 * static_cast<double>(problem.outputs[0].bytes());
  const double memory_floor = bytes / device_facts().bytes_per_second;
  const double compute_floor = attention ? flops_of(problem) / device_facts().f16_flops : 0;
  fmt::print("{:20} {:8.2f} us {:6.0f} GB/s {:6.1f} TFLOP/s {:4.0f}% {:13} {}\n", tactic.name(),
             seconds * 1e6, bytes / seconds * 1e-9, flops_of(problem) / seconds * 1e-12,
             100 * std::max(memory_floor, compute_floor) / seconds,
             name_of(problem.inputs[0].layout), problem.key());
}

void run(const Case& c) {
  Problem problem = problem_of(c);
  for (const Tactic* tactic : cuda_device().tactics(c.op.name())) {
    if (tactic->name() == "reference") return;
    // The kernel in FP32 is for FP32.
    if (tactic->name() == "attention_f32" && c.type != DataType::kF32) continue;
    const Offer offer = tactic->offer(problem);
    const auto* layouts = std::get_if<std::vector<LayoutOffer>>(&offer);
    if (layouts == nullptr) continue;
    for (const LayoutOffer& l : *layouts) {
      const bool image = c.inputs[0].rank() == 4 && c.inputs[0][2] > 1;
      if (l.inputs[0] != Layout::kLinear && !image) continue;
      for (size_t i = 0; i < l.inputs.size(); ++i) problem.inputs[i].layout = l.inputs[i];
      for (size_t i = 0; i < l.outputs.size(); ++i) problem.outputs[i].layout = l.outputs[i];
      measure(*tactic, problem);
    }
  }
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  for (const auto& cases :
       {tenon::row_cases(), tenon::window_cases(), tenon::attention_cases(), tenon::topk_cases()}) {
    for (const tenon::Case& c : cases) {
      bool wanted = argc == 1;
      for (int i = 1; i < argc; ++i) wanted = wanted || c.op.name() == argv[i];
      if (wanted) tenon::run(c);
    }
  }
}

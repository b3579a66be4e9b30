#include "cpu/winograd_run.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace tenon::test {

AlignedFloats::AlignedFloats(size_t count, float value)
    : memory_(count + 16, value), count_(count) {
  const auto address = reinterpret_cast<uintptr_t>(memory_.data());
  data_ = memory_.data() + (64 - address % 64) % 64 / sizeof(float);
}

std::vector<float> random_floats(size_t count, uint32_t seed) {
  std::mt19937 engine(seed);
  std::vector<float> values(count);
  for (float& v : values) v = static_cast<float>(engine()) * 0x1p-31F - 1;
  return values;
}

// Calls visit(row-major index, stored index) for all elements.
template <typename Visit>
static void for_each_element(const OperandDesc& desc, Visit visit) {
  const int64_t block = block_of(desc.layout);
  const int64_t channels = desc.dims.rank() > 1 ? desc.dims[1] : 1;
  int64_t plane = 1;
  for (int i = 2; i < desc.dims.rank(); ++i) plane *= desc.dims[i];
  int64_t index = 0;
  for (int64_t n = 0; n < desc.dims[0]; ++n) {
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t i = 0; i < plane; ++i) {
        visit(index++, n * desc.stride0() + ((c / block) * plane + i) * block + c % block);
      }
    }
  }
}

void to_layout(const std::vector<float>& from, const OperandDesc& desc, float* to) {
  for_each_element(desc,
                   [&](int64_t i, int64_t stored) { to[stored] = from[static_cast<size_t>(i)]; });
}

std::vector<float> from_layout(const float* from, const OperandDesc& desc) {
  std::vector<float> to(static_cast<size_t>(desc.dims.volume()));
  for_each_element(desc,
                   [&](int64_t i, int64_t stored) { to[static_cast<size_t>(i)] = from[stored]; });
  return to;
}

namespace {

constexpr float kMarker = 12345.5F;

size_t memory_of(const OperandDesc& d) {
  return static_cast<size_t>(d.layout == Layout::kLinear ? d.dims.volume()
                                                         : d.dims[0] * d.stride0());
}

void inspect_output(const OperandDesc& y, const float* memory, TacticRun& run) {
  const int64_t block = block_of(y.layout);
  std::vector<bool> holds(memory_of(y));
  for_each_element(y, [&](int64_t, int64_t stored) { holds[static_cast<size_t>(stored)] = true; });
  const int64_t dense = dense_batch_stride(y.dims, y.layout);
  run.padding_is_zero = run.gaps_untouched = true;
  for (size_t i = 0; i < holds.size(); ++i) {
    const bool gap = static_cast<int64_t>(i) % y.stride0() >= dense;
    if (gap && memory[i] != kMarker) run.gaps_untouched = false;
    if (!gap && !holds[i] && block > 1 && memory[i] != 0) run.padding_is_zero = false;
  }
}

}  // namespace

TacticRun run_tactic(const Tactic& tactic, Problem problem,
                     const std::vector<std::vector<float>>& inputs, const RunOptions& options) {
  const auto layouts = std::get<std::vector<LayoutOffer>>(tactic.offer(problem)).at(0);
  std::vector<Tensor> constants(inputs.size());
  std::vector<std::unique_ptr<AlignedFloats>> memory(inputs.size());
  std::vector<const void*> pointers(inputs.size(), nullptr);
  for (size_t i = 0; i < inputs.size(); ++i) {
    OperandDesc& d = problem.inputs[i];
    if (!d.present) continue;
    d.layout = layouts.inputs[i];
    if (d.is_constant) {
      constants[i] = Tensor::f32(d.dims, inputs[i]);
      d.constant = &constants[i];
      continue;
    }
    d.batch_stride = dense_batch_stride(d.dims, d.layout) + options.extra_stride;
    memory[i] = std::make_unique<AlignedFloats>(memory_of(d));
    to_layout(inputs[i], d, memory[i]->data());
    pointers[i] = memory[i]->data();
  }
  OperandDesc& y = problem.outputs[0];
  y.layout = layouts.outputs[0];
  y.batch_stride = dense_batch_stride(y.dims, y.layout) + options.extra_stride;
  AlignedFloats separate(memory_of(y), kMarker);
  const int shared = tactic.in_place_input(problem);
  float* out = options.in_place ? memory.at(static_cast<size_t>(shared))->data() : separate.data();

  const std::vector<std::byte> bytes = tactic.pack(problem);
  AlignedFloats packed(bytes.size() / sizeof(float) + 1);
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::byte*>(packed.data()));
  for (OperandDesc& d : problem.inputs) d.constant = nullptr;
  const auto launch = tactic.bind(
      problem, std::as_bytes(std::span(packed.data(), packed.size())).first(bytes.size()));
  AlignedFloats workspace(launch->workspace_bytes() / sizeof(float) + 1, NAN);
  ThreadPool pool(options.threads);
  PoolStream stream(pool);
  void* outputs[] = {out};
  launch->run({pointers, outputs, workspace.data(), &stream});

  TacticRun run{from_layout(out, y), true, true};
  if (!options.in_place) inspect_output(y, out, run);
  return run;
}

double relative_error(const std::vector<float>& a, const std::vector<double>& b) {
  double largest = 0, difference = 0;
  for (size_t i = 0; i < b.size(); ++i) {
    const double d = std::fabs(a[i] - b[i]);
    if (!(d <= difference)) difference = d;  // keeps NaN
    largest = std::max(largest, std::fabs(b[i]));
  }
  return difference / std::max(largest, 1e-30);
}

}  // namespace tenon::test

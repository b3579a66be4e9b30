// Speed of squeeze and excitation on the GPU: every tactic, for the blocks of EfficientNet-B0 and
// others, in FP16.   cuda_squeeze [batch ...]

#include <fmt/format.h>

#include <cstdlib>
#include <vector>

#include "bench/device_memory.h"
#include "cuda/cuda_device.h"
#include "cuda/device_facts.h"
#include "ops/squeeze_excitation.h"

namespace tenon {
namespace {

struct Block {
  int64_t channels, size, hidden;
};
constexpr Block kBlocks[] = {{32, 112, 8},  {96, 56, 4},   {144, 56, 6},  {144, 28, 6},
                             {240, 28, 10}, {240, 14, 10}, {480, 14, 20}, {672, 14, 28},
                             {672, 7, 28},  {1152, 7, 48}, {256, 56, 16}, {2048, 7, 128}};

Problem problem_of(const Block& b, int64_t batch, bool multiply, const Tensor& zeros1,
                   const Tensor& zeros2) {
  const SqueezeExcitation op{{UnaryFn::kSwish, 1}, {UnaryFn::kSigmoid}, multiply};
  const DataType type = DataType::kF16;
  Problem problem{op, {}, {}};
  problem.inputs.push_back({.dtype = type, .dims = {batch, b.channels, b.size, b.size}});
  for (const Tensor* t : {&zeros1, &zeros2}) {
    problem.inputs.push_back(
        {.dtype = type, .dims = t->dims(), .constant = t, .is_constant = true});
  }
  problem.outputs.push_back(problem.inputs[0]);
  if (!multiply) problem.outputs[0].dims = {batch, b.channels, 1, 1};
  return problem;
}

double seconds_of(const Tactic& tactic, const Problem& problem) {
  const std::vector<std::byte> blob = tactic.pack(problem);
  const Memory constants(blob.size());
  cuda_device().copy_to_device(constants.data(), blob);
  const auto launch =
      tactic.bind(problem, Packed({static_cast<const std::byte*>(constants.data()), blob.size()}));
  const Memory x(problem.inputs[0].bytes()), y(problem.outputs[0].bytes());
  const Memory workspace(launch->workspace_bytes());
  const void* inputs[] = {x.data(), nullptr, nullptr};
  void* outputs[] = {y.data()};
  return cuda_device().time(*launch, {inputs, outputs, workspace.data(), nullptr}, 9, 1e9);
}

void run(const Block& b, int64_t batch) {
  const Tensor w1 = Tensor::zeros(DataType::kF16, {b.hidden, b.channels});
  const Tensor w2 = Tensor::zeros(DataType::kF16, {b.channels, b.hidden});
  for (const bool multiply : {false, true}) {
    Problem problem = problem_of(b, batch, multiply, w1, w2);
    std::string line;
    for (const Tactic* tactic : cuda_device().tactics("squeeze_excitation")) {
      if (tactic->name() == "reference") continue;
      const Offer offer = tactic->offer(problem);
      const auto* layouts = std::get_if<std::vector<LayoutOffer>>(&offer);
      if (layouts == nullptr) continue;
      problem.inputs[0].layout = layouts->at(0).inputs[0];
      problem.outputs[0].layout = layouts->at(0).outputs[0];
      line += fmt::format("  {} {:.2f}", tactic->name(), seconds_of(*tactic, problem) * 1e6);
    }
    const double floor = bytes_moved(problem) / device_facts().bytes_per_second;
    fmt::print("{:3}x{}x{}x{} {:8} floor {:.2f} us:{}\n", batch, b.channels, b.size, b.size,
               multiply ? "multiply" : "gate", floor * 1e6, line);
  }
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  std::vector<int64_t> batches;
  for (int i = 1; i < argc; ++i) batches.push_back(std::atoll(argv[i]));
  if (batches.empty()) batches = {1, 8, 128};
  for (const int64_t batch : batches) {
    for (const tenon::Block& block : tenon::kBlocks) tenon::run(block, batch);
  }
}

// Times the inverted residual blocks of MobileNet-v2 in one kernel against the three kernels one
// after the other (FP16, channels last):
//   cuda_inverted_residual [all] BATCH...     with `all`, libraries' kernels compete as well
// Times are those of kernels alone in a loop, as the builder takes them.

#include <algorithm>
#include <string>
#include <vector>

#include "bench/tactic_times.h"
#include "cuda/device_facts.h"
#include "ops/inverted_residual.h"

namespace tenon {
namespace {

struct Block {
  int64_t channels, side, expanded, columns, stride;
  int count;                                            // times it occurs
  bool expands() const { return expanded > channels; }  // the first one does not
};
constexpr Block kBlocks[] = {
    {32, 112, 32, 16, 1, 1},  {16, 112, 96, 24, 2, 1},  {24, 56, 144, 24, 1, 1},
    {24, 56, 144, 32, 2, 1},  {32, 28, 192, 32, 1, 2},  {32, 28, 192, 64, 2, 1},
    {64, 14, 384, 64, 1, 3},  {64, 14, 384, 96, 1, 1},  {96, 14, 576, 96, 1, 2},
    {96, 14, 576, 160, 2, 1}, {160, 7, 960, 160, 1, 2}, {160, 7, 960, 320, 1, 1}};

struct Constants {
  Tensor weights[3], bias[3];
  explicit Constants(const Block& b)
      : weights{random_weights({b.expanded, b.channels, 1, 1}),
                random_weights({b.expanded, 1, 3, 3}),
                random_weights({b.columns, b.expanded, 1, 1})},
        bias{Tensor::zeros(kType, {b.expanded}), Tensor::zeros(kType, {b.expanded}),
             Tensor::zeros(kType, {b.columns})} {}
};

// The whole and its three parts.
std::vector<Problem> problems_of(const Block& b, const Constants& c, int64_t batch) {
  const int64_t side = b.side / b.stride;
  const Activation relu6{UnaryFn::kClip, 0, 6};
  const Conv expansion{.act = relu6}, projection{};
  const Conv depthwise{.stride = {b.stride, b.stride},
                       .pad_begin = {1, 1},
                       .pad_end = {1, 1},
                       .groups = b.expanded,
                       .act = relu6};
  const OperandDesc x = tensor({batch, b.channels, b.side, b.side}),
                    expanded = tensor({batch, b.expanded, b.side, b.side}),
                    filtered = tensor({batch, b.expanded, side, side}),
                    y = tensor({batch, b.columns, side, side});
  OperandDesc w[3], bias[3];
  for (int i = 0; i < 3; ++i) {
    w[i] = constant(c.weights[i]);
    bias[i] = constant(c.bias[i]);
  }
  std::vector<Problem> problems{{InvertedResidual{expansion, depthwise, projection},
                                 {x, w[0], bias[0], w[1], bias[1], w[2], bias[2]},
                                 {y}},
                                {expansion, {x, w[0], bias[0]}, {expanded}},
                                {depthwise, {expanded, w[1], bias[1]}, {filtered}},
                                {projection, {filtered, w[2], bias[2]}, {y}}};
  if (!b.expands()) {
    problems.erase(problems.begin() + 1);
    problems[0].inputs[1].present = problems[0].inputs[2].present = false;
  }
  if (b.stride == 1 && b.channels == b.columns) {
    problems[0].inputs.push_back(x);
    problems.back().inputs.push_back(x);
  }
  return problems;
}

// Prints a line; the seconds that the network's blocks of this kind take apart and at best.
std::pair<double, double> time_block(const Block& b, int64_t batch, bool libraries) {
  const Constants constants(b);
  const auto problems = problems_of(b, constants, batch);
  const Problem& whole = problems[0];
  TimingCache cache;
  Tuner tuner(cuda_device(0), cache, 5);
  const DeviceFacts& gpu = device_facts(0);
  fmt::print(
      "n{} {}x{}x{} -> {} /{} -> {}: floor {:.1f}, apart", batch, b.side, b.side, b.channels,
      b.expanded, b.stride, b.columns,
      1e6 * std::max(flops_of(whole) / gpu.f16_flops, bytes_moved(whole) / gpu.bytes_per_second));
  double apart = 0;
  for (size_t i = 1; i < problems.size(); ++i) {
    const auto times = times_of(problems[i], libraries, tuner);
    if (times.empty()) return {};
    apart += times[0].seconds;
    fmt::print(" {:.1f} ({})", times[0].seconds * 1e6, times[0].tactic->name());
  }
  fmt::print(" = {:.1f} us |", apart * 1e6);
  double best = apart;
  for (const Timing& t : times_of(whole, libraries, tuner)) {
    best = std::min(best, t.seconds);
    fmt::print(" {} {:.1f} ({:.0f} GB/s)", t.tactic->name(), t.seconds * 1e6,
               bytes_moved(whole) / t.seconds / 1e9);
  }
  fmt::print("\n");
  return {b.count * apart, b.count * best};
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  return tenon::time_batches(argc, argv, [](int64_t batch, bool libraries) {
    double apart = 0, best = 0;
    for (const tenon::Block& block : tenon::kBlocks) {
      const auto [a, b] = tenon::time_block(block, batch, libraries);
      apart += a;
      best += b;
    }
    fmt::print("n{}: all blocks {:.1f} us apart, {:.1f} us with those joined that gain\n", batch,
               apart * 1e6, best * 1e6);
  });
}

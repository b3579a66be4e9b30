// Times the beginnings of inverted residual blocks, a 1x1 convolution and a depthwise one in one
// kernel, against the two kernels one after the other (FP16, channels last):
//   cuda_conv_depthwise [own] MODEL BATCH [MODEL BATCH]...
// MODEL is mobilenet_v2 or efficientnet_b0; with `own`, libraries' kernels do not compete. Times
// are those of kernels alone in a loop, as the builder takes them.

#include <algorithm>
#include <string>
#include <vector>

#include "bench/tactic_times.h"
#include "cuda/device_facts.h"
#include "ops/conv_depthwise.h"

namespace tenon {
namespace {

struct Block {
  int64_t channels, side, expanded, kernel, stride;
  int count;  // in the model
};
constexpr Block kMobilenet[] = {
    {16, 112, 96, 3, 2, 1}, {24, 56, 144, 3, 1, 1}, {24, 56, 144, 3, 2, 1},
    {32, 28, 192, 3, 1, 2}, {32, 28, 192, 3, 2, 1}, {64, 14, 384, 3, 1, 4},
    {96, 14, 576, 3, 1, 2}, {96, 14, 576, 3, 2, 1}, {160, 7, 960, 3, 1, 3}};
constexpr Block kEfficientnet[] = {
    {16, 112, 96, 3, 2, 1},  {24, 56, 144, 3, 1, 1},  {24, 56, 144, 5, 2, 1},
    {40, 28, 240, 5, 1, 1},  {40, 28, 240, 3, 2, 1},  {80, 14, 480, 3, 1, 2},
    {80, 14, 480, 5, 1, 1},  {112, 14, 672, 5, 1, 2}, {112, 14, 672, 5, 2, 1},
    {192, 7, 1152, 5, 1, 3}, {192, 7, 1152, 3, 1, 1}};

struct Total {
  double apart = 0, joined = 0, faster = 0;  // seconds
};

void time_block(const Block& b, const Activation& act, int64_t batch, bool libraries,
                Total& total) {
  const int64_t out = (b.side - 1) / b.stride + 1, pad = b.kernel / 2;
  const Tensor w1 = random_weights({b.expanded, b.channels, 1, 1}),
               w2 = random_weights({b.expanded, 1, b.kernel, b.kernel}),
               bias = Tensor::zeros(kType, {b.expanded});
  const OperandDesc x = tensor({batch, b.channels, b.side, b.side}),
                    between = tensor({batch, b.expanded, b.side, b.side}),
                    y = tensor({batch, b.expanded, out, out});
  const Conv expansion{.act = act};
  const Conv depthwise{.stride = {b.stride, b.stride},
                       .pad_begin = {pad, pad},
                       .pad_end = {pad, pad},
                       .groups = b.expanded,
                       .act = act};
  const Problem first{expansion, {x, constant(w1), constant(bias)}, {between}};
  const Problem second{depthwise, {between, constant(w2), constant(bias)}, {y}};
  const Problem both{ConvDepthwise{expansion, depthwise},
                     {x, constant(w1), constant(bias), constant(w2), constant(bias)},
                     {y}};
  TimingCache cache;
  Tuner tuner(cuda_device(0), cache, 5);
  const auto one = times_of(first, libraries, tuner), other = times_of(second, libraries, tuner),
             fused = times_of(both, libraries, tuner);
  if (one.empty() || other.empty() || fused.empty()) return fmt::print("no kernel\n");
  const double apart = one[0].seconds + other[0].seconds;
  total.apart += b.count * apart;
  total.joined += b.count * fused[0].seconds;
  total.faster += b.count * std::min(apart, fused[0].seconds);
  const double floor = bytes_moved(both) / device_facts(0).bytes_per_second;
  fmt::print(
      "n{} {}x{}x{} -> {}, {}x{} / {}: {:.2f} + {:.2f} = {:.2f} us apart ({}, {}), floor {:.1f} |",
      batch, b.side, b.side, b.channels, b.expanded, b.kernel, b.kernel, b.stride,
      one[0].seconds * 1e6, other[0].seconds * 1e6, apart * 1e6, one[0].tactic->name(),
      other[0].tactic->name(), floor * 1e6);
  for (const Timing& t : fused) fmt::print(" {} {:.2f}", t.tactic->name(), t.seconds * 1e6);
  fmt::print("\n");
}

void time_model(const std::string& model, int64_t batch, bool libraries) {
  const bool mobilenet = model == "mobilenet_v2";
  const Activation act =
      mobilenet ? Activation{UnaryFn::kClip, 0, 6} : Activation{UnaryFn::kSwish, 1};
  Total total;
  for (const Block& block : mobilenet ? std::span<const Block>(kMobilenet) : kEfficientnet) {
    time_block(block, act, batch, libraries, total);
  }
  fmt::print("{} n{}: {:.1f} us apart, {:.1f} joined, {:.1f} with the faster of each\n", model,
             batch, total.apart * 1e6, total.joined * 1e6, total.faster * 1e6);
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  try {
    bool libraries = true;
    std::string model;
    for (int i = 1; i < argc; ++i) {
      const std::string argument = argv[i];
      if (argument == "own") {
        libraries = false;
      } else if (model.empty()) {
        model = argument;
      } else {
        tenon::time_model(model, std::stoll(argument), libraries);
        model.clear();
      }
    }
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}

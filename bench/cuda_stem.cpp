// Times the first convolution of networks of images, max pooling behind it, and both in one kernel
// (FP16; x in NCHW, results channels last):
//   cuda_stem [all] BATCH...     with `all`, libraries' kernels compete as well
// Times are those of kernels alone in a loop, as the builder takes them.

#include <algorithm>
#include <string>
#include <vector>

#include "bench/tactic_times.h"
#include "cuda/device_facts.h"
#include "ops/conv_pool.h"

namespace tenon {
namespace {

struct Stem {
  const char* network;
  int64_t side, filters, window, stride, pad;
  int64_t pool_pad = -1;  // none behind it
  bool ceil = false;
};
constexpr Stem kStems[] = {{"ResNet", 224, 64, 7, 2, 3, 1},
                           {"SqueezeNet", 224, 64, 3, 2, 0, 0, true},
                           {"Inception-v3", 299, 32, 3, 2, 0},
                           {"MobileNet", 224, 32, 3, 2, 1},
                           {"VGG", 224, 64, 3, 1, 1}};

// The problem with the result that inference gives it, channels last.
Problem problem_of(const Op& op, std::vector<OperandDesc> inputs) {
  std::vector<Fact> facts;
  for (const OperandDesc& d : inputs) {
    facts.push_back({.present = true, .type = {d.dtype, Shape(d.dims.begin(), d.dims.end())}});
  }
  const Dims y = to_dims(infer(op, facts).outputs[0].type.dims);
  return {op, std::move(inputs), {tensor(y, Layout::kChannelsLast)}};
}

// Prints the time of every tactic that takes the problem in its layouts, the fastest first; returns
// the least.
double print_times(const char* what, const Problem& problem, bool libraries, Tuner& tuner) {
  const std::vector<Timing> times = times_of(problem, libraries, tuner);
  const DeviceFacts& gpu = device_facts(0);
  fmt::print(
      "  {}, floor {:.1f} us |", what,
      std::max(flops_of(problem) / gpu.f16_flops, bytes_moved(problem) / gpu.bytes_per_second) *
          1e6);
  for (size_t i = 0; i < std::min<size_t>(times.size(), 5); ++i) {
    fmt::print(" {} {:.1f}", times[i].tactic->name(), times[i].seconds * 1e6);
  }
  fmt::print("\n");
  return times.empty() ? 0 : times[0].seconds;
}

void time_stem(const Stem& s, int64_t batch, bool libraries) {
  const Tensor weights = random_weights({s.filters, 3, s.window, s.window});
  const Tensor bias = random_weights({s.filters});
  const Conv conv{.stride = {s.stride, s.stride},
                  .pad_begin = {s.pad, s.pad},
                  .pad_end = {s.pad, s.pad},
                  .act = {UnaryFn::kRelu}};
  const std::vector<OperandDesc> inputs{tensor({batch, 3, s.side, s.side}, Layout::kLinear),
                                        constant(weights), constant(bias)};
  TimingCache cache;
  Tuner tuner(cuda_device(0), cache, 5);
  fmt::print("{} n{}\n", s.network, batch);
  const Problem first = problem_of(conv, inputs);
  const double apart = print_times("convolution", first, libraries, tuner);
  if (s.pool_pad < 0) return;
  const Pool pool{.window = {3, 3},
                  .stride = {2, 2},
                  .pad_begin = {s.pool_pad, s.pool_pad},
                  .pad_end = {s.pool_pad, s.pool_pad},
                  .ceil_mode = s.ceil};
  const double both =
      apart + print_times("pooling", problem_of(pool, {first.outputs[0]}), libraries, tuner);
  const double fused =
      print_times("both", problem_of(ConvPool{conv, pool}, inputs), libraries, tuner);
  fmt::print("  {:.1f} us apart, {:.1f} in one\n", both * 1e6, fused * 1e6);
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  return tenon::time_batches(argc, argv, [](int64_t batch, bool libraries) {
    for (const tenon::Stem& stem : tenon::kStems) tenon::time_stem(stem, batch, libraries);
  });
}

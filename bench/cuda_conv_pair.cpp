// Times pairs of 1x1 convolutions against the two kernels one after the other (FP16, channels
// last), as ResNet-50 has them:
//   cuda_conv_pair [all] BATCH...     with `all`, libraries' kernels compete as well
// Times are those of kernels alone in a loop, as the builder takes them.

#include <algorithm>
#include <string>
#include <vector>

#include "bench/tactic_times.h"
#include "cuda/device_facts.h"
#include "ops/conv_pair.h"

namespace tenon {
namespace {

struct Pair {
  int64_t channels, side, middle, columns;
};
constexpr Pair kPairs[] = {{64, 56, 256, 64},
                           {64, 56, 256, 128},
                           {128, 28, 512, 128},
                           {128, 28, 512, 256},
                           {256, 14, 1024, 256}};

struct Constants {
  Tensor weights1, bias1, weights2, bias2;
  explicit Constants(const Pair& p)
      : weights1(random_weights({p.middle, p.channels, 1, 1})),
        bias1(Tensor::zeros(kType, {p.middle})),
        weights2(random_weights({p.columns, p.middle, 1, 1})),
        bias2(Tensor::zeros(kType, {p.columns})) {}
};

void time_pair(const Pair& pair, int64_t batch, bool libraries) {
  const Constants c(pair);
  const OperandDesc x = tensor({batch, pair.channels, pair.side, pair.side}),
                    y = tensor({batch, pair.middle, pair.side, pair.side}),
                    z = tensor({batch, pair.columns, pair.side, pair.side});
  const Conv relu{.act = {UnaryFn::kRelu}};
  const Problem first{relu, {x, constant(c.weights1), constant(c.bias1), y}, {y}};
  const Problem second{relu, {y, constant(c.weights2), constant(c.bias2)}, {z}};
  const Problem both{
      ConvPair{relu, relu},
      {x, constant(c.weights1), constant(c.bias1), y, constant(c.weights2), constant(c.bias2)},
      {y, z}};
  TimingCache cache;
  Tuner tuner(cuda_device(0), cache, 5);
  const auto one = times_of(first, libraries, tuner), other = times_of(second, libraries, tuner),
             fused = times_of(both, libraries, tuner);
  if (one.empty() || other.empty() || fused.empty()) return fmt::print("no kernel\n");
  const DeviceFacts& gpu = device_facts(0);
  const double floor =
      std::max(flops_of(both) / gpu.f16_flops, bytes_moved(both) / gpu.bytes_per_second);
  fmt::print("n{} {}x{}x{} -> {} -> {}: {:.1f} + {:.1f} us apart ({}, {}), floor {:.1f} |", batch,
             pair.side, pair.side, pair.channels, pair.middle, pair.columns, one[0].seconds * 1e6,
             other[0].seconds * 1e6, one[0].tactic->name(), other[0].tactic->name(), floor * 1e6);
  for (const Timing& t : fused) {
    fmt::print(" {} {:.1f} ({:.0f} GB/s, {:.0f} TFLOP/s)", t.tactic->name(), t.seconds * 1e6,
               bytes_moved(both) / t.seconds / 1e9, flops_of(both) / t.seconds / 1e12);
  }
  fmt::print("\n");
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  return tenon::time_batches(argc, argv, [](int64_t batch, bool libraries) {
    for (const tenon::Pair& pair : tenon::kPairs) tenon::time_pair(pair, batch, libraries);
  });
}

// Times every Winograd tactic on the 3x3 layers of well-known networks.
//
//   cpu_winograd [threads=2] [part of a network's name]
//
// Prints a layer's milliseconds, its rate in GFLOP/s of the direct convolution, and the shares of
// the phases as measured on one thread apart from each other.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "cpu/cpu_stream.h"
#include "cpu/kernels/deconv/deconv_tactics.h"
#include "cpu/kernels/winograd/winograd_launch.h"
#include "cpu/kernels/winograd/winograd_tactics.h"
#include "ops/conv.h"
#include "ops/deconv.h"

namespace tenon {
namespace {

struct Layer {
  std::string_view network;
  int64_t channels, side, filters;
  int count;  // how often the network has it
  int64_t pad = 1;
  bool deconv = false;  // 2x2, stride 2, instead of the convolution
};

constexpr Layer kLayers[] = {
    {"vgg19", 64, 224, 64, 1},          {"vgg19", 64, 112, 128, 1},
    {"vgg19", 128, 112, 128, 1},        {"vgg19", 128, 56, 256, 1},
    {"vgg19", 256, 56, 256, 3},         {"vgg19", 256, 28, 512, 1},
    {"vgg19", 512, 28, 512, 3},         {"vgg19", 512, 14, 512, 4},
    {"unet", 32, 256, 32, 2},           {"unet", 32, 128, 64, 1},
    {"unet", 64, 128, 64, 2},           {"unet", 64, 64, 128, 1},
    {"unet", 128, 64, 128, 2},          {"unet", 128, 32, 256, 1},
    {"unet", 256, 32, 256, 2},          {"unet", 256, 16, 512, 1},
    {"unet", 512, 16, 512, 1},          {"unet", 512, 32, 256, 1},
    {"unet", 256, 64, 128, 1},          {"unet", 128, 128, 64, 1},
    {"unet", 64, 256, 32, 1},           {"unet", 512, 16, 256, 1, 0, true},
    {"unet", 256, 32, 128, 1, 0, true}, {"unet", 128, 64, 64, 1, 0, true},
    {"unet", 64, 128, 32, 1, 0, true},  {"resnet18", 64, 56, 64, 4},
    {"resnet18", 128, 28, 128, 3},      {"resnet18", 256, 14, 256, 3},
    {"resnet18", 512, 7, 512, 3},       {"resnet50", 64, 56, 64, 3},
    {"resnet50", 128, 28, 128, 3},      {"resnet50", 256, 14, 256, 5},
    {"resnet50", 512, 7, 512, 2},       {"inception", 32, 149, 32, 1, 0},
    {"inception", 32, 147, 64, 1},      {"inception", 80, 73, 192, 1, 0},
    {"inception", 64, 35, 96, 4},       {"inception", 96, 35, 96, 3},
    {"inception", 448, 8, 384, 2},
};

class BenchStream : public CpuStreamBase {
 public:
  explicit BenchStream(ThreadPool& pool) : CpuStreamBase(pool) {}
  void* handle() const override { return nullptr; }
  bool capturing() const override { return false; }
  void submit(StreamTask task, std::shared_ptr<const void>) override { task.run(task.arg, *this); }
  void synchronize() override {}
};

struct FreeMemory {
  void operator()(void* p) const { std::free(p); }
};
using Memory = std::unique_ptr<float, FreeMemory>;

// Random numbers: zeros would run faster than real data.
Memory random_memory(size_t bytes) {
  const size_t size = (bytes + 127) / 64 * 64;
  Memory memory(static_cast<float*>(std::aligned_alloc(64, size)));
  uint32_t state = 1;
  for (size_t i = 0; i < size / sizeof(float); ++i) {
    state = state * 1664525 + 1013904223;
    memory.get()[i] = static_cast<float>(state >> 8) * 0x1p-23F - 1;
  }
  return memory;
}

Problem problem_of(const Layer& layer, const Tensor& weights, const Tensor& bias) {
  const int64_t out = layer.deconv ? layer.side * 2 : layer.side + 2 * layer.pad - 2;
  const std::vector<int64_t> pad{layer.pad, layer.pad};
  Problem p{layer.deconv ? Op(Deconv{.stride = {2, 2}})
                         : Op(Conv{.pad_begin = pad, .pad_end = pad, .act = {UnaryFn::kRelu}}),
            {},
            {}};
  p.inputs = {{.dims = {1, layer.channels, layer.side, layer.side}},
              {.dims = weights.dims(), .constant = &weights, .is_constant = true},
              {.dims = {layer.filters}, .constant = &bias, .is_constant = true}};
  p.outputs = {{.dims = {1, layer.filters, out, out}}};
  return p;
}

Tensor random_tensor(const Dims& dims) {
  const Memory values = random_memory(static_cast<size_t>(dims.volume()) * sizeof(float));
  return Tensor::of<float>(DataType::kF32, dims,
                           {values.get(), static_cast<size_t>(dims.volume())});
}

template <typename Body>
double median_seconds(Body body) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  double total = 0;
  body();
  while (times.size() < 5 || (total < 0.06 && times.size() < 200)) {
    const auto begin = Clock::now();
    body();
    times.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
    total += times.back();
  }
  std::nth_element(times.begin(), times.begin() + static_cast<int64_t>(times.size() / 2),
                   times.end());
  return times[times.size() / 2];
}

double time_tactic(const Tactic& tactic, Problem problem, ThreadPool& pool) {
  const auto offer = std::get<std::vector<LayoutOffer>>(tactic.offer(problem)).at(0);
  problem.inputs[0].layout = offer.inputs[0];
  problem.outputs[0].layout = offer.outputs[0];
  const std::vector<std::byte> blob = tactic.pack(problem);
  const Memory packed = random_memory(blob.size());
  std::copy(blob.begin(), blob.end(), reinterpret_cast<std::byte*>(packed.get()));
  const auto launch =
      tactic.bind(problem, {reinterpret_cast<const std::byte*>(packed.get()), blob.size()});
  const Memory x = random_memory(problem.inputs[0].bytes());
  const Memory y = random_memory(problem.outputs[0].bytes());
  const Memory workspace = random_memory(launch->workspace_bytes());
  BenchStream stream(pool);
  const void* inputs[] = {x.get(), nullptr, nullptr};
  void* outputs[] = {y.get()};
  return median_seconds([&] { launch->run({inputs, outputs, workspace.get(), &stream}); });
}

void bench_layer(const Layer& layer, ThreadPool& pool) {
  const Tensor weights = random_tensor(layer.deconv ? Dims{layer.channels, layer.filters, 2, 2}
                                                    : Dims{layer.filters, layer.channels, 3, 3});
  const Tensor bias = random_tensor({layer.filters});
  const Problem problem = problem_of(layer, weights, bias);
  fmt::print("{:10} {:3}x{:<3} {:3}->{:<3} x{}", layer.network, layer.side, layer.side,
             layer.channels, layer.filters, layer.count);
  for (const Tactic* tactic : layer.deconv ? deconv_tactics() : winograd_tactics()) {
    if (std::holds_alternative<Refusal>(tactic->offer(problem))) continue;
    const double seconds = time_tactic(*tactic, problem, pool);
    fmt::print("  {} {:.3f} ms {:.0f} GF", tactic->name().substr(layer.deconv ? 7 : 9),
               seconds * 1e3, flops_of(problem) / seconds * 1e-9);
    std::fflush(stdout);
  }
  fmt::print("\n");
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  tenon::ThreadPool pool(argc > 1 ? std::atoi(argv[1]) : 2);
  const std::string_view wanted = argc > 2 ? argv[2] : "";
  for (const tenon::Layer& layer : tenon::kLayers) {
    if (layer.network.find(wanted) != std::string_view::npos) tenon::bench_layer(layer, pool);
  }
}

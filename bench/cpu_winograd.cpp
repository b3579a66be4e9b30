// Times every Winograd tactic on the 3x3 layers of well-known networks.
//
//   cpu_winograd [threads=2] [part of a network's name] [part of a tactic's name]
//
// Prints a layer's milliseconds, its rate in GFLOP/s of the direct convolution, and the shares in
// per cent of the threads' time that go to the transforms of weights and inputs, the products and
// the transform of outputs.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "cpu/cpu_stream.h"
#include "cpu/kernels/deconv/deconv_tactics.h"
#include "cpu/kernels/winograd/winograd_launch.h"
#include "cpu/kernels/winograd/winograd_tactics.h"
#include "cpu/kernels/winograd/work_sharing.h"
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

// A prepared launch with its memory.
class Prepared {
 public:
  using Bind = std::unique_ptr<Launch> (*)(const Tactic&, const Problem&,
                                           std::span<const std::byte>);
  Prepared(const Tactic& tactic, Problem problem, Bind bind) {
    const auto offer = std::get<std::vector<LayoutOffer>>(tactic.offer(problem)).at(0);
    problem.inputs[0].layout = offer.inputs[0];
    problem.outputs[0].layout = offer.outputs[0];
    const std::vector<std::byte> blob = tactic.pack(problem);
    packed_ = random_memory(blob.size());
    std::copy(blob.begin(), blob.end(), reinterpret_cast<std::byte*>(packed_.get()));
    launch_ =
        bind(tactic, problem, {reinterpret_cast<const std::byte*>(packed_.get()), blob.size()});
    x_ = random_memory(problem.inputs[0].bytes());
    y_ = random_memory(problem.outputs[0].bytes());
    workspace_ = random_memory(launch_->workspace_bytes());
  }
  void run(ThreadPool& pool) const {
    BenchStream stream(pool);
    const void* inputs[] = {x_.get(), nullptr, nullptr};
    void* outputs[] = {y_.get()};
    launch_->run({inputs, outputs, workspace_.get(), &stream});
  }

 private:
  std::unique_ptr<Launch> launch_;
  Memory packed_, x_, y_, workspace_;
};

double time_tactic(const Tactic& tactic, const Problem& problem, ThreadPool& pool) {
  const Prepared prepared(tactic, problem,
                          [](const Tactic& t, const Problem& p, std::span<const std::byte> blob) {
                            return t.bind(p, blob);
                          });
  return median_seconds([&] { prepared.run(pool); });
}

// The kernels being timed, and the nanoseconds that all threads spent in each.
const WinogradKernels* timed = nullptr;
enum Phase { kWeights, kInput, kMultiply, kOutput, kPhases };
std::array<std::atomic<int64_t>, kPhases> spent;

template <Phase kPhase, auto kKernel>
struct Timed;
template <Phase kPhase, typename... Args, void (*WinogradKernels::*kKernel)(Args...)>
struct Timed<kPhase, kKernel> {
  static void run(Args... args) {
    const auto begin = std::chrono::steady_clock::now();
    (timed->*kKernel)(args...);
    spent[kPhase] += (std::chrono::steady_clock::now() - begin).count();
  }
};

const WinogradKernels& kernels_of(std::string_view tactic) {
  const bool wide = tactic.ends_with("avx512");
  if (tactic.starts_with("winograd_f2")) return wide ? avx512::kWinograd2 : avx2::kWinograd2;
  if (tactic.starts_with("winograd_f4")) return wide ? avx512::kWinograd4 : avx2::kWinograd4;
  return wide ? avx512::kWinograd6 : avx2::kWinograd6;
}

void print_phases(const Tactic& tactic, const Problem& problem, ThreadPool& pool) {
  timed = &kernels_of(tactic.name());
  const Prepared prepared(
      tactic, problem, [](const Tactic&, const Problem& p, std::span<const std::byte> blob) {
        static const WinogradKernels wide{0,
                                          0,
                                          Timed<kWeights, &WinogradKernels::transform_weights>::run,
                                          Timed<kInput, &WinogradKernels::transform_input>::run,
                                          Timed<kMultiply, &WinogradKernels::multiply>::run,
                                          Timed<kOutput, &WinogradKernels::transform_output>::run};
        static WinogradKernels kernels;
        kernels = wide;
        kernels.out_side = timed->out_side;
        kernels.lanes = timed->lanes;
        const WinogradShape shape = winograd_shape(p, kernels.out_side);
        return bind_winograd(p, blob, kernels, choose_blocking(shape, kernels, concurrency()));
      });
  prepared.run(pool);
  for (auto& s : spent) s = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) prepared.run(pool);
  const auto total = (std::chrono::steady_clock::now() - begin).count() * pool.threads();
  fmt::print(" (");
  for (const auto& s : spent)
    fmt::print(" {:.0f}", 100.0 * static_cast<double>(s) / static_cast<double>(total));
  fmt::print(" )");
}

void bench_layer(const Layer& layer, ThreadPool& pool, std::string_view wanted) {
  const Tensor weights = random_tensor(layer.deconv ? Dims{layer.channels, layer.filters, 2, 2}
                                                    : Dims{layer.filters, layer.channels, 3, 3});
  const Tensor bias = random_tensor({layer.filters});
  const Problem problem = problem_of(layer, weights, bias);
  fmt::print("{:10} {:3}x{:<3} {:3}->{:<3} x{}", layer.network, layer.side, layer.side,
             layer.channels, layer.filters, layer.count);
  for (const Tactic* tactic : layer.deconv ? deconv_tactics() : winograd_tactics()) {
    if (std::holds_alternative<Refusal>(tactic->offer(problem))) continue;
    if (tactic->name().find(wanted) == std::string_view::npos) continue;
    const double seconds = time_tactic(*tactic, problem, pool);
    fmt::print("  {} {:.3f} ms {:.0f} GF", tactic->name().substr(layer.deconv ? 7 : 9),
               seconds * 1e3, flops_of(problem) / seconds * 1e-9);
    if (!layer.deconv) print_phases(*tactic, problem, pool);
    std::fflush(stdout);
  }
  fmt::print("\n");
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  tenon::ThreadPool pool(argc > 1 ? std::atoi(argv[1]) : 2);
  const std::string_view network = argc > 2 ? argv[2] : "";
  const std::string_view tactic = argc > 3 ? argv[3] : "";
  for (const tenon::Layer& layer : tenon::kLayers) {
    if (layer.network.find(network) == std::string_view::npos) continue;
    tenon::bench_layer(layer, pool, tactic);
  }
}

// Times every convolution of a network with each tactic of the CPU device that does it:
//   cpu_conv MODEL [TACTIC-SUBSTRING] [THREADS] [REPEATS]
// Layers run in the network's order with weights of their own, so that caches are as cold as in the
// network. Prints the least milliseconds of one layer, its rate, and the sum with the best tactics.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <map>
#include <random>
#include <string>

#include "bench/conv_layers.h"
#include "cpu/cpu_stream.h"
#include "cpu/kernels/conv/conv_tactics.h"
#include "ops/conv.h"

namespace tenon {
namespace {

class BenchStream : public CpuStreamBase {
 public:
  using CpuStreamBase::CpuStreamBase;
  void* handle() const override { return nullptr; }
  bool capturing() const override { return false; }
  void submit(StreamTask task, std::shared_ptr<const void>) override { task.run(task.arg, *this); }
  void synchronize() override {}
};

struct AlignedBytes {
  explicit AlignedBytes(size_t bytes)
      : data(static_cast<std::byte*>(std::aligned_alloc(64, (bytes + 64) / 64 * 64))) {}
  AlignedBytes(AlignedBytes&& other) noexcept : data(std::exchange(other.data, nullptr)) {}
  ~AlignedBytes() { std::free(data); }
  std::byte* data;
};

AlignedBytes aligned_copy(std::span<const std::byte> bytes) {
  AlignedBytes copy(bytes.size());
  std::ranges::copy(bytes, copy.data);
  return copy;
}

std::vector<float> random_values(int64_t count, double scale) {
  static std::mt19937 engine(7);
  std::uniform_real_distribution<float> uniform(static_cast<float>(-scale),
                                                static_cast<float>(scale));
  std::vector<float> values(static_cast<size_t>(count));
  for (float& v : values) v = uniform(engine);
  return values;
}

// One tactic's way to do one layer, with weights for each of the layer's occurrences.
struct Candidate {
  const Tactic* tactic;
  std::vector<AlignedBytes> weights;
  std::vector<std::unique_ptr<Launch>> launches;
  std::vector<double> seconds;
};

Problem make_problem(const Layer& l) {
  const Conv conv{.stride = {l.stride, l.stride},
                  .pad_begin = {l.pad_h, l.pad_w},
                  .pad_end = {l.pad_h, l.pad_w},
                  .groups = l.groups,
                  .act = {.fn = UnaryFn::kRelu}};
  const int64_t oh = (l.side + 2 * l.pad_h - l.kh) / l.stride + 1;
  const int64_t ow = (l.side + 2 * l.pad_w - l.kw) / l.stride + 1;
  Problem p{.op = conv, .inputs = {}, .outputs = {}};
  p.inputs.push_back({.dims = {1, l.c, l.side, l.side}});
  p.inputs.push_back({.dims = {l.k, l.c / l.groups, l.kh, l.kw}, .is_constant = true});
  p.inputs.push_back({.dims = {l.k}, .is_constant = true});
  p.outputs.push_back({.dims = {1, l.k, oh, ow}});
  return p;
}

std::vector<Candidate> make_candidates(const Layer& l, std::string_view filter) {
  std::vector<Candidate> candidates;
  Problem p = make_problem(l);
  const Dims& w = p.inputs[1].dims;
  const double scale = 1 / std::sqrt(static_cast<double>(w[1] * w[2] * w[3]));
  const Tensor weights = Tensor::f32(w, random_values(w.volume(), scale));
  const Tensor bias = Tensor::f32({l.k}, random_values(l.k, 1));
  p.inputs[1].constant = &weights;
  p.inputs[2].constant = &bias;
  for (const Tactic* tactic : conv_tactics()) {
    if (tactic->name().find(filter) == std::string_view::npos) continue;
    const Offer offer = tactic->offer(p);
    const auto* layouts = std::get_if<std::vector<LayoutOffer>>(&offer);
    if (layouts == nullptr) continue;
    for (size_t i = 0; i < p.inputs.size(); ++i) p.inputs[i].layout = (*layouts)[0].inputs[i];
    p.outputs[0].layout = (*layouts)[0].outputs[0];
    Candidate c{.tactic = tactic};
    const auto packed = tactic->pack(p);
    for (int i = 0; i < l.count; ++i) {
      c.weights.push_back(aligned_copy(packed));
      c.launches.push_back(
          tactic->bind(p, std::span<const std::byte>(c.weights.back().data, packed.size())));
    }
    candidates.push_back(std::move(c));
  }
  return candidates;
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The least of several runs: what is measured is the kernel, not what else the machine does.
double least(const std::vector<double>& values) {
  return values.empty() ? 0 : std::ranges::min(values);
}

void print_layer(const Layer& l, const std::vector<Candidate>& candidates, double* total) {
  const Problem p = make_problem(l);
  double best = 1e9;
  for (const Candidate& c : candidates) {
    const double t = least(c.seconds);
    best = std::min(best, t);
    fmt::print("{:5} x{:3} -> {:5}  {}x{} /{} g{:<5} x{:<3} {:8.4f} ms {:7.1f} GFLOP/s  {}\n", l.c,
               l.side, l.k, l.kh, l.kw, l.stride, l.groups, l.count, t * 1e3, flops_of(p) / t / 1e9,
               c.tactic->name());
  }
  if (!candidates.empty()) *total += best * l.count;
}

int run(const std::string& model, std::string_view filter, int threads, int repeats) {
  const std::span<const Layer> layers = layers_of(model);
  std::vector<std::vector<Candidate>> work;
  size_t passes = 1;
  for (const Layer& l : layers) {
    work.push_back(make_candidates(l, filter));
    passes = std::max(passes, work.back().size());
  }
  constexpr size_t kActivationBytes = 64 << 20;
  AlignedBytes from(kActivationBytes), to(kActivationBytes), workspace(kActivationBytes);
  const auto values = random_values(kActivationBytes / 4, 1);
  std::memcpy(from.data, values.data(), kActivationBytes);
  std::memcpy(to.data, values.data(), kActivationBytes);
  ThreadPool pool(threads);
  BenchStream stream(pool);
  for (int r = 0; r <= repeats; ++r) {
    for (size_t pass = 0; pass < passes; ++pass) {
      for (auto& candidates : work) {
        if (candidates.empty()) continue;
        Candidate& c = candidates[pass % candidates.size()];
        for (const auto& launch : c.launches) {
          const void* inputs[] = {from.data, nullptr, nullptr};
          void* outputs[] = {to.data};
          const double start = seconds_now();
          launch->run({inputs, outputs, workspace.data, &stream});
          if (r > 0) c.seconds.push_back(seconds_now() - start);
          std::swap(from.data, to.data);
        }
      }
    }
  }
  double total = 0, flops = 0;
  for (size_t i = 0; i < layers.size(); ++i) {
    print_layer(layers[i], work[i], &total);
    flops += flops_of(make_problem(layers[i])) * layers[i].count;
  }
  fmt::print("{}: {:.3f} ms, {:.1f} GFLOP/s\n", model, total * 1e3, flops / total / 1e9);
  return 0;
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: {} MODEL [TACTIC-SUBSTRING] [THREADS] [REPEATS]\n", argv[0]);
    return 2;
  }
  try {
    return tenon::run(argv[1], argc > 2 ? argv[2] : "", argc > 3 ? std::stoi(argv[3]) : 2,
                      argc > 4 ? std::stoi(argv[4]) : 20);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}

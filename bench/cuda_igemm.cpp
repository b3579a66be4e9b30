// Times the convolutions of a network with the GPU's own kernels, channels last, in TYPE f16, bf16
// or tf32:
//   cuda_igemm layers TYPE MODEL BATCH...   each layer: its best tactics and their guesses
//   cuda_igemm chain TYPE MODEL BATCH...    all layers in one graph with the best tactic each,
//                                           without and with dependent launches
// With `layers+` and `chain+` libraries' kernels compete as well. In `layers` every own tactic that
// can do the layer runs, offered (*) or not, and results are compared.

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "bench/conv_layers.h"
#include "cuda/check.h"
#include "cuda/cuda_device.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_launch.h"
#include "cuda/device_facts.h"
#include "ops/conv.h"

namespace tenon {
namespace {

constexpr size_t kWorkspace = size_t{256} << 20;

// What is to be timed.
struct Choice {
  DataType type = DataType::kF16;  // FP32 by TF32 products
  bool libraries = false;
};

class DeviceBytes {
 public:
  explicit DeviceBytes(size_t bytes)
      : data_(static_cast<std::byte*>(cuda_device(0).default_allocator().allocate(bytes))) {}
  explicit DeviceBytes(std::span<const std::byte> bytes) : DeviceBytes(bytes.size()) {
    cuda_device(0).copy_to_device(data_, bytes);
  }
  ~DeviceBytes() { cuda_device(0).default_allocator().release(data_); }
  DeviceBytes(const DeviceBytes&) = delete;
  DeviceBytes& operator=(const DeviceBytes&) = delete;
  std::byte* data() const { return data_; }

 private:
  std::byte* data_;
};

Tensor random_numbers(DataType type, const Dims& dims, double scale) {
  static std::mt19937 engine(7);
  return Tensor::make(type, dims, [&](const TensorView& to) {
    for (int64_t i = 0; i < to.volume(); ++i) {
      set_element(to, i, scale * static_cast<int32_t>(engine()) / 2147483648.0);
    }
  });
}

// The widening 1x1 convolutions close a block: they add its input.
bool has_residual(const Layer& l) { return l.kh == 1 && l.stride == 1 && l.k == 4 * l.c; }

struct Work {
  Problem problem;
  Tensor weights, bias;
};

std::unique_ptr<Work> make_work(const Layer& l, int64_t batch, DataType type) {
  const Conv conv{.stride = {l.stride, l.stride},
                  .pad_begin = {l.pad_h, l.pad_w},
                  .pad_end = {l.pad_h, l.pad_w},
                  .groups = l.groups,
                  .act = {.fn = UnaryFn::kRelu}};
  const int64_t oh = (l.side + 2 * l.pad_h - l.kh) / l.stride + 1;
  const int64_t ow = (l.side + 2 * l.pad_w - l.kw) / l.stride + 1;
  const Dims w{l.k, l.c / l.groups, l.kh, l.kw};
  auto work = std::make_unique<Work>(Work{.problem = {.op = conv, .inputs = {}, .outputs = {}}});
  work->weights = random_numbers(type, w, std::sqrt(3.0 / static_cast<double>(w.volume() / w[0])));
  work->bias = random_numbers(type, {l.k}, 0.5);
  Problem& p = work->problem;
  p.inputs = {{.dtype = type, .dims = {batch, l.c, l.side, l.side}},
              {.dtype = type, .dims = w, .constant = &work->weights, .is_constant = true},
              {.dtype = type, .dims = {l.k}, .constant = &work->bias, .is_constant = true}};
  p.outputs = {{.dtype = type, .dims = {batch, l.k, oh, ow}}};
  if (has_residual(l)) p.inputs.push_back(p.outputs[0]);
  p.tf32 = type == DataType::kF32;
  return work;
}

bool is_own(const Tactic& tactic) {
  return tactic.name().starts_with("igemm") || tactic.name().starts_with("conv_stem") ||
         tactic.name().starts_with("conv_depthwise");
}

// Those that can do the problem in channels last.
std::vector<const Tactic*> able_tactics(const Problem& p, bool libraries) {
  std::vector<const Tactic*> able;
  const auto all = cuda_device(0).tactics("conv");
  const bool wide = p.inputs[0].dtype == DataType::kF32;
  const int64_t piece = wide ? 4 : 8;  // channels of 16 bytes
  for (const Tactic* t : all.first(all.size() - 1)) {
    if (!libraries && !is_own(*t)) continue;
    if (t->name().starts_with("igemm")) {
      if (t->name().ends_with("_tf32") != wide) continue;
      if (p.inputs[0].dims[1] % piece != 0 || p.op.as<Conv>()->groups != 1) continue;
      if (std::isfinite(t->estimate(p))) able.push_back(t);
      continue;
    }
    const Offer offer = t->offer(p);
    const auto* layouts = std::get_if<std::vector<LayoutOffer>>(&offer);
    if (layouts == nullptr) continue;
    if (layouts->front().outputs[0] == Layout::kChannelsLast) able.push_back(t);
  }
  return able;
}

void set_layouts(Problem& p, const Tactic& tactic) {
  const Offer offer = tactic.offer(p);
  const auto* layouts = std::get_if<std::vector<LayoutOffer>>(&offer);
  for (size_t i = 0; i < p.inputs.size(); ++i) {
    if (p.inputs[i].is_constant) continue;
    p.inputs[i].layout = layouts ? layouts->front().inputs[i] : Layout::kChannelsLast;
  }
  p.outputs[0].layout = layouts ? layouts->front().outputs[0] : Layout::kChannelsLast;
}

// A launch with the constants it points at.
struct Bound {
  std::vector<std::byte> packed, code;
  DeviceBytes constants;
  std::unique_ptr<Launch> launch;
  Bound(const Tactic& tactic, const Problem& p)
      : packed(tactic.pack(p)), code(tactic.compile(p)), constants(packed) {
    launch = tactic.bind(p, Packed({constants.data(), packed.size()}, code));
  }
};

// Memory that layers read and write, with random numbers in the part that is read.
struct Buffers {
  DeviceBytes x, y, residual, workspace;
  Buffers(size_t bytes, DataType type)
      : x(bytes), y(bytes), residual(bytes), workspace(kWorkspace) {
    const Tensor random = random_numbers(type, {4 << 20}, 1);
    for (const DeviceBytes* to : {&x, &y, &residual}) {
      for (size_t at = 0; at < bytes; at += random.bytes().size()) {
        const size_t count = std::min(random.bytes().size(), bytes - at);
        cuda_device(0).copy_to_device(to->data() + at, random.bytes().first(count));
      }
    }
  }
};

size_t most_bytes(std::span<const Layer> layers, int64_t batch, DataType type) {
  size_t most = 0;
  for (const Layer& l : layers) {
    const auto work = make_work(l, batch, type);
    most = std::max({most, work->problem.inputs[0].bytes(), work->problem.outputs[0].bytes()});
  }
  return most;
}

struct Timed {
  const Tactic* tactic;
  double seconds;
  bool offered;
};

void run_once(const Launch& launch, const LaunchArgs& args) {
  struct Task {
    const Launch& launch;
    LaunchArgs args;
  } task{launch, args};
  cuda_device(0).run_now({[](void* arg, Stream& stream) {
                            auto& t = *static_cast<Task*>(arg);
                            t.args.stream = &stream;
                            t.launch.run(t.args);
                          },
                          &task});
}

// The largest difference of two results, relative to the largest number.
double difference(const Tensor& a, const Tensor& b) {
  double largest = 0, most = 0;
  for (int64_t i = 0; i < a.volume(); ++i) {
    const double x = element(a.view(), i), y = element(b.view(), i);
    largest = std::max(largest, std::abs(x));
    const double apart = std::abs(x - y);
    most = std::isfinite(apart) ? std::max(most, apart) : 1e9;
  }
  return most / std::max(largest, 1e-9);
}

std::vector<Timed> time_layer(const Work& work, const Buffers& buffers, bool check,
                              const Choice& choice) {
  std::vector<Timed> times;
  Problem p = work.problem;
  Tensor want;
  double best = 1;
  for (const Tactic* tactic : able_tactics(p, choice.libraries)) {
    set_layouts(p, *tactic);
    const Bound bound(*tactic, p);
    if (bound.launch->workspace_bytes() > kWorkspace) continue;
    const void* inputs[] = {buffers.x.data(), nullptr, nullptr, buffers.residual.data()};
    void* outputs[] = {buffers.y.data()};
    const LaunchArgs args{std::span(inputs).first(p.inputs.size()), outputs,
                          buffers.workspace.data()};
    const double seconds = cuda_device(0).time(*bound.launch, args, 5, best * 1.5);
    best = std::min(best, seconds);
    const bool offered = takes(*tactic, p);
    times.push_back({tactic, seconds, offered});
    if (!check || !is_own(*tactic)) continue;
    cuda_device(0).fill_zero(buffers.y.data(), p.outputs[0].bytes());
    run_once(*bound.launch, args);
    const Tensor got =
        Tensor::make(p.outputs[0].dtype, p.outputs[0].dims, [&](const TensorView& to) {
          cuda_device(0).copy_to_host({to.as<std::byte>(), p.outputs[0].bytes()}, buffers.y.data());
        });
    if (want.volume() == 0) want = got;
    if (const double apart = difference(want, got); !(apart < 2e-3)) {
      fmt::print("  {} differs by {:.2g}\n", tactic->name(), apart);
    }
  }
  std::ranges::stable_sort(times, {}, &Timed::seconds);
  return times;
}

int time_layers(std::span<const Layer> layers, int64_t batch, const Choice& choice) {
  const Buffers buffers(most_bytes(layers, batch, choice.type), choice.type);
  double total = 0, total_offered = 0;
  for (const Layer& l : layers) {
    const auto work = make_work(l, batch, choice.type);
    const auto times = time_layer(*work, buffers, batch <= 8, choice);
    if (times.empty()) continue;
    const double flops = flops_of(work->problem), bytes = bytes_moved(work->problem);
    const double t = times[0].seconds;
    const auto offered = std::ranges::find_if(times, &Timed::offered);
    total += t * l.count;
    total_offered += offered == times.end() ? 0 : offered->seconds * l.count;
    const DeviceFacts& gpu = device_facts();
    const double rate = gpu.f16_flops / (work->problem.tf32 ? 2 : 1);
    const double floor = std::max(flops / rate, bytes / gpu.bytes_per_second);
    fmt::print(
        "n{} {:4} x{:<3} -> {:4} {}x{}/{} x{} {:7.2f} us {:5.0f} TFLOP/s {:5.0f} GB/s floor {:.2f} "
        "|",
        batch, l.c, l.side, l.k, l.kh, l.kw, l.stride, l.count, t * 1e6, flops / t / 1e12,
        bytes / t / 1e9, floor * 1e6);
    const auto library =
        std::ranges::find_if(times, [](const Timed& timed) { return !is_own(*timed.tactic); });
    int shown = 0;
    for (auto timed = times.begin(); timed != times.end(); ++timed) {
      if (++shown > 6 && timed != offered && timed != library) continue;
      fmt::print(" {}{} {:.2f}({:.1f})",
                 timed->tactic->name().substr(timed->tactic->name().find('_') + 1),
                 timed->offered ? "*" : "", timed->seconds * 1e6,
                 timed->tactic->estimate(work->problem) * 1e6);
    }
    fmt::print("\n");
  }
  fmt::print("n{} sum of the best {:.1f} us, of the best offered {:.1f} us\n", batch, total * 1e6,
             total_offered * 1e6);
  return 0;
}

// All layers in order, each occurrence with weights of its own, captured in a graph.
class Chain {
 public:
  Chain(std::span<const Layer> layers, int64_t batch, const Buffers& buffers, const Choice& choice)
      : buffers_(buffers) {
    for (const Layer& l : layers) {
      auto work = make_work(l, batch, choice.type);
      const auto times = time_layer(*work, buffers, false, choice);
      if (times.empty()) continue;
      set_layouts(work->problem, *times[0].tactic);
      for (int i = 0; i < l.count; ++i) picks_.push_back({times[0].tactic, work.get()});
      works_.push_back(std::move(work));
    }
  }

  double seconds(bool dependent) {
    use_dependent_launches = dependent;
    std::vector<std::unique_ptr<Bound>> bound;
    for (const Pick& pick : picks_) {
      bound.push_back(std::make_unique<Bound>(*pick.tactic, pick.work->problem));
    }
    cudaStream_t handle = nullptr;
    check_cuda(cudaStreamCreateWithFlags(&handle, cudaStreamNonBlocking), "cudaStreamCreate");
    const auto stream = make_cuda_stream(handle, 0);
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t exec = nullptr;
    check_cuda(cudaStreamBeginCapture(handle, cudaStreamCaptureModeThreadLocal), "capture");
    const std::byte* x = buffers_.x.data();
    std::byte* y = buffers_.y.data();
    for (size_t i = 0; i < bound.size(); ++i) {
      const void* inputs[] = {x, nullptr, nullptr, buffers_.residual.data()};
      void* outputs[] = {y};
      bound[i]->launch->run({std::span(inputs).first(picks_[i].work->problem.inputs.size()),
                             outputs, buffers_.workspace.data(), stream.get()});
      const std::byte* next = y;
      y = const_cast<std::byte*>(x);
      x = next;
    }
    check_cuda(cudaStreamEndCapture(handle, &graph), "end of capture");
    check_cuda(cudaGraphInstantiate(&exec, graph, 0), "cudaGraphInstantiate");
    const double seconds = replay_seconds(exec, handle);
    cudaGraphExecDestroy(exec);
    cudaGraphDestroy(graph);
    cudaStreamDestroy(handle);
    use_dependent_launches = true;
    return seconds;
  }
  size_t size() const { return picks_.size(); }

 private:
  struct Pick {
    const Tactic* tactic;
    const Work* work;
  };
  static double replay_seconds(cudaGraphExec_t exec, cudaStream_t stream) {
    cudaEvent_t begin = nullptr, end = nullptr;
    cudaEventCreate(&begin);
    cudaEventCreate(&end);
    std::vector<double> samples;
    for (int i = 0; i < 60; ++i) {
      cudaEventRecord(begin, stream);
      cudaGraphLaunch(exec, stream);
      cudaEventRecord(end, stream);
      check_cuda(cudaEventSynchronize(end), "replay");
      float ms = 0;
      cudaEventElapsedTime(&ms, begin, end);
      if (i >= 10) samples.push_back(ms / 1e3);
    }
    std::ranges::sort(samples);
    return samples[samples.size() / 2];
  }

  const Buffers& buffers_;
  std::vector<Pick> picks_;
  std::vector<std::unique_ptr<Work>> works_;
};

int time_chain(std::span<const Layer> layers, int64_t batch, const Choice& choice) {
  const Buffers buffers(most_bytes(layers, batch, choice.type), choice.type);
  Chain chain(layers, batch, buffers, choice);
  const double plain = chain.seconds(false), dependent = chain.seconds(true);
  fmt::print("n{} chain of {} layers: {:.1f} us, with dependent launches {:.1f} us\n", batch,
             chain.size(), plain * 1e6, dependent * 1e6);
  return 0;
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  if (argc < 5) {
    fmt::print(stderr, "usage: {} layers|chain|layers+|chain+ TYPE MODEL BATCH...\n", argv[0]);
    return 2;
  }
  try {
    const std::string_view what = argv[1], type = argv[2];
    const tenon::Choice choice{
        .type = type == "tf32" ? tenon::DataType::kF32 : tenon::parse_dtype(type).value(),
        .libraries = what.ends_with('+')};
    const auto layers = tenon::layers_of(argv[3]);
    for (int i = 4; i < argc; ++i) {
      const int64_t batch = std::stoll(argv[i]);
      what.starts_with("chain") ? tenon::time_chain(layers, batch, choice)
                                : tenon::time_layers(layers, batch, choice);
    }
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}

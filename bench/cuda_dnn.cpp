// Times products and convolutions on the GPU with each tactic that does them:
//   cuda_dnn matmul|conv|MODEL [BATCH] [TYPE] [TACTIC-SUBSTRING] [all|best]
// MODEL is one of conv_layers.h. Prints microseconds, rates, and the part of the time that the
// GPU's memory or tensor cores need at least; how long compile() and bind() took in milliseconds.

#include <chrono>
#include <cmath>
#include <map>
#include <random>
#include <string>

#include "bench/conv_layers.h"
#include "cuda/cuda_device.h"
#include "cuda/device_facts.h"
#include "ops/conv.h"
#include "ops/matmul.h"

namespace tenon {
namespace {

struct Options {
  std::string what = "matmul";
  int64_t batch = 1;
  DataType type = DataType::kF16;
  std::string filter;
  bool all = true;
};

struct Work {
  std::string name;
  Problem problem;
  int count = 1;
};

// Memory of the device, random numbers in it.
class Buffer {
 public:
  explicit Buffer(size_t bytes) : data_(device().default_allocator().allocate(bytes)) {}
  Buffer(Buffer&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  ~Buffer() {
    if (data_) device().default_allocator().release(data_);
  }
  void* data() const { return data_; }
  static Device& device() { return cuda_device(0); }

 private:
  void* data_;
};

Tensor random_tensor(DataType type, const Dims& dims) {
  return Tensor::make(type, dims, [](const TensorView& view) {
    static std::minstd_rand random;
    for (int64_t i = 0; i < view.volume(); ++i) {
      set_element(view, i, (static_cast<double>(random() % 2001) / 1000 - 1) / 8);
    }
  });
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

// The problem's constants made, kept by the caller.
std::vector<Tensor> make_constants(Problem& problem) {
  std::vector<Tensor> constants;
  constants.reserve(problem.inputs.size());
  for (OperandDesc& d : problem.inputs) {
    if (!d.is_constant) continue;
    constants.push_back(random_tensor(d.dtype, d.dims));
    d.constant = &constants.back();
  }
  return constants;
}

struct Timing {
  double seconds, compile_ms, bind_ms;
  size_t workspace, code;
};

Timing time_tactic(const Tactic& tactic, const Problem& problem) {
  const std::vector<std::byte> packed = tactic.pack(problem);
  const Buffer constants(packed.size() + 1);
  Buffer::device().copy_to_device(constants.data(), packed);
  const auto start = std::chrono::steady_clock::now();
  const std::vector<std::byte> code = tactic.compile(problem);
  const double compile_ms = milliseconds_since(start);
  const auto compiled = std::chrono::steady_clock::now();
  const auto launch = tactic.bind(
      problem, Packed({static_cast<const std::byte*>(constants.data()), packed.size()}, code));
  const double bind_ms = milliseconds_since(compiled);
  std::vector<Buffer> buffers;
  std::vector<const void*> inputs;
  std::vector<void*> outputs;
  for (const OperandDesc& d : problem.inputs) {
    inputs.push_back(nullptr);
    if (!d.present || d.is_constant) continue;
    buffers.emplace_back(d.bytes());
    const Tensor values = random_tensor(d.dtype, {std::min<int64_t>(d.dims.volume(), 1 << 16)});
    for (size_t at = 0; at < d.bytes(); at += values.bytes().size()) {
      const size_t bytes = std::min(values.bytes().size(), d.bytes() - at);
      Buffer::device().copy_to_device(static_cast<std::byte*>(buffers.back().data()) + at,
                                      values.bytes().first(bytes));
    }
    inputs.back() = buffers.back().data();
  }
  for (const OperandDesc& d : problem.outputs) {
    buffers.emplace_back(d.bytes());
    outputs.push_back(buffers.back().data());
  }
  const Buffer workspace(launch->workspace_bytes() + 1);
  const double seconds = Buffer::device().time(
      *launch, {.inputs = inputs, .outputs = outputs, .workspace = workspace.data()}, 5, 1);
  return {seconds, compile_ms, bind_ms, launch->workspace_bytes(), code.size()};
}

// Seconds below which the chip cannot do the problem.
double floor_seconds(const Problem& problem) {
  const DeviceFacts& facts = device_facts();
  const bool wide = problem.outputs[0].dtype == DataType::kF32;
  const double rate = wide ? problem.tf32 ? facts.f16_flops / 2 : facts.f32_flops : facts.f16_flops;
  return std::max(flops_of(problem) / rate, bytes_moved(problem) / facts.bytes_per_second);
}

void print(const Work& work, const std::string& tactic, const Timing& t) {
  const double floor = floor_seconds(work.problem);
  fmt::print(
      "{:<34} {:<24} {:9.2f} us {:7.1f} TFLOP/s {:7.0f} GB/s {:5.1f}%  compile {:.1f} bind "
      "{:.1f} ms workspace {} KiB code {} B\n",
      work.name, tactic, t.seconds * 1e6, flops_of(work.problem) / t.seconds / 1e12,
      bytes_moved(work.problem) / t.seconds / 1e9, floor / t.seconds * 100, t.compile_ms, t.bind_ms,
      t.workspace >> 10, t.code);
}

// Returns the best time.
double run(Work& work, const Options& options) {
  const std::vector<Tensor> constants = make_constants(work.problem);
  double best = INFINITY;
  std::string best_name = "none";
  Timing best_timing{};
  const auto tactics = Buffer::device().tactics(work.problem.op.name());
  for (const Tactic* tactic : tactics.first(tactics.size() - 1)) {
    if (tactic->name().find(options.filter) == std::string_view::npos) continue;
    const Offer offer = tactic->offer(work.problem);
    const auto* layouts = std::get_if<std::vector<LayoutOffer>>(&offer);
    if (layouts == nullptr) continue;
    for (const LayoutOffer& l : *layouts) {
      Problem laid = work.problem;
      for (size_t i = 0; i < l.inputs.size(); ++i) laid.inputs[i].layout = l.inputs[i];
      laid.outputs[0].layout = l.outputs[0];
      try {
        const Timing t = time_tactic(*tactic, laid);
        const std::string name = fmt::format("{} {}", tactic->name(), name_of(l.inputs[0]));
        if (options.all) print(work, name, t);
        if (t.seconds < best) {
          best = t.seconds;
          best_name = name;
          best_timing = t;
        }
      } catch (const Error& error) {
        fmt::print("{:<34} {}: {}\n", work.name, tactic->name(), error.what());
      }
    }
  }
  if (best < INFINITY) print(work, "* " + best_name, best_timing);
  std::fflush(stdout);
  return best;
}

Work conv_work(const Layer& l, const Options& o, bool residual) {
  const Conv conv{.stride = {l.stride, l.stride},
                  .pad_begin = {l.pad_h, l.pad_w},
                  .pad_end = {l.pad_h, l.pad_w},
                  .groups = l.groups,
                  .act = {.fn = UnaryFn::kRelu}};
  const int64_t oh = (l.side + 2 * l.pad_h - l.kh) / l.stride + 1;
  const int64_t ow = (l.side + 2 * l.pad_w - l.kw) / l.stride + 1;
  Problem p{.op = conv, .inputs = {}, .outputs = {}};
  p.inputs.push_back({.dtype = o.type, .dims = {o.batch, l.c, l.side, l.side}});
  p.inputs.push_back(
      {.dtype = o.type, .dims = {l.k, l.c / l.groups, l.kh, l.kw}, .is_constant = true});
  p.inputs.push_back({.dtype = o.type, .dims = {l.k}, .is_constant = true});
  p.outputs.push_back({.dtype = o.type, .dims = {o.batch, l.k, oh, ow}});
  if (residual) p.inputs.push_back(p.outputs[0]);
  return {fmt::format("{}x{} -> {} {}x{}/{} g{}{} x{}", l.c, l.side, l.k, l.kh, l.kw, l.stride,
                      l.groups, residual ? " +r" : "", l.count),
          p, l.count};
}

std::vector<Work> conv_works(const Options& o, std::string_view model) {
  std::vector<Work> works;
  for (const Layer& l : layers_of(model)) {
    // The last convolution of a residual block adds the block's input.
    const bool residual = model == "resnet50" && l.kh == 1 && l.k == 4 * l.c && l.stride == 1;
    works.push_back(conv_work(l, o, residual));
  }
  return works;
}

struct Product {
  const char* name;
  int64_t rows, depth, columns;  // rows a sequence of the batch
  UnaryFn act;
  bool residual;
};

std::vector<Work> matmul_works(const Options& o) {
  constexpr Product kProducts[] = {
      {"bert-base qkv", 128, 768, 2304, UnaryFn::kIdentity, false},
      {"bert-base out", 128, 768, 768, UnaryFn::kIdentity, true},
      {"bert-base ffn1 gelu_erf", 128, 768, 3072, UnaryFn::kGeluErf, false},
      {"bert-base ffn1 gelu_tanh", 128, 768, 3072, UnaryFn::kGeluTanh, false},
      {"bert-large ffn1 gelu_erf", 384, 1024, 4096, UnaryFn::kGeluErf, false},
      {"bert-large ffn2", 384, 4096, 1024, UnaryFn::kIdentity, true},
      {"vit-b ffn1 gelu_erf", 197, 768, 3072, UnaryFn::kGeluErf, false},
      {"bert-base ffn2", 128, 3072, 768, UnaryFn::kIdentity, true},
      {"resnet fc", 1, 2048, 1000, UnaryFn::kIdentity, false},
      {"square relu", 1024, 4096, 4096, UnaryFn::kRelu, false},
  };
  std::vector<Work> works;
  for (const Product& p : kProducts) {
    Problem problem{.op = MatMul{.act = {.fn = p.act}}, .inputs = {}, .outputs = {}};
    const Dims y{o.batch, p.rows, p.columns};
    problem.inputs = {{.dtype = o.type, .dims = {o.batch, p.rows, p.depth}},
                      {.dtype = o.type, .dims = {p.depth, p.columns}, .is_constant = true},
                      {.dtype = o.type, .dims = {p.columns}, .is_constant = true}};
    if (p.residual) problem.inputs.push_back({.dtype = o.type, .dims = y});
    problem.outputs = {{.dtype = o.type, .dims = y}};
    works.push_back({p.name, problem});
  }
  return works;
}

int run(const Options& options) {
  std::vector<Work> works =
      options.what == "matmul" ? matmul_works(options) : conv_works(options, options.what);
  double total = 0, flops = 0;
  fmt::print("{} batch {} {}, {}\n", options.what, options.batch, name_of(options.type),
             Buffer::device().fingerprint());
  for (Work& work : works) {
    work.problem.tf32 = options.filter.find("tf32") != std::string::npos;
    total += run(work, options) * work.count;
    flops += flops_of(work.problem) * work.count;
  }
  fmt::print("best of all: {:.1f} us, {:.1f} TFLOP/s\n", total * 1e6, flops / total / 1e12);
  return 0;
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  tenon::Options options;
  try {
    if (argc > 1) options.what = argv[1];
    if (argc > 2) options.batch = std::stoll(argv[2]);
    if (argc > 3) options.type = tenon::parse_dtype(argv[3]).value();
    if (argc > 4) options.filter = argv[4];
    if (argc > 5) options.all = std::string(argv[5]) == "all";
    return tenon::run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}

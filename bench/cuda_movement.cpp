// Speed of the GPU's kernels that move elements or compute them one by one, on typical shapes:
// time, bytes a second and their share of the memory's rate.   cuda_movement [word ...]

#include <fmt/format.h>

#include <cstring>
#include <vector>

#include "cuda/cuda_device.h"
#include "cuda/device_facts.h"
#include "ops/binary.h"
#include "ops/cast.h"
#include "ops/concat.h"
#include "ops/expand.h"
#include "ops/gather.h"
#include "ops/identity.h"
#include "ops/pad.h"
#include "ops/pointwise.h"
#include "ops/scale.h"
#include "ops/slice.h"
#include "ops/transpose.h"
#include "ops/unary.h"

namespace tenon {
namespace {

struct Case {
  const char* name;
  Op op;
  std::vector<OperandDesc> inputs;
  std::vector<Tensor> constants;  // of the last inputs
  Layout out = Layout::kLinear;
  double bytes = 0;   // that have to move; 0: what the operands have
  int64_t pitch = 0;  // the channels that the output is a slice of, in channels last
};

OperandDesc tensor(DataType type, Dims dims, Layout layout = Layout::kLinear) {
  return {.dtype = type, .layout = layout, .dims = dims};
}

Tensor integers(std::vector<int64_t> values) {
  return Tensor::i64({static_cast<int64_t>(values.size())}, values);
}

std::vector<Case> reformats() {
  using enum DataType;
  constexpr Layout kLast = Layout::kChannelsLast;
  const Dims large{128, 256, 56, 56}, image{128, 3, 224, 224}, one{1, 256, 56, 56};
  const Dims late{128, 2048, 7, 7}, middle{128, 1024, 14, 14};
  const auto to_last = [&](DataType from, DataType to, Dims dims) {
    return Case{"to channels last", Reformat{to}, {tensor(from, dims)}, {}, kLast};
  };
  const auto to_linear = [&](DataType from, DataType to, Dims dims) {
    return Case{"to linear", Reformat{to}, {tensor(from, dims, kLast)}};
  };
  const auto to_slice = [&](Dims dims, int64_t pitch) {
    return Case{.name = "copy to slice",
                .op = Reformat{kF16},
                .inputs = {tensor(kF16, dims, kLast)},
                .constants = {},
                .out = kLast,
                .pitch = pitch};
  };
  return {to_last(kF16, kF16, large),
          to_linear(kF16, kF16, large),
          to_last(kF32, kF32, large),
          to_linear(kF32, kF32, large),
          to_last(kF32, kF16, large),
          to_linear(kF16, kF32, large),
          to_last(kF16, kF16, middle),
          to_linear(kF16, kF16, middle),
          to_last(kF16, kF16, late),
          to_linear(kF16, kF16, late),
          to_last(kF16, kF16, one),
          to_linear(kF16, kF16, one),
          to_last(kF32, kF16, image),
          to_linear(kF16, kF32, image),
          to_last(kF32, kF16, {1, 3, 224, 224}),
          {"convert", Reformat{kF16}, {tensor(kF32, large)}},
          {"convert", Reformat{kF32}, {tensor(kF16, large)}},
          {"copy", Reformat{kF16}, {tensor(kF16, large)}},
          to_slice(large, 512),
          to_slice({4, 32, 256, 256}, 64),
          to_slice({8, 192, 17, 17}, 768),
          {"cast", Cast{kI64}, {tensor(kI32, {4096, 4096})}}};
}

std::vector<Case> elementwise(DataType type) {
  Pointwise gelu;
  gelu.program = {{.kind = PointwiseKind::kBinary, .binary = BinaryFn::kAdd, .a = 0, .b = 1},
                  {.kind = PointwiseKind::kUnary, .unary = UnaryFn::kGeluErf, .a = 2}};
  Pointwise gelu_tanh = gelu;
  gelu_tanh.program[1].unary = UnaryFn::kGeluTanh;
  constexpr Layout kLast = Layout::kChannelsLast;
  const Dims square{4096, 4096}, image{64, 256, 56, 56};
  const OperandDesc x = tensor(type, square), picture = tensor(type, image, kLast);
  const OperandDesc channels = tensor(type, {1, 256, 1, 1}),
                    gate = tensor(type, {64, 256, 1, 1}, kLast);
  return {{"bias gelu", gelu, {x, tensor(type, {4096})}},
          {"bias gelu tanh", gelu_tanh, {x, tensor(type, {4096})}},
          {"relu", Unary{UnaryFn::kRelu}, {x}},
          {"swish", Unary{.fn = UnaryFn::kSwish, .alpha = 1}, {x}},
          {"tanh", Unary{UnaryFn::kTanh}, {x}},
          {"add", Binary{BinaryFn::kAdd}, {x, x}},
          {"add small",
           Binary{BinaryFn::kAdd},
           {tensor(type, {1, 128, 768}), tensor(type, {1, 128, 768})}},
          {"gate nhwc", Binary{BinaryFn::kMul}, {picture, gate}, {}, kLast},
          {"scale nchw", Scale{}, {tensor(type, image), tensor(type, {256}), tensor(type, {256})}},
          {"bias nchw 7x7",
           Binary{BinaryFn::kAdd},
           {tensor(type, {128, 2048, 7, 7}), tensor(type, {2048, 1, 1})}},
          {"bias nhwc",
           Binary{BinaryFn::kAdd},
           {picture, tensor(type, {1, 256, 1, 1}, kLast)},
           {},
           kLast}};
}

std::vector<Case> movements(DataType type) {
  constexpr Layout kLast = Layout::kChannelsLast;
  const auto size = static_cast<double>(bytes_of(type, 1));
  const OperandDesc half = tensor(type, {64, 128, 56, 56}),
                    last = tensor(type, {64, 128, 56, 56}, kLast);
  return {{"heads 0213", Transpose{{0, 2, 1, 3}}, {tensor(type, {32, 512, 16, 64})}},
          {"heads 0213 small", Transpose{{0, 2, 1, 3}}, {tensor(type, {1, 128, 12, 64})}},
          {"transpose 021", Transpose{{0, 2, 1}}, {tensor(type, {64, 1024, 768})}},
          {"transpose 021 odd", Transpose{{0, 2, 1}}, {tensor(type, {64, 1023, 767})}},
          {"transpose 10", Transpose{{1, 0}}, {tensor(type, {8192, 8192})}},
          {"transpose 2031", Transpose{{2, 0, 3, 1}}, {tensor(type, {64, 96, 56, 56})}},
          {"embedding",
           Gather{0},
           {tensor(type, {30522, 768}), tensor(DataType::kI64, {32, 512})},
           {},
           Layout::kLinear,
           32 * 512 * (2 * 768 * size + 8)},
          {"embedding small",
           Gather{0},
           {tensor(type, {30522, 768}), tensor(DataType::kI64, {1, 128})},
           {},
           Layout::kLinear,
           128 * (2 * 768 * size + 8)},
          {"concat channels", Concat{1}, {half, half}},
          {"concat nhwc", Concat{1}, {last, last}, {}, kLast},
          {"slice",
           Slice{},
           {tensor(type, {64, 256, 56, 56}), tensor(DataType::kI64, {1}),
            tensor(DataType::kI64, {1}), tensor(DataType::kI64, {1})},
           {integers({64}), integers({192}), integers({1})},
           Layout::kLinear,
           2 * 64 * 128 * 3136 * size},
          {"pad nchw",
           Pad{},
           {half, tensor(DataType::kI64, {8})},
           {integers({0, 0, 1, 1, 0, 0, 1, 1})}},
          {"pad nhwc",
           Pad{},
           {last, tensor(DataType::kI64, {8})},
           {integers({0, 0, 1, 1, 0, 0, 1, 1})},
           kLast},
          {"expand rows",
           Expand{},
           {tensor(type, {1, 4096}), tensor(DataType::kI64, {2})},
           {integers({8192, 4096})}},
          {"expand columns",
           Expand{},
           {tensor(type, {8192, 1}), tensor(DataType::kI64, {2})},
           {integers({8192, 4096})}}};
}

struct Memory {
  explicit Memory(std::span<const std::byte> bytes) : Memory(bytes.size()) {
    cuda_device().copy_to_device(data, bytes);
  }
  explicit Memory(size_t bytes) : data(cuda_device().default_allocator().allocate(bytes + 64)) {}
  // Numbers around 1 in FP16 and small ones in other floating types; integers are indices.
  explicit Memory(const OperandDesc& d) : Memory(d.bytes()) {
    std::vector<uint32_t> block(1 << 20);
    uint32_t random = 1;
    for (size_t i = 0; i < block.size(); ++i) {
      random = random * 1664525 + 1013904223;
      block[i] = 0x3a003a00 | (random >> 4 & 0x03ff03ff);
      if (d.dtype == DataType::kI64) block[i] = i % 2 == 0 ? random % 30522 : 0;
    }
    const auto bytes = std::as_bytes(std::span(block));
    for (size_t at = 0; at < d.bytes(); at += bytes.size()) {
      cuda_device().copy_to_device(static_cast<std::byte*>(data) + at,
                                   bytes.first(std::min(bytes.size(), d.bytes() - at)));
    }
  }
  ~Memory() { cuda_device().default_allocator().release(data); }
  Memory(const Memory&) = delete;
  void* data;
};

Problem problem_of(const Case& c) {
  Problem problem{c.op, c.inputs, {}};
  std::vector<Fact> facts;
  for (size_t i = 0; i < c.inputs.size(); ++i) {
    OperandDesc& d = problem.inputs[i];
    Fact fact{.present = true, .type = {d.dtype, to_shape(d.dims)}};
    if (const size_t first = c.inputs.size() - c.constants.size(); i >= first) {
      d.is_constant = true;
      d.constant = &c.constants[i - first];
      std::vector<Dim> elements;
      for (const int64_t e : to_integers(*d.constant)) elements.emplace_back(e);
      fact.elements = elements;
    }
    facts.push_back(fact);
  }
  for (const Fact& fact : infer(c.op, facts).outputs) {
    problem.outputs.push_back(
        {.dtype = fact.type.dtype, .layout = c.out, .dims = to_dims(fact.type.dims)});
    OperandDesc& out = problem.outputs.back();
    if (c.pitch > 0) out.batch_stride = out.stride0() / out.dims[1] * c.pitch;
  }
  return problem;
}

bool offers(const Tactic& tactic, const Problem& problem) {
  const Offer offer = tactic.offer(problem);
  const auto* all = std::get_if<std::vector<LayoutOffer>>(&offer);
  if (all == nullptr) return false;
  LayoutOffer wanted;
  for (const OperandDesc& d : problem.inputs) wanted.inputs.push_back(d.layout);
  for (const OperandDesc& d : problem.outputs) wanted.outputs.push_back(d.layout);
  return std::find(all->begin(), all->end(), wanted) != all->end();
}

void measure(const Case& c) {
  Problem problem = problem_of(c);
  for (const Tactic* tactic : cuda_device().tactics(c.op.name())) {
    if (!offers(*tactic, problem) || tactic->name() == "reference") continue;
    const std::vector<std::byte> packed = tactic->pack(problem);
    const std::vector<std::byte> code = tactic->compile(problem);
    const Memory blob(packed);
    const auto launch = tactic->bind(
        problem, Packed({static_cast<const std::byte*>(blob.data), packed.size()}, code));
    std::vector<std::unique_ptr<Memory>> memory;
    std::vector<const void*> inputs;
    for (const OperandDesc& d : problem.inputs) {
      memory.push_back(std::make_unique<Memory>(d));
      inputs.push_back(d.is_constant ? nullptr : memory.back()->data);
    }
    const OperandDesc& y = problem.outputs[0];
    const Memory out(bytes_of(y.dtype, y.extent()));
    void* const outputs[] = {out.data};
    const double seconds = cuda_device().time(*launch, {inputs, outputs, nullptr, nullptr}, 9, 1e9);
    const double bytes = c.bytes > 0 ? c.bytes : bytes_moved(problem);
    fmt::print("{:18} {:9.2f} us {:7.1f} GB/s {:4.0f}%  {} {}\n", c.name, seconds * 1e6,
               bytes / seconds * 1e-9, 100 * bytes / seconds / device_facts().bytes_per_second,
               tactic->name(), problem.key());
    return;
  }
  fmt::print("{:18} no tactic: {}\n", c.name, problem.key());
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  using namespace tenon;
  std::vector<Case> cases = reformats();
  for (const DataType type : {DataType::kF16, DataType::kF32}) {
    for (Case& c : elementwise(type)) cases.push_back(std::move(c));
    for (Case& c : movements(type)) cases.push_back(std::move(c));
  }
  for (const Case& c : cases) {
    bool wanted = argc == 1;
    for (int i = 1; i < argc; ++i) wanted = wanted || std::strstr(c.name, argv[i]) != nullptr;
    if (wanted) measure(c);
  }
}

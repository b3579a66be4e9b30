#include "tactic_harness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "cpu/cpu_device.h"

namespace tenon::test {
namespace {

constexpr float kPoison = -12345.625F;  // what nobody may leave in an output, nor change around it
constexpr size_t kGuard = 64;           // elements around every operand

std::mt19937& generator() {
  static std::mt19937 engine(7);
  return engine;
}

Tensor random_tensor(Dims dims, float low, float high) {
  return Tensor::make(DataType::kF32, dims, [&](const TensorView& view) {
    std::uniform_real_distribution<float> value(low, high);
    for (int64_t i = 0; i < view.volume(); ++i) view.as<float>()[i] = value(generator());
  });
}

int64_t channels_of(const Dims& dims) { return dims.rank() >= 2 ? dims[1] : 1; }

// Elements from the operand's start to the element of the row-major number i.
int64_t place_of(const OperandDesc& d, int64_t i) {
  if (d.dims.rank() == 0) return 0;
  if (d.dims.rank() == 1) return i * d.stride0();
  int64_t positions = 1;
  for (int a = 2; a < d.dims.rank(); ++a) positions *= d.dims[a];
  const int64_t position = i % positions;
  const int64_t channel = i / positions % channels_of(d.dims);
  const int64_t image = i / positions / channels_of(d.dims) * d.stride0();
  if (d.layout == Layout::kLinear) return image + channel * positions + position;
  if (d.layout == Layout::kChannelsLast) return image + position * d.dims[1] + channel;
  const int block = block_of(d.layout);
  return image + (channel / block * positions + position) * block + channel % block;
}

// An operand in memory: guards, gaps between images, padding channels.
class Buffer {
 public:
  explicit Buffer(const OperandDesc& d) : d_(d), element_(bytes_of(d.dtype, 1)) {
    const int64_t batch = d.dims.rank() > 0 ? d.dims[0] : 1;
    const auto elements = static_cast<size_t>(std::max<int64_t>(batch * d.stride0(), 1));
    bytes_.resize((elements + 2 * kGuard) * element_ + 64);
    auto address = reinterpret_cast<uintptr_t>(bytes_.data()) + kGuard * element_;
    start_ = (address + 63) / 64 * 64 - reinterpret_cast<uintptr_t>(bytes_.data());
    for (size_t i = 0; i + sizeof kPoison <= bytes_.size(); i += sizeof kPoison) {
      std::memcpy(bytes_.data() + i, &kPoison, sizeof kPoison);
    }
    before_ = bytes_;
  }
  std::byte* data() { return bytes_.data() + start_; }

  void put(const Tensor& tensor) {
    const int block = block_of(d_.layout);
    if (block > 1) {  // padding channels are zeros
      for (int64_t n = 0; n < d_.dims[0]; ++n) {
        const auto image = static_cast<size_t>(dense_batch_stride(d_.dims, d_.layout)) * element_;
        std::memset(data() + static_cast<size_t>(n * d_.stride0()) * element_, 0, image);
      }
    }
    for (int64_t i = 0; i < tensor.volume(); ++i) {
      std::memcpy(at(place_of(d_, i)), tensor.bytes().data() + static_cast<size_t>(i) * element_,
                  element_);
    }
    before_ = bytes_;
  }
  Tensor get() {
    return Tensor::make(d_.dtype, d_.dims, [&](const TensorView& view) {
      for (int64_t i = 0; i < view.volume(); ++i) {
        std::memcpy(view.as<std::byte>() + static_cast<size_t>(i) * element_, at(place_of(d_, i)),
                    element_);
      }
    });
  }
  // What the run did to memory that is not the tensor's: "" when nothing.
  std::string damage(bool is_output) {
    std::vector<bool> ours(bytes_.size() / element_ + 1, false);
    const auto first = start_ / element_;
    if (is_output) {
      for (int64_t i = 0; i < d_.dims.volume(); ++i) {
        ours[first + static_cast<size_t>(place_of(d_, i))] = true;
      }
      const std::string padding = check_padding(ours, first);
      if (!padding.empty()) return padding;
    }
    const size_t skew = start_ % element_;
    for (size_t i = 0; skew + (i + 1) * element_ <= bytes_.size(); ++i) {
      if (ours[i]) continue;
      const size_t byte = skew + i * element_;
      if (std::memcmp(bytes_.data() + byte, before_.data() + byte, element_) != 0) {
        return fmt::format("memory beside the tensor was changed, {} elements from its start",
                           static_cast<int64_t>(i) - static_cast<int64_t>(first));
      }
    }
    return "";
  }

 private:
  std::byte* at(int64_t place) { return data() + static_cast<size_t>(place) * element_; }

  std::string check_padding(std::vector<bool>& ours, size_t first) {
    const int block = block_of(d_.layout);
    if (block == 1 || d_.dims[1] % block == 0) return "";
    int64_t positions = 1;
    for (int a = 2; a < d_.dims.rank(); ++a) positions *= d_.dims[a];
    for (int64_t n = 0; n < d_.dims[0]; ++n) {
      for (int64_t p = 0; p < positions; ++p) {
        for (int64_t lane = d_.dims[1] % block; lane < block; ++lane) {
          const int64_t place =
              n * d_.stride0() + (d_.dims[1] / block * positions + p) * block + lane;
          ours[first + static_cast<size_t>(place)] = true;
          float value = 0;
          std::memcpy(&value, at(place), sizeof value);
          if (value != 0) return fmt::format("a padding channel holds {}", value);
        }
      }
    }
    return "";
  }

  OperandDesc d_;
  size_t element_;
  std::vector<std::byte> bytes_;
  std::vector<std::byte> before_;
  size_t start_ = 0;
};

std::string compare(const Tensor& got, const Tensor& want, double tolerance) {
  const TensorView a = got.view();
  const TensorView b = want.view();
  double largest = 0;
  for (int64_t i = 0; i < b.volume(); ++i) {
    const double value = std::abs(element(b, i));
    if (std::isfinite(value)) largest = std::max(largest, value);
  }
  const bool exact = !is_float(want.dtype());
  for (int64_t i = 0; i < b.volume(); ++i) {
    const double x = element(a, i);
    const double y = element(b, i);
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    const double bound = exact ? 0 : tolerance * (std::abs(y) + largest) + 1e-37;
    if (!(std::abs(x - y) <= bound)) return fmt::format("element {} is {}, not {}", i, x, y);
  }
  return "";
}

std::vector<const Tensor*> values_of(const TacticCase& c) {
  std::vector<const Tensor*> values;
  for (const CaseInput& i : c.inputs) values.push_back(i.present ? &i.value : nullptr);
  return values;
}

std::string text_of(const LayoutOffer& layouts) {
  std::string text;
  for (const Layout l : layouts.inputs) text += fmt::format("{} ", name_of(l));
  text += "->";
  for (const Layout l : layouts.outputs) text += fmt::format(" {}", name_of(l));
  return text;
}

// The problem in the given layouts and strides; strides of whole 64-byte lines stay aligned.
Problem in_layouts(const TacticCase& c, const LayoutOffer& layouts, int64_t extra) {
  Problem problem = problem_of(c);
  const auto set = [&](OperandDesc& d, Layout layout) {
    d.layout = layout;
    if (extra != 0 && d.present && !d.is_constant && d.dims.rank() > 1) {
      d.batch_stride = dense_batch_stride(d.dims, layout) + extra;
    }
  };
  for (size_t i = 0; i < problem.inputs.size(); ++i) set(problem.inputs[i], layouts.inputs.at(i));
  for (size_t i = 0; i < problem.outputs.size(); ++i) {
    set(problem.outputs[i], layouts.outputs.at(i));
  }
  return problem;
}

// The launch, with the problem it was bound for; constants are only there as packed bytes.
std::string run_bound(const Tactic& tactic, const TacticCase& c, Problem problem,
                      const RunOptions& options, const std::vector<Tensor>& want) {
  std::vector<std::byte> packed = tactic.pack(problem);
  std::vector<std::byte> aligned(packed.size() + 64);
  auto* start =
      reinterpret_cast<std::byte*>((reinterpret_cast<uintptr_t>(aligned.data()) + 63) / 64 * 64);
  std::copy(packed.begin(), packed.end(), start);
  for (OperandDesc& d : problem.inputs) d.constant = nullptr;
  const std::unique_ptr<Launch> launch =
      tactic.bind(problem, std::span<const std::byte>(start, packed.size()));

  std::vector<Buffer> inputs;
  std::vector<Buffer> outputs;
  std::vector<const void*> in;
  std::vector<void*> out;
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    const OperandDesc& d = problem.inputs[i];
    inputs.emplace_back(d.present && !d.is_constant ? d : OperandDesc{});
    if (d.present && !d.is_constant) inputs.back().put(c.inputs[i].value);
    in.push_back(nullptr);
  }
  for (const OperandDesc& d : problem.outputs) outputs.emplace_back(d);
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    const OperandDesc& d = problem.inputs[i];
    if (d.present && !d.is_constant) in[i] = inputs[i].data();
  }
  for (Buffer& buffer : outputs) out.push_back(buffer.data());
  const int shared = options.in_place ? tactic.in_place_input(problem) : -1;
  if (shared >= 0) out[0] = inputs[static_cast<size_t>(shared)].data();

  std::vector<std::byte> workspace(launch->workspace_bytes() + 128);
  auto* scratch =
      reinterpret_cast<std::byte*>((reinterpret_cast<uintptr_t>(workspace.data()) + 63) / 64 * 64);
  struct Work {
    const Launch& launch;
    LaunchArgs args;
  } work{*launch, {in, out, scratch, nullptr}};
  cpu_device().run_now({[](void* arg, Stream& stream) {
                          auto& w = *static_cast<Work*>(arg);
                          w.args.stream = &stream;
                          w.launch.run(w.args);
                        },
                        &work});

  for (size_t i = 0; i < inputs.size(); ++i) {
    if (static_cast<int>(i) == shared || in[i] == nullptr) continue;
    const std::string damage = inputs[i].damage(false);
    if (!damage.empty()) return fmt::format("input {}: {}", i, damage);
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    Buffer& result = shared >= 0 && i == 0 ? inputs[static_cast<size_t>(shared)] : outputs[i];
    const std::string difference = compare(result.get(), want[i], c.tolerance);
    if (!difference.empty()) return difference;
    const std::string damage = result.damage(true);
    if (!damage.empty()) return damage;
  }
  return "";
}

}  // namespace

CaseInput random_input(Dims dims, float low, float high) {
  return {random_tensor(dims, low, high), false, true};
}
CaseInput random_constant(Dims dims, float low, float high) {
  return {random_tensor(dims, low, high), true, true};
}
CaseInput integers(std::vector<int64_t> values) {
  const auto count = static_cast<int64_t>(values.size());
  return {Tensor::i64({count}, values), true, true};
}
CaseInput absent() { return {{}, false, false}; }

Problem problem_of(const TacticCase& c) {
  Problem problem{c.op, {}, {}};
  for (const CaseInput& i : c.inputs) {
    OperandDesc d{.dtype = i.value.dtype(), .dims = i.value.dims()};
    d.present = i.present;
    if (!i.present) d.dims = {};
    d.is_constant = i.present && i.constant;
    d.constant = d.is_constant ? &i.value : nullptr;
    problem.inputs.push_back(d);
  }
  for (const Tensor& t : evaluate(c.op, values_of(c))) {
    problem.outputs.push_back({.dtype = t.dtype(), .dims = t.dims()});
  }
  return problem;
}

std::string run_and_compare(const Tactic& tactic, const TacticCase& c, const LayoutOffer& layouts,
                            const RunOptions& options) {
  const std::vector<Tensor> want = evaluate(c.op, values_of(c));
  return run_bound(tactic, c, in_layouts(c, layouts, options.extra_stride), options, want);
}

void check_tactics(const TacticCase& c, std::string_view expected_tactic) {
  const Problem problem = problem_of(c);
  const std::vector<Tensor> want = evaluate(c.op, values_of(c));
  bool found = expected_tactic.empty();
  for (const Tactic* tactic : cpu_device().tactics(c.op.name())) {
    const Offer offer = tactic->offer(problem);
    if (const auto* refusal = std::get_if<Refusal>(&offer)) {
      EXPECT_FALSE(refusal->reason.empty()) << tactic->name();
      EXPECT_NE(tactic->name(), expected_tactic) << problem.key() << ": " << refusal->reason;
      continue;
    }
    found = found || tactic->name() == expected_tactic;
    for (const LayoutOffer& layouts : std::get<std::vector<LayoutOffer>>(offer)) {
      const auto run = [&](const char* how, const RunOptions& options) {
        const Problem laid = in_layouts(c, layouts, options.extra_stride);
        EXPECT_GE(tactic->estimate(laid), 0) << tactic->name();
        EXPECT_EQ(run_bound(*tactic, c, laid, options, want), "")
            << tactic->name() << ", " << text_of(layouts) << ", " << how << ", " << problem.key();
      };
      run("dense", {});
      if (tactic->strided()) run("strided", {.extra_stride = 32});
      const Problem laid = in_layouts(c, layouts, 0);
      if (tactic->in_place_input(laid) >= 0) run("in place", {.in_place = true});
    }
  }
  EXPECT_TRUE(found) << "the op " << c.op.name() << " has no tactic " << expected_tactic;
}

}  // namespace tenon::test

#include "tactic_harness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <random>

namespace tenon::test {
namespace {

constexpr float kPoison = -12345.625F;  // what nobody may leave in an output, nor change around it
constexpr size_t kGuard = 64;           // elements around every operand

// The same numbers for a test whatever ran before it.
std::mt19937& generator() {
  static std::mt19937 engine;
  static const testing::TestInfo* current = nullptr;
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  if (test != current) engine.seed(7);
  current = test;
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
  if (d.layout == Layout::kChannelsLast) return image + position * d.pixel_pitch() + channel;
  const int block = block_of(d.layout);
  return image + (channel / block * positions + position) * block + channel % block;
}

// Memory of the device.
class DeviceBlock {
 public:
  DeviceBlock() = default;
  explicit DeviceBlock(size_t bytes)
      : data_(
            static_cast<std::byte*>(harness_device().device.default_allocator().allocate(bytes))) {}
  explicit DeviceBlock(std::span<const std::byte> bytes) : DeviceBlock(bytes.size()) {
    harness_device().device.copy_to_device(data_, bytes);
  }
  ~DeviceBlock() {
    if (data_) harness_device().device.default_allocator().release(data_);
  }
  DeviceBlock(DeviceBlock&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  DeviceBlock& operator=(DeviceBlock&& other) noexcept {
    std::swap(data_, other.data_);
    return *this;
  }
  std::byte* data() const { return data_; }
  void read(std::span<std::byte> to) const { harness_device().device.copy_to_host(to, data_); }

 private:
  std::byte* data_ = nullptr;
};

// An operand in memory: guards, gaps between images and pixels, padding channels.
class Buffer {
 public:
  explicit Buffer(const OperandDesc& d) : d_(d), element_(bytes_of(d.dtype, 1)) {
    const int64_t batch = d.dims.rank() > 0 ? d.dims[0] : 1;
    const auto elements = static_cast<size_t>(std::max<int64_t>(batch * d.stride0(), 1));
    bytes_.resize((elements + 2 * kGuard) * element_ + 64);
    start_ = (kGuard * element_ + 63) / 64 * 64;
    const bool pitched = d.layout == Layout::kChannelsLast && d.batch_stride != 0;
    if (pitched) start_ += kSliceChannels * element_;  // no slice begins at more than that
    for (size_t i = 0; i + sizeof kPoison <= bytes_.size(); i += sizeof kPoison) {
      std::memcpy(bytes_.data() + i, &kPoison, sizeof kPoison);
    }
    before_ = bytes_;
  }
  std::byte* data() { return bytes_.data() + start_; }

  // The operand in the device's memory, as put() left it.
  void* upload() {
    memory_ = DeviceBlock(bytes_);
    return memory_.data() + start_;
  }
  void download() { memory_.read(bytes_); }

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
  DeviceBlock memory_;
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

struct RunOptions {
  bool strided = false;  // operands with gaps between their images, but in kChannelsLast
  bool pitched_inputs = false, pitched_outputs = false;  // and there between pixels
  bool in_place = false;
};

// A stride for the operand; whole 64-byte lines more than it needs stay aligned.
int64_t stride_with_gaps(const OperandDesc& d) { return dense_batch_stride(d.dims, d.layout) + 32; }

// The same for kChannelsLast, with so many slices of the least width between the pixels.
int64_t stride_with_gaps(const OperandDesc& d, int64_t slices) {
  const int64_t filled = (d.dims[1] + kSliceChannels - 1) / kSliceChannels;
  int64_t pixels = 1;
  for (int i = 2; i < d.dims.rank(); ++i) pixels *= d.dims[i];
  return (filled + slices) * kSliceChannels * pixels;
}

// The problem in the given layouts and strides.
Problem in_layouts(Problem problem, const LayoutOffer& layouts, const RunOptions& options) {
  int64_t slices = 0;  // no two operands have the same pitch
  const auto set = [&](OperandDesc& d, Layout layout, bool pitched) {
    d.layout = layout;
    if (!d.present || d.is_constant || d.is_shape || d.dims.rank() < 2) return;
    if (layout == Layout::kChannelsLast) {
      if (pitched) d.batch_stride = stride_with_gaps(d, ++slices);
    } else if (options.strided) {
      d.batch_stride = stride_with_gaps(d);
    }
  };
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    set(problem.inputs[i], layouts.inputs.at(i), options.pitched_inputs);
  }
  for (size_t i = 0; i < problem.outputs.size(); ++i) {
    set(problem.outputs[i], layouts.outputs.at(i), options.pitched_outputs);
  }
  return problem;
}

// One run of a tactic: the launch is bound for a problem whose constants are there only as packed
// bytes. Returns a failure's description or "".
std::string run_bound(const Tactic& tactic, const TacticCase& c, Problem problem,
                      const std::vector<std::byte>& packed, const RunOptions& options,
                      const std::vector<Tensor>& want, double tolerance) {
  const DeviceBlock constants(packed);
  const std::vector<std::byte> code = tactic.compile(problem);
  for (OperandDesc& d : problem.inputs) d.constant = nullptr;
  const std::unique_ptr<Launch> launch =
      tactic.bind(problem, Packed({constants.data(), packed.size()}, code));

  std::vector<Buffer> inputs;
  std::vector<Buffer> outputs;
  std::vector<const void*> in(problem.inputs.size(), nullptr);
  std::vector<void*> out;
  const auto given = [&](size_t i) {
    const OperandDesc& d = problem.inputs[i];
    return d.present && !d.is_constant;
  };
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    inputs.emplace_back(given(i) ? problem.inputs[i] : OperandDesc{});
    if (given(i)) inputs.back().put(c.inputs[i].value);
  }
  for (const OperandDesc& d : problem.outputs) outputs.emplace_back(d);
  for (size_t i = 0; i < in.size(); ++i) {
    if (given(i)) in[i] = inputs[i].upload();
  }
  for (Buffer& b : outputs) out.push_back(b.upload());
  const int shared = options.in_place ? tactic.in_place_input(problem) : -1;
  if (shared >= 0) out[0] = const_cast<void*>(in[static_cast<size_t>(shared)]);

  const DeviceBlock workspace(launch->workspace_bytes() + 1);
  struct Work {
    const Launch& launch;
    LaunchArgs args;
  } work{*launch, {in, out, workspace.data(), nullptr}};
  harness_device().device.run_now({[](void* arg, Stream& stream) {
                                     auto& w = *static_cast<Work*>(arg);
                                     w.args.stream = &stream;
                                     w.launch.run(w.args);
                                   },
                                   &work});

  for (size_t i = 0; i < inputs.size(); ++i) {
    if (in[i] == nullptr) continue;
    inputs[i].download();
    if (static_cast<int>(i) == shared) continue;
    const std::string damage = inputs[i].damage(false);
    if (!damage.empty()) return fmt::format("input {}: {}", i, damage);
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    outputs[i].download();
    Buffer& result = shared >= 0 && i == 0 ? inputs[static_cast<size_t>(shared)] : outputs[i];
    const std::string difference = compare(result.get(), want[i], tolerance);
    if (!difference.empty()) return difference;
    const std::string damage = result.damage(true);
    if (!damage.empty()) return damage;
  }
  return "";
}

// The tensor's elements rounded to a floating type.
Tensor rounded(const Tensor& tensor, DataType type) {
  if (tensor.dtype() != DataType::kF32) return tensor;
  return Tensor::make(type, tensor.dims(), [&](const TensorView& to) {
    for (int64_t i = 0; i < to.volume(); ++i) set_element(to, i, element(tensor.view(), i));
  });
}

// The tensors with infinities for the numbers that the type does not reach.
std::vector<Tensor> within_reach(std::vector<Tensor> tensors, DataType type) {
  for (Tensor& tensor : tensors) {
    const Tensor narrow = rounded(tensor, type);
    if (narrow.dtype() != type) continue;
    tensor = Tensor::make(tensor.dtype(), tensor.dims(), [&](const TensorView& to) {
      for (int64_t i = 0; i < to.volume(); ++i) {
        const double there = element(narrow.view(), i);
        set_element(to, i, std::isinf(there) ? there : element(tensor.view(), i));
      }
    });
  }
  return tensors;
}

// A case in one of the device's types, with what must come out.
struct TypedCase {
  TacticCase c;
  Problem problem;
  std::vector<Tensor> want;
  double tolerance;
};

// The FP32 case with its operands rounded to a narrower type. The results wanted are those in FP32:
// sums, too, are to be made in it.
std::optional<TypedCase> narrowed(const TacticCase& c, DataType type) {
  TacticCase narrow = c;
  TacticCase wide = c;
  bool changed = false;
  for (size_t i = 0; i < c.inputs.size(); ++i) {
    if (!c.inputs[i].present || c.inputs[i].value.dtype() != DataType::kF32) continue;
    changed = true;
    narrow.inputs[i].value = rounded(c.inputs[i].value, type);
    wide.inputs[i].value =
        Tensor::make(DataType::kF32, c.inputs[i].value.dims(), [&](const TensorView& to) {
          const TensorView from = narrow.inputs[i].value.view();
          for (int64_t e = 0; e < to.volume(); ++e) set_element(to, e, element(from, e));
        });
  }
  if (!changed) return std::nullopt;
  return TypedCase{narrow, problem_of(narrow), within_reach(evaluate(c.op, values_of(wide)), type),
                   type == DataType::kF16 ? 2e-3 : 1e-2};
}

std::vector<TypedCase> typed_cases(const TacticCase& c) {
  const HarnessDevice harness = harness_device();
  const std::vector<Tensor> want = evaluate(c.op, values_of(c));
  std::vector<TypedCase> cases{
      {c, problem_of(c), want, std::max(c.tolerance, harness.f32_tolerance)}};
  if (harness.tf32) {
    cases.push_back({c, problem_of(c), want, std::max(c.tolerance, 1e-3)});
    cases.back().problem.tf32 = true;
  }
  for (const DataType type : harness.narrow_types) {
    if (auto narrow = narrowed(c, type)) cases.push_back(std::move(*narrow));
  }
  return cases;
}

// The constants of a problem point into its case.
void point_at_constants(TypedCase& typed) {
  for (size_t i = 0; i < typed.problem.inputs.size(); ++i) {
    OperandDesc& d = typed.problem.inputs[i];
    d.constant = d.is_constant ? &typed.c.inputs[i].value : nullptr;
  }
}

// What tactics packed, by packing and problem.
using Packings = std::map<std::string, std::vector<std::byte>>;

std::vector<std::byte> pack_as_others(const Tactic& tactic, const Problem& problem,
                                      Packings& packings) {
  const std::string key =
      fmt::format("{}.{} {}", tactic.packing(), tactic.version(), problem.key());
  std::vector<std::byte> packed = tactic.pack(problem);
  const auto [it, fresh] = packings.try_emplace(key, packed);
  EXPECT_TRUE(fresh || it->second == packed)
      << tactic.name() << " packs otherwise than others of packing " << key;
  return packed;
}

// Runs the tactic as it offers itself; whether it does.
bool check_tactic(const Tactic& tactic, const TypedCase& typed, bool expected, Packings& packings) {
  const Offer offer = tactic.offer(typed.problem);
  if (const auto* refusal = std::get_if<Refusal>(&offer)) {
    EXPECT_FALSE(refusal->reason.empty()) << tactic.name();
    EXPECT_FALSE(expected) << tactic.name() << ", " << typed.problem.key() << ": "
                           << refusal->reason;
    return false;
  }
  for (const LayoutOffer& layouts : std::get<std::vector<LayoutOffer>>(offer)) {
    const auto run = [&](const char* how, const RunOptions& options) {
      const Problem laid = in_layouts(typed.problem, layouts, options);
      EXPECT_GE(tactic.estimate(laid), 0) << tactic.name();
      std::string failure;
      try {
        failure = run_bound(tactic, typed.c, laid, pack_as_others(tactic, laid, packings), options,
                            typed.want, typed.tolerance);
      } catch (const Error& error) {
        failure = error.what();
      }
      EXPECT_EQ(failure, "") << tactic.name() << ", " << text_of(layouts) << ", " << how << ", "
                             << (laid.tf32 ? "tf32 " : "") << laid.key();
    };
    const auto run_if_pitched = [&](const char* how, const RunOptions& options) {
      const Problem laid = in_layouts(typed.problem, layouts, options);
      if (laid.key() != in_layouts(typed.problem, layouts, {}).key() && tactic.pitched(laid)) {
        run(how, options);
      }
    };
    run("dense", {});
    if (tactic.strided()) run("strided", {.strided = true});
    run_if_pitched("from slices", {.pitched_inputs = true});
    run_if_pitched("to slices", {.pitched_outputs = true});
    run_if_pitched("between slices", {.pitched_inputs = true, .pitched_outputs = true});
    const Problem laid = in_layouts(typed.problem, layouts, {});
    if (tactic.in_place_input(laid) >= 0) run("in place", {.in_place = true});
  }
  return true;
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

void check_tactics(const TacticCase& c, std::string_view expected_tactic) {
  const auto tactics = harness_device().device.tactics(c.op.name());
  const bool known = std::any_of(tactics.begin(), tactics.end(),
                                 [&](const Tactic* t) { return t->name() == expected_tactic; });
  bool found = expected_tactic.empty();
  std::vector<TypedCase> cases = typed_cases(c);
  for (TypedCase& typed : cases) {
    point_at_constants(typed);
    // The expected tactic need not do the narrower types.
    const bool first = &typed == cases.data();
    Packings packings;
    for (const Tactic* tactic : tactics) {
      const bool named = known ? tactic->name() == expected_tactic : tactic != tactics.back();
      const bool expected = known && named;
      found = (check_tactic(*tactic, typed, expected && first, packings) && named) || found;
    }
  }
  EXPECT_TRUE(found) << "only the reference does " << problem_of(c).key() << " here";
}

bool done_in_halves(const TacticCase& c) {
  Problem problem = problem_of(c);
  for (OperandDesc& d : problem.inputs) d.dtype = DataType::kF16;
  for (OperandDesc& d : problem.outputs) d.dtype = DataType::kF16;
  const auto tactics = harness_device().device.tactics(c.op.name());
  return tactics.size() == 1 ||
         std::any_of(tactics.begin(), tactics.end() - 1, [&](const Tactic* tactic) {
           const Offer offer = tactic->offer(problem);
           const auto* refusal = std::get_if<Refusal>(&offer);
           return refusal == nullptr || refusal->reason == "the GPU is not Hopper";
         });
}

}  // namespace tenon::test

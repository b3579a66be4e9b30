#include "cuda/kernels/squeeze/squeeze_tactics.h"

#include <algorithm>
#include <cstring>

#include "base/rounding.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/igemm/conv_geometry.h"
#include "cuda/kernels/rows/float_problem.h"
#include "cuda/kernels/squeeze/squeeze_plan.h"
#include "device/launch.h"
#include "ops/squeeze_excitation.h"

namespace tenon {
namespace {

constexpr size_t kWithoutAsking = 48 << 10;  // shared memory that every kernel gets

// Where the packed constants are, in bytes: the biases in FP32, zeros where there are none, and the
// weights with rows of whole packets.
struct PackedForm {
  explicit PackedForm(const Problem& problem) {
    const DataType type = problem.inputs[0].dtype;
    channels = problem.inputs[1].dims[1];
    hidden = problem.inputs[1].dims[0];
    gate_bias = align(static_cast<size_t>(hidden) * sizeof(float));
    hidden_weights = align(gate_bias + static_cast<size_t>(channels) * sizeof(float));
    gate_weights = align(hidden_weights + bytes_of(type, hidden * squeeze_pitch(type, channels)));
    bytes = gate_weights + bytes_of(type, channels * squeeze_pitch(type, hidden));
  }
  static size_t align(size_t bytes) { return round_up(bytes, size_t{64}); }

  int64_t channels = 0, hidden = 0;
  size_t gate_bias = 0, hidden_weights = 0, gate_weights = 0, bytes = 0;
};

void pack_bias(const Problem& problem, size_t input, std::byte* to) {
  if (!is_present(problem, input)) return;
  const TensorView bias = problem.inputs[input].constant->view();
  for (int64_t i = 0; i < bias.volume(); ++i) {
    const auto value = static_cast<float>(element(bias, i));
    std::memcpy(to + static_cast<size_t>(i) * sizeof value, &value, sizeof value);
  }
}

void pack_rows(const Tensor& weights, std::byte* to) {
  const int64_t columns = weights.dims()[1];
  const size_t row = bytes_of(weights.dtype(), columns);
  const size_t pitch = bytes_of(weights.dtype(), squeeze_pitch(weights.dtype(), columns));
  for (int64_t i = 0; i < weights.dims()[0]; ++i) {
    const auto at = static_cast<size_t>(i);
    std::memcpy(to + at * pitch, weights.bytes().data() + at * row, row);
  }
}

class SqueezeLaunch final : public Launch {
 public:
  explicit SqueezeLaunch(const SqueezePlan& plan) : plan_(plan) {}
  size_t workspace_bytes() const override { return plan_.workspace_bytes; }

  void run(const LaunchArgs& args) const override {
    SqueezeParams p = plan_.params;
    p.x = args.inputs[0];
    p.y = args.outputs[0];
    p.parts = static_cast<float*>(args.workspace);
    for (int i = 0; i < plan_.launches; ++i) {
      launch_squeeze(plan_.kernels[i], p, stream_of(args));
      check_launch("squeeze and excitation");
    }
  }

 private:
  SqueezePlan plan_;
};

class SqueezeTactic final : public DependentTactic {
 public:
  SqueezeTactic(std::string_view name, const SqueezeChoice& choice)
      : name_(name), choice_(choice) {}
  std::string_view name() const override { return name_; }
  bool strided() const override { return true; }
  int in_place_input(const Problem& problem) const override {
    return problem.op.as<SqueezeExcitation>()->multiply ? 0 : -1;
  }

  Offer offer(const Problem& problem) const override {
    if (const auto refusal = rows::refuse_unless_float(problem)) return *refusal;
    const auto& op = *problem.op.as<SqueezeExcitation>();
    if (!has_activation(op.hidden_act) || !has_activation(op.gate_act)) {
      return Refusal{"a function that is no activation"};
    }
    for (size_t i = 1; i < problem.inputs.size(); ++i) {
      const OperandDesc& d = problem.inputs[i];
      if (d.present && !d.is_constant) return Refusal{"weights or biases that are not constant"};
    }
    if (problem.inputs[1].dims.volume() == 0) return Refusal{"no hidden channels"};
    if (choice_.form == SqueezeForm::kPlanes) return linear_offer(problem);
    if (!has_channels(problem.inputs[0].dims)) return Refusal{"no channels-last layout"};
    std::vector<LayoutOffer> offers{uniform_offer(problem, Layout::kChannelsLast)};
    if (!op.multiply) {
      offers.push_back(offers[0]);
      offers[1].outputs[0] = Layout::kLinear;
    }
    return offers;
  }

  double estimate(const Problem& problem) const override {
    return gpu_memory_seconds(problem) + 3e-6;
  }

  std::vector<std::byte> pack(const Problem& problem) const override {
    const PackedForm form(problem);
    std::vector<std::byte> blob(form.bytes);
    pack_bias(problem, 3, blob.data());
    pack_bias(problem, 4, blob.data() + form.gate_bias);
    pack_rows(*problem.inputs[1].constant, blob.data() + form.hidden_weights);
    pack_rows(*problem.inputs[2].constant, blob.data() + form.gate_weights);
    return blob;
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    if (problem.outputs[0].dims.volume() == 0) return make_launch([](const LaunchArgs&) {});
    SqueezePlan plan = plan_squeeze(problem, choice_);
    const PackedForm form(problem);
    const std::byte* constants = packed.constants.data();
    plan.params.hidden_bias = reinterpret_cast<const float*>(constants);
    plan.params.gate_bias = reinterpret_cast<const float*>(constants + form.gate_bias);
    plan.params.hidden_weights = constants + form.hidden_weights;
    plan.params.gate_weights = constants + form.gate_weights;
    for (int i = 0; i < plan.launches; ++i) {
      const size_t bytes = plan.kernels[i].shape.shared_bytes;
      if (bytes > device_facts().shared_bytes) {
        fail("squeeze and excitation of {} channels takes {} bytes of shared memory", form.channels,
             bytes);
      }
      if (bytes > kWithoutAsking) allow_shared(plan.kernels[i]);
    }
    return std::make_unique<SqueezeLaunch>(plan);
  }

 private:
  std::string_view name_;
  SqueezeChoice choice_;
};

}  // namespace

std::span<const Tactic* const> squeeze_tactics() {
  using enum SqueezeForm;
  static const SqueezeTactic pixels_256{"squeeze_pixels_256", {kPixels, 256}};
  static const SqueezeTactic pixels_512{"squeeze_pixels_512", {kPixels, 512}};
  static const SqueezeTactic channels_256{"squeeze_channels_256", {kChannels, 256}};
  static const SqueezeTactic channels_512{"squeeze_channels_512", {kChannels, 512}};
  static const SqueezeTactic images{"squeeze_images", {kChannels, 512, true}};
  static const SqueezeTactic planes{"squeeze_planes", {kPlanes, 256}};
  static const Tactic* const all[] = {&pixels_256,   &pixels_512, &channels_256,
                                      &channels_512, &images,     &planes};
  return all;
}

}  // namespace tenon

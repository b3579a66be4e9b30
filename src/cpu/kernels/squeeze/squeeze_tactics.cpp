#include "cpu/kernels/squeeze/squeeze_tactics.h"

#include <algorithm>
#include <cstring>

#include "base/rounding.h"
#include "cpu/kernels/dispatch.h"
#include "cpu/kernels/squeeze/squeeze_kernels.h"
#include "cpu/launch.h"
#include "cpu/offers.h"
#include "ops/squeeze_excitation.h"

namespace tenon {
namespace {

constexpr int64_t kPitch = 16;          // of channels and hidden channels in memory
constexpr int64_t kStretch = 16 << 10;  // elements that one thread sums or scales at a time

const SqueezeKernels& kernels() {
  return for_isa(generic::kSqueezeKernels, avx2::kSqueezeKernels, avx512::kSqueezeKernels);
}

// Where the packed constants are, in floats: w1 and the transpose of w2, both [hidden][pitch], and
// the biases; zeros behind the channels and for absent biases.
struct PackedForm {
  explicit PackedForm(const Problem& problem)
      : channels(problem.inputs[1].dims[1]),
        hidden(problem.inputs[1].dims[0]),
        pitch(round_up(channels, kPitch)),
        gate_weights(hidden * pitch),
        gate_bias(2 * hidden * pitch),
        hidden_bias(gate_bias + pitch),
        floats(hidden_bias + hidden) {}
  int64_t channels, hidden, pitch;
  int64_t gate_weights, gate_bias, hidden_bias, floats;
};

// The work on images of [blocks][pixels][block] elements; linear ones have blocks of one channel.
struct SqueezeWork {
  SqueezeLayer hidden, gate;
  int64_t images, channels, blocks, pixels, pitch;
  int block;
  int64_t stretch, stretches;  // pixels
  int64_t x_image, y_image;
  bool multiply;
  int64_t gates_written;  // of an image, where they are the output

  // Numbers an image has in the workspace: sums of every stretch, means, hidden vector, gates.
  int64_t scratch() const { return (stretches + 2) * pitch + round_up(hidden.rows, kPitch); }
  int64_t means() const { return stretches * pitch; }
  int64_t hidden_vector() const { return means() + pitch; }
  int64_t gates() const { return hidden_vector() + round_up(hidden.rows, kPitch); }
  // Calls fn(block, stretch, its first element in the image, pixels) for pieces [begin, end).
  template <typename Fn>
  void for_pieces(int64_t begin, int64_t end, Fn&& fn) const {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t b = i / stretches, s = i % stretches;
      fn(b, s, (b * pixels + s * stretch) * block, std::min(stretch, pixels - s * stretch));
    }
  }
};

void sum_pieces(const SqueezeWork& w, const float* x, float* scratch, int64_t begin, int64_t end) {
  w.for_pieces(begin, end, [&](int64_t b, int64_t s, int64_t first, int64_t pixels) {
    kernels().sum(x + first, pixels, w.block, scratch + s * w.pitch + b * w.block);
  });
}

void make_gates(const SqueezeWork& w, float* scratch, float* y) {
  float* means = scratch + w.means();
  float* gates = scratch + w.gates();
  const float share = 1.0F / static_cast<float>(w.pixels);
  for (int64_t c = 0; c < w.channels; ++c) {
    float sum = 0;
    for (int64_t s = 0; s < w.stretches; ++s) sum += scratch[s * w.pitch + c];
    means[c] = sum * share;
  }
  std::fill(means + w.channels, means + w.pitch, 0.0F);
  kernels().rows(w.hidden, means, scratch + w.hidden_vector());
  kernels().columns(w.gate, scratch + w.hidden_vector(), gates);
  std::fill(gates + w.channels, gates + w.pitch, 0.0F);
  if (!w.multiply) std::copy_n(gates, w.gates_written, y);
}

void scale_pieces(const SqueezeWork& w, const float* x, const float* scratch, float* y,
                  int64_t begin, int64_t end) {
  w.for_pieces(begin, end, [&](int64_t b, int64_t, int64_t first, int64_t pixels) {
    kernels().scale(x + first, scratch + w.gates() + b * w.block, pixels, w.block, y + first);
  });
}

void run(const SqueezeWork& w, const LaunchArgs& args) {
  ThreadPool& pool = pool_of(args);
  auto* workspace = static_cast<float*>(args.workspace);
  const auto x = [&](int64_t image) { return input(args, 0) + image * w.x_image; };
  const auto y = [&](int64_t image) { return output(args) + image * w.y_image; };
  const auto scratch = [&](int64_t image) { return workspace + image * w.scratch(); };
  const int64_t pieces = w.blocks * w.stretches;
  if (w.images >= pool.threads()) {  // an image each, which stays in the thread's cache
    pool.run(w.images, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        sum_pieces(w, x(i), scratch(i), 0, pieces);
        make_gates(w, scratch(i), y(i));
        if (w.multiply) scale_pieces(w, x(i), scratch(i), y(i), 0, pieces);
      }
    });
    return;
  }
  const int64_t grain = std::max<int64_t>(1, kStretch / (w.stretch * w.block));
  for (int64_t i = 0; i < w.images; ++i) {
    pool.run(pieces, grain,
             [&](int64_t begin, int64_t end, int) { sum_pieces(w, x(i), scratch(i), begin, end); });
    make_gates(w, scratch(i), y(i));
    if (!w.multiply) continue;
    pool.run(pieces, grain, [&](int64_t begin, int64_t end, int) {
      scale_pieces(w, x(i), scratch(i), y(i), begin, end);
    });
  }
}

void pack_bias(const Problem& problem, size_t operand, float* to) {
  if (operand >= problem.inputs.size() || !problem.inputs[operand].present) return;
  const Tensor& bias = *problem.inputs[operand].constant;
  std::memcpy(to, bias.bytes().data(), bias.bytes().size());
}

// The sums of each image, its gates, and the multiplication, in one launch.
class SqueezeImages final : public Tactic {
 public:
  std::string_view name() const override { return "squeeze_images"; }
  bool strided() const override { return true; }
  int in_place_input(const Problem& problem) const override {
    return problem.op.as<SqueezeExcitation>()->multiply ? 0 : -1;
  }

  Offer offer(const Problem& problem) const override {
    if (!all_f32(problem)) return Refusal{"computes f32 only"};
    if (!is_tensor(problem.inputs.at(0))) return Refusal{"takes no constant"};
    for (size_t i = 1; i < problem.inputs.size(); ++i) {
      const OperandDesc& d = problem.inputs[i];
      if (d.present && !d.is_constant) return Refusal{"weights or biases that are not constant"};
    }
    std::vector<LayoutOffer> offers;
    const auto add = [&](Layout x, Layout y) {
      offers.push_back(uniform_offer(problem, x));
      offers.back().outputs[0] = y;
    };
    for (const Layout layout : blocked_layouts()) {
      if (!has_channels(problem.inputs[0].dims)) break;
      add(layout, layout);
      if (!problem.op.as<SqueezeExcitation>()->multiply) add(layout, Layout::kLinear);
    }
    add(Layout::kLinear, Layout::kLinear);
    return offers;
  }

  double estimate(const Problem& problem) const override { return memory_seconds(problem); }

  std::vector<std::byte> pack(const Problem& problem) const override {
    const PackedForm form(problem);
    std::vector<std::byte> blob(static_cast<size_t>(form.floats) * sizeof(float));
    auto* to = reinterpret_cast<float*>(blob.data());
    const auto* w1 = problem.inputs[1].constant->view().as<float>();
    const auto* w2 = problem.inputs[2].constant->view().as<float>();
    for (int64_t r = 0; r < form.hidden; ++r) {
      for (int64_t c = 0; c < form.channels; ++c) {
        to[r * form.pitch + c] = w1[r * form.channels + c];
        to[form.gate_weights + r * form.pitch + c] = w2[c * form.hidden + r];
      }
    }
    pack_bias(problem, 3, to + form.hidden_bias);
    pack_bias(problem, 4, to + form.gate_bias);
    return blob;
  }

  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    if (problem.outputs[0].dims.volume() == 0) return make_launch([](const LaunchArgs&) {});
    const auto& op = *problem.op.as<SqueezeExcitation>();
    const OperandDesc& x = problem.inputs[0];
    const PackedForm form(problem);
    const auto* constants = reinterpret_cast<const float*>(packed.constants.data());
    SqueezeWork w{};
    w.hidden = {constants, constants + form.hidden_bias, form.hidden, form.pitch, op.hidden_act};
    w.gate = {constants + form.gate_weights, constants + form.gate_bias, form.hidden, form.pitch,
              op.gate_act};
    w.images = x.dims[0];
    w.channels = form.channels;
    w.pitch = form.pitch;
    w.block = block_of(x.layout);
    w.blocks = (form.channels + w.block - 1) / w.block;
    w.pixels = x.dims.volume() / (x.dims[0] * x.dims[1]);
    w.stretch = std::max<int64_t>(1, std::min(w.pixels, kStretch / w.block));
    w.stretches = (w.pixels + w.stretch - 1) / w.stretch;
    w.x_image = x.stride0();
    w.y_image = problem.outputs[0].stride0();
    w.multiply = op.multiply;
    const bool padded = problem.outputs[0].layout != Layout::kLinear;
    w.gates_written = padded ? w.blocks * w.block : w.channels;
    return make_launch([w](const LaunchArgs& args) { run(w, args); },
                       static_cast<size_t>(w.images * w.scratch()) * sizeof(float));
  }
};

}  // namespace

std::span<const Tactic* const> squeeze_tactics() {
  static const SqueezeImages images;
  static const Tactic* const table[] = {&images};
  return table;
}

}  // namespace tenon

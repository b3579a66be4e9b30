#include "cuda/kernels/squeeze/squeeze_plan.h"

#include <algorithm>

#include "base/rounding.h"
#include "cuda/device_facts.h"
#include "cuda/kernels/igemm/conv_geometry.h"
#include "ops/squeeze_excitation.h"

namespace tenon {
namespace {

constexpr int kWarp = 32;

int64_t packet(DataType type) { return type == DataType::kF32 ? 4 : 8; }

// Blocks an image: two for every multiprocessor in all, more for large images, fewer where each
// would have little to do.
int64_t blocks_of(const Problem& problem, SqueezeForm form, int64_t pixels) {
  constexpr int64_t kMuch = 64 << 10, kLittle = 8 << 10;  // bytes
  constexpr int64_t kMost = 64;
  const OperandDesc& x = problem.inputs[0];
  const int64_t images = x.dims[0];
  const int64_t bytes = static_cast<int64_t>(x.bytes()) / images;
  const int64_t wanted =
      std::max(ceil_div(2 * device_facts().multiprocessors, images), bytes / kMuch);
  // Channels last, a slice is at least as wide as what memory moves at once.
  const int64_t widest = form == SqueezeForm::kPixels     ? pixels
                         : form == SqueezeForm::kChannels ? x.dims[1] / (2 * packet(x.dtype))
                                                          : x.dims[1] / packet(x.dtype);
  return std::max<int64_t>(1, std::min({wanted, bytes / kLittle, widest, kMost}));
}

// Threads that share a row of weights of so many packets: a power of two, as long as there are
// threads for all rows at once.
int lanes_of(int64_t packets, int64_t rows, int threads) {
  int lanes = 1;
  while (lanes < kWarp && lanes < packets && rows * lanes * 2 <= threads) lanes *= 2;
  return lanes;
}

// Whether what is read at once begins at multiples of 16 bytes.
bool is_wide(const Problem& problem, SqueezeForm form, int64_t channels, int64_t pixels) {
  const int64_t v = packet(problem.inputs[0].dtype);
  const int64_t run = form == SqueezeForm::kPlanes ? pixels : channels;
  const bool multiply = problem.op.as<SqueezeExcitation>()->multiply;
  return run % v == 0 && problem.inputs[0].stride0() % v == 0 &&
         (!multiply || problem.outputs[0].stride0() % v == 0);
}

SqueezeParams params_of(const Problem& problem, const SqueezeChoice& choice, int64_t pixels) {
  const auto& op = *problem.op.as<SqueezeExcitation>();
  const Dims& x = problem.inputs[0].dims;
  const DataType type = problem.inputs[0].dtype;
  SqueezeParams p;
  p.x_image = problem.inputs[0].stride0();
  p.y_image = problem.outputs[0].stride0();
  p.images = static_cast<int>(x[0]);
  p.channels = static_cast<int>(x[1]);
  p.pixels = static_cast<int>(pixels);
  p.hidden = static_cast<int>(problem.inputs[1].dims[0]);
  p.channel_pitch = static_cast<int>(squeeze_pitch(type, x[1]));
  p.hidden_pitch = static_cast<int>(squeeze_pitch(type, p.hidden));
  p.share = 1.0F / static_cast<float>(pixels);
  p.blocks = choice.one_launch ? 1 : static_cast<int>(blocks_of(problem, choice.form, pixels));
  p.slice = p.channel_pitch;
  if (choice.form != SqueezeForm::kPixels) {
    p.slice = static_cast<int>(squeeze_pitch(type, ceil_div(x[1], p.blocks)));
    p.blocks = static_cast<int>(ceil_div(x[1], p.slice));
  }
  p.hidden_lanes = lanes_of(p.slice / packet(type), p.hidden, choice.threads);
  p.gate_lanes = lanes_of(p.hidden_pitch / packet(type), p.slice, choice.threads);
  p.hidden_act = activation_params(op.hidden_act);
  p.gate_act = activation_params(op.gate_act);
  return p;
}

// Hands out shared memory.
class SharedPlaces {
 public:
  explicit SharedPlaces(int floats) : end_(floats) {}
  int take(int64_t bytes) {
    const int at = end_;
    end_ += static_cast<int>(ceil_div(bytes, 16)) * 4;
    return at;
  }
  // Room for weights, unless they are many: then 0.
  int take_weights(int64_t bytes) {
    constexpr int64_t kMost = 48 << 10;
    return bytes <= kMost ? take(bytes) : 0;
  }
  size_t bytes() const { return static_cast<size_t>(end_) * sizeof(float); }

 private:
  int end_;  // in floats
};

}  // namespace

int64_t squeeze_pitch(DataType type, int64_t columns) {
  return ceil_div(columns, packet(type)) * packet(type);
}

SqueezePlan plan_squeeze(const Problem& problem, const SqueezeChoice& choice) {
  const Dims& x = problem.inputs[0].dims;
  const DataType type = problem.inputs[0].dtype;
  const bool multiply = problem.op.as<SqueezeExcitation>()->multiply;
  int64_t pixels = 1;
  for (int i = 2; i < x.rank(); ++i) pixels *= x[i];
  SqueezePlan plan;
  SqueezeParams& p = plan.params;
  p = params_of(problem, choice, pixels);
  SharedPlaces places(choice.threads * static_cast<int>(packet(type)));
  p.means = places.take(p.slice * 4);
  p.hidden_vector = places.take(p.hidden_pitch * 4);
  p.gates = places.take(p.slice * 4);
  SharedPlaces second = places;  // a launch of its own has the room of the other one's weights
  const auto bytes = [&](int64_t rows, int64_t columns) {
    return static_cast<int64_t>(bytes_of(type, rows * columns));
  };
  p.staged_hidden = places.take_weights(bytes(p.hidden, p.slice));
  if (p.blocks == 1) second = places;
  p.staged_gate = second.take_weights(bytes(p.slice, p.hidden_pitch));

  const bool wide = is_wide(problem, choice.form, x[1], pixels);
  const auto kernel = [&](SqueezeStage stage, const SharedPlaces& shared) {
    SqueezeKernel k;
    k.function = squeeze_function(type, choice.form, stage, wide, multiply);
    k.shape = {.blocks = static_cast<unsigned>(p.images * p.blocks),
               .threads = static_cast<unsigned>(choice.threads),
               .shared_bytes = shared.bytes(),
               .dependent = dependent_launches()};
    return k;
  };
  if (p.blocks == 1) {
    plan.kernels[0] = kernel(SqueezeStage::kBoth, second);
    return plan;
  }
  plan.launches = 2;
  plan.kernels[0] = kernel(SqueezeStage::kSqueeze, places);
  plan.kernels[1] = kernel(SqueezeStage::kExcite, second);
  plan.workspace_bytes = static_cast<size_t>(p.images) *
                         static_cast<size_t>(p.blocks * p.hidden_pitch) * sizeof(float);
  return plan;
}

}  // namespace tenon

#include "cuda/kernels/squeeze/squeeze_plan.h"

#include <algorithm>

#include "cuda/device_facts.h"
#include "cuda/kernels/igemm/conv_geometry.h"
#include "ops/squeeze_excitation.h"

namespace tenon {
namespace {

constexpr int kHopper = 90;     // clusters, and launches that begin early
constexpr int kMostBlocks = 8;  // of a cluster, on every GPU that has them
constexpr int kWarp = 32;

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t packet(DataType type) { return type == DataType::kF32 ? 4 : 8; }

// Blocks an image: enough for two on every multiprocessor, or that what all of them work on at a
// time fits the L2 cache when they read it again.
int cluster_of(const Problem& problem, const DeviceFacts& gpu) {
  if (gpu.sm < kHopper) return 1;
  constexpr double kModerate = 64 << 10;  // bytes a block
  const auto images = static_cast<double>(problem.inputs[0].dims[0]);
  const double bytes = static_cast<double>(problem.inputs[0].bytes()) / images;
  int blocks = 1;
  while (blocks < kMostBlocks &&
         (images * blocks < 2 * gpu.multiprocessors || bytes > kModerate * blocks)) {
    blocks *= 2;
  }
  return blocks;
}

// Threads that share a row of weights of so many packets: a power of two, as long as there are
// threads for all rows at once.
int lanes_of(int64_t packets, int64_t rows, int threads) {
  int lanes = 1;
  while (lanes < kWarp && lanes < packets && rows * lanes * 2 <= threads) lanes *= 2;
  return lanes;
}

// Whether tensors begin and lie at multiples of 16 bytes.
bool is_wide(const Problem& problem, SqueezeForm form, int64_t channels, int64_t pixels) {
  const int64_t v = packet(problem.inputs[0].dtype);
  const int64_t run = form == SqueezeForm::kPlanes ? pixels : channels;
  const bool multiply = problem.op.as<SqueezeExcitation>()->multiply;
  return run % v == 0 && problem.inputs[0].stride0() % v == 0 &&
         (!multiply || problem.outputs[0].stride0() % v == 0);
}

// Places in shared memory; returns its bytes.
size_t lay_out(SqueezeParams& p, SqueezeForm form, bool multiply, int threads, DataType type) {
  constexpr size_t kMostWeights = 56 << 10;
  const int v = static_cast<int>(packet(type));
  int end = threads * v;  // the sums
  const auto take = [&](int floats) {
    const int at = end;
    end += static_cast<int>(ceil_div(floats, 4)) * 4;
    return at;
  };
  const bool pixels = form == SqueezeForm::kPixels;
  p.parts = take(pixels ? p.cluster * p.slice : 0);
  p.means = take(p.slice);
  p.hidden_parts = take(p.cluster * p.hidden_pitch);
  p.hidden_vector = take(p.hidden_pitch);
  p.gates = take(!multiply ? 0 : pixels ? p.channels : p.slice);
  const auto elements =
      static_cast<size_t>(p.slice) * static_cast<size_t>(p.hidden + p.hidden_pitch);
  const size_t weights = bytes_of(type, static_cast<int64_t>(elements));
  p.weights = weights <= kMostWeights
                  ? take(static_cast<int>(ceil_div(static_cast<int64_t>(weights), sizeof(float))))
                  : 0;
  return static_cast<size_t>(end) * sizeof(float);
}

}  // namespace

int64_t squeeze_pitch(DataType type, int64_t columns) {
  return ceil_div(columns, packet(type)) * packet(type);
}

SqueezePlan plan_squeeze(const Problem& problem, SqueezeForm form, int threads) {
  const auto& op = *problem.op.as<SqueezeExcitation>();
  const DeviceFacts& gpu = device_facts();
  const Dims& x = problem.inputs[0].dims;
  const DataType type = problem.inputs[0].dtype;
  SqueezePlan plan;
  SqueezeParams& p = plan.params;
  const int64_t pixels = x.volume() / std::max<int64_t>(x[0] * x[1], 1);
  p.x_image = problem.inputs[0].stride0();
  p.y_image = problem.outputs[0].stride0();
  p.channels = static_cast<int>(x[1]);
  p.pixels = static_cast<int>(pixels);
  p.hidden = static_cast<int>(problem.inputs[1].dims[0]);
  p.channel_pitch = static_cast<int>(squeeze_pitch(type, x[1]));
  p.hidden_pitch = static_cast<int>(squeeze_pitch(type, p.hidden));
  p.share = 1.0F / static_cast<float>(pixels);
  p.cluster = x.volume() == 0 ? 1 : cluster_of(problem, gpu);
  p.slice = static_cast<int>(squeeze_pitch(type, ceil_div(x[1], p.cluster)));
  p.hidden_lanes = lanes_of(p.slice / packet(type), p.hidden, threads);
  p.gate_lanes = lanes_of(p.hidden_pitch / packet(type), p.slice, threads);
  p.hidden_act = activation_params(op.hidden_act);
  p.gate_act = activation_params(op.gate_act);
  plan.kernel.function =
      squeeze_function(type, form, is_wide(problem, form, x[1], pixels), op.multiply);
  plan.kernel.shape = {.blocks = static_cast<unsigned>(x[0] * p.cluster),
                       .threads = static_cast<unsigned>(threads),
                       .shared_bytes = lay_out(p, form, op.multiply, threads, type),
                       .cluster = static_cast<unsigned>(p.cluster),
                       .dependent = gpu.sm >= kHopper && use_dependent_launches};
  return plan;
}

}  // namespace tenon

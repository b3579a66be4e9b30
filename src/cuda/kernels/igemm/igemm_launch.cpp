#include "cuda/kernels/igemm/igemm_launch.h"

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/device_facts.h"
#include "cuda/kernels/igemm/conv_geometry.h"
#include "cuda/kernels/igemm/igemm_tensor_params.h"
#include "cuda/tensor_map.h"
#include "device/packed_constants.h"

namespace tenon {
namespace {

class IgemmLaunch final : public Launch {
 public:
  IgemmLaunch(const IgemmParams& params, const IgemmKernel& kernel)
      : params_(params), kernel_(kernel) {}

  void run(const LaunchArgs& args) const override {
    if (params_.rows == 0 || params_.columns == 0) return;
    const IgemmParams params = with_pointers(params_, args);
    launch_igemm(kernel_, &params, stream_of(args));
    check_launch("igemm");
  }

  static IgemmParams with_pointers(IgemmParams params, const LaunchArgs& args) {
    params.x = args.inputs[0];
    params.residual =
        args.inputs.size() > kResidualOperand ? args.inputs[kResidualOperand] : nullptr;
    params.y = args.outputs[0];
    return params;
  }

 private:
  IgemmParams params_;
  IgemmKernel kernel_;
};

class IgemmTensorLaunch final : public Launch {
 public:
  IgemmTensorLaunch(const IgemmParams& params, const IgemmKernel& kernel, NarrowType type,
                    int tile_rows)
      : params_{.map = {}, .params = params}, kernel_(kernel) {
    if (params.rows > 0 && params.depth_steps > 0)
      params_.map = window_map(params, type, tile_rows);
  }

  void run(const LaunchArgs& args) const override {
    if (params_.params.rows == 0 || params_.params.columns == 0) return;
    IgemmTensorParams params = params_;
    params.params = IgemmLaunch::with_pointers(params.params, args);
    if (params.params.depth_steps > 0) set_address(params.map, args.inputs[0]);
    launch_igemm(kernel_, &params, stream_of(args));
    check_launch("igemm");
  }

 private:
  IgemmTensorParams params_;
  IgemmKernel kernel_;
};

}  // namespace

std::vector<std::byte> igemm_blob(const IgemmWeights& w, const Tensor* bias, int64_t repeat) {
  const size_t bias_bytes = bias ? static_cast<size_t>(w.columns_padded()) * sizeof(float) : 0;
  std::vector<std::byte> blob(w.matrix_bytes() + bias_bytes);
  if (bias == nullptr) return blob;
  auto* to = reinterpret_cast<float*>(blob.data() + w.matrix_bytes());
  const int64_t count = w.columns / repeat;
  for (int64_t n = 0; n < w.columns; ++n) {
    const int64_t from = bias->volume() == 1 ? 0 : n % count;
    to[n] = static_cast<float>(element(bias->view(), from));
  }
  return blob;
}

void place_weights(const IgemmWeights& w, const WeightSource& from, int64_t first, int64_t count,
                   std::vector<std::byte>& blob) {
  auto* to = reinterpret_cast<uint16_t*>(blob.data());
  for (int64_t n = 0; n < count; ++n) {
    const int64_t place = igemm_place(first + n);
    for (int64_t tap = 0; tap < w.taps; ++tap) {
      const uint16_t* words = from.words + n * from.column + tap * from.tap;
      for (int64_t c = 0; c < w.channels; c += 8) {
        const int64_t depth = tap * w.padded_channels + c;
        const int64_t row = (depth / kIgemmDepth * w.columns_padded() + place) * kIgemmDepth;
        uint16_t* piece = to + row + (depth % kIgemmDepth / 8 ^ place % 8) * 8;
        for (int64_t i = 0; i < 8; ++i) piece[i] = words[(c + i) * from.channel];
      }
    }
  }
}

IgemmParams with_weights(IgemmParams params, const IgemmWeights& weights) {
  params.columns = static_cast<int>(weights.columns);
  params.columns_padded = static_cast<int>(weights.columns_padded());
  params.depth_steps = static_cast<int>(weights.steps());
  return params;
}

std::unique_ptr<Launch> bind_igemm(const IgemmParams& given, const IgemmWeights& weights,
                                   const IgemmChoice& choice, DataType type, bool has_bias,
                                   const Packed& packed) {
  IgemmParams params = given;
  params.weights = packed.constants.data();
  params.bias =
      has_bias ? reinterpret_cast<const float*>(packed.constants.data() + weights.matrix_bytes())
               : nullptr;
  params.splits = choice.splits;
  const DeviceFacts& gpu = device_facts();
  const GpuLimits limits{.shared_bytes = static_cast<int>(gpu.shared_bytes),
                         .dependent_launches = dependent_launches()};
  const NarrowType narrow = type == DataType::kF16 ? NarrowType::kF16 : NarrowType::kBF16;
  const IgemmKernel kernel = prepare_igemm(choice.tile, choice.source, narrow, params, limits);
  check_launch("igemm's shared memory");
  if (choice.source == IgemmSource::kEngine) {
    const auto tile = static_cast<size_t>(choice.tile);
    return std::make_unique<IgemmTensorLaunch>(params, kernel, narrow,
                                               igemm_tiles(choice.source)[tile].rows);
  }
  return std::make_unique<IgemmLaunch>(params, kernel);
}

}  // namespace tenon

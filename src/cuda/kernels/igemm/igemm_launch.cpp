#include "cuda/kernels/igemm/igemm_launch.h"

#include <algorithm>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/device_facts.h"
#include "cuda/kernels/igemm/conv_geometry.h"
#include "cuda/kernels/igemm/igemm_tensor_params.h"
#include "cuda/kernels/igemm/product_type.h"
#include "cuda/tensor_map.h"
#include "device/packed_constants.h"

namespace tenon {
namespace {

// What adds up the sums of blocks that share a tile's depth; of narrow types they do so themselves.
class SumsLaunch {
 public:
  SumsLaunch(const IgemmParams& params, const GpuLimits& limits) {
    if (params.element_bytes != 4 || params.splits == 1) return;
    kernel_ = prepare_igemm_sums(params, limits);
    bytes_ = sizeof(float) * static_cast<size_t>(params.splits) * static_cast<size_t>(params.rows) *
             static_cast<size_t>(params.columns_padded);
  }
  size_t workspace_bytes() const { return bytes_; }
  void run(const IgemmParams& params, const LaunchArgs& args) const {
    if (kernel_.function == nullptr) return;
    launch_igemm(kernel_, &params, stream_of(args));
    check_launch("igemm's sums");
  }

 private:
  IgemmKernel kernel_;
  size_t bytes_ = 0;
};

class IgemmLaunch final : public Launch {
 public:
  IgemmLaunch(const IgemmParams& params, const IgemmKernel& kernel, const SumsLaunch& sums)
      : params_(params), kernel_(kernel), sums_(sums) {}

  void run(const LaunchArgs& args) const override {
    if (params_.rows == 0 || params_.columns == 0) return;
    const IgemmParams params = with_pointers(params_, args);
    launch_igemm(kernel_, &params, stream_of(args));
    check_launch("igemm");
    sums_.run(params, args);
  }
  size_t workspace_bytes() const override { return sums_.workspace_bytes(); }

  static IgemmParams with_pointers(IgemmParams params, const LaunchArgs& args) {
    params.x = args.inputs[0];
    params.residual =
        args.inputs.size() > kResidualOperand ? args.inputs[kResidualOperand] : nullptr;
    params.y = args.outputs[0];
    params.sums = static_cast<float*>(args.workspace);
    return params;
  }

 private:
  IgemmParams params_;
  IgemmKernel kernel_;
  SumsLaunch sums_;
};

class IgemmTensorLaunch final : public Launch {
 public:
  IgemmTensorLaunch(const IgemmParams& params, const IgemmKernel& kernel, const SumsLaunch& sums,
                    ProductType type, int tile_rows)
      : params_{.map = {}, .params = params}, kernel_(kernel), sums_(sums) {
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
    sums_.run(params.params, args);
  }
  size_t workspace_bytes() const override { return sums_.workspace_bytes(); }

 private:
  IgemmTensorParams params_;
  IgemmKernel kernel_;
  SumsLaunch sums_;
};

// Elements as words of their size: of one tap, the columns [begin, end) of those from `first` on.
template <typename Word>
void place_columns(const IgemmWeights& w, const WeightSource& from, int64_t first, int64_t begin,
                   int64_t end, int64_t tap, std::byte* blob) {
  constexpr int64_t kPiece = 16 / sizeof(Word), kDepth = igemm_depth(sizeof(Word));
  auto* to = reinterpret_cast<Word*>(blob);
  const auto* elements = reinterpret_cast<const Word*>(from.elements) + tap * from.tap;
  for (int64_t c = 0; c < w.channels; c += kPiece) {
    const int64_t depth = tap * w.padded_channels + c;
    for (int64_t n = begin; n < end; ++n) {
      const int64_t place = igemm_place(first + n, kPiece);
      const int64_t row = (depth / kDepth * w.columns_padded() + place) * kDepth;
      Word* piece = to + row + (depth % kDepth / kPiece ^ place % 8) * kPiece;
      const Word* words = elements + n * from.column + c * from.channel;
      for (int64_t i = 0; i < kPiece; ++i) piece[i] = product_word(words[i * from.channel]);
    }
  }
}

// So many columns at a time that what is read of a cache line is read together where columns are
// neighbours, and what is written where channels are.
template <typename Word>
void place_words(const IgemmWeights& w, const WeightSource& from, int64_t first, int64_t count,
                 std::byte* blob) {
  constexpr int64_t kColumns = 32;
  for (int64_t n = 0; n < count; n += kColumns) {
    for (int64_t tap = 0; tap < w.taps; ++tap) {
      place_columns<Word>(w, from, first, n, std::min(n + kColumns, count), tap, blob);
    }
  }
}

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
  if (w.element_bytes == 4) return place_words<uint32_t>(w, from, first, count, blob.data());
  place_words<uint16_t>(w, from, first, count, blob.data());
}

IgemmParams with_weights(IgemmParams params, const IgemmWeights& weights) {
  params.columns = static_cast<int>(weights.columns);
  params.columns_padded = static_cast<int>(weights.columns_padded());
  params.depth_steps = static_cast<int>(weights.steps());
  params.element_bytes = weights.element_bytes;
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
  const ProductType product = product_type(type);
  const IgemmKernel kernel = prepare_igemm(choice.tile, choice.source, product, params, limits);
  check_launch("igemm's shared memory");
  const SumsLaunch sums(params, limits);
  if (choice.source == IgemmSource::kEngine) {
    return std::make_unique<IgemmTensorLaunch>(params, kernel, sums, product, tile_of(choice).rows);
  }
  return std::make_unique<IgemmLaunch>(params, kernel, sums);
}

}  // namespace tenon

#include "cuda/kernels/dnn/conv_weights.h"

#include <cstdint>

#include "device/packed_constants.h"

namespace tenon {

namespace {

// [K][C][pixel] -> [K][pixel][C], of elements as wide as T.
template <typename T>
void exchange(const T* from, T* to, size_t outputs, size_t channels, size_t pixels) {
  for (size_t k = 0; k < outputs; ++k, from += channels * pixels, to += channels * pixels) {
    for (size_t p = 0; p < pixels; ++p) {
      for (size_t c = 0; c < channels; ++c) to[p * channels + c] = from[c * pixels + p];
    }
  }
}

Tensor channels_last(const Tensor& w) {
  const Dims& dims = w.dims();
  const auto outputs = static_cast<size_t>(dims[0]);
  const auto channels = static_cast<size_t>(dims[1]);
  size_t pixels = 1;
  for (int i = 2; i < dims.rank(); ++i) pixels *= static_cast<size_t>(dims[i]);
  if (pixels == 1) return w;
  return Tensor::make(w.dtype(), dims, [&](const TensorView& view) {
    if (bytes_of(w.dtype(), 1) == sizeof(uint16_t)) {
      exchange(w.view().as<const uint16_t>(), view.as<uint16_t>(), outputs, channels, pixels);
    } else {
      exchange(w.view().as<const uint32_t>(), view.as<uint32_t>(), outputs, channels, pixels);
    }
  });
}

}  // namespace

std::vector<std::byte> pack_conv_constants(const Problem& problem) {
  if (problem.inputs[0].layout != Layout::kChannelsLast || !problem.inputs[1].is_constant) {
    return pack_constants(problem);
  }
  const Tensor weights = channels_last(*problem.inputs[1].constant);
  Problem laid = problem;
  laid.inputs[1].constant = &weights;
  return pack_constants(laid);
}

}  // namespace tenon

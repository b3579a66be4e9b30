#include "cuda/kernels/dnn/conv_weights.h"

#include <cstring>

#include "device/packed_constants.h"

namespace tenon {

// [K][C][spatial] -> [K][spatial][C]
static Tensor channels_last(const Tensor& w) {
  const Dims& dims = w.dims();
  const size_t element = bytes_of(w.dtype(), 1);
  const auto channels = static_cast<size_t>(dims[1]);
  size_t pixels = 1;
  for (int i = 2; i < dims.rank(); ++i) pixels *= static_cast<size_t>(dims[i]);
  return Tensor::make(w.dtype(), dims, [&](const TensorView& view) {
    const std::byte* from = w.bytes().data();
    auto* to = view.as<std::byte>();
    for (size_t k = 0; k < static_cast<size_t>(dims[0]); ++k) {
      for (size_t c = 0; c < channels; ++c) {
        for (size_t p = 0; p < pixels; ++p, from += element) {
          std::memcpy(to + ((k * pixels + p) * channels + c) * element, from, element);
        }
      }
    }
  });
}

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

#include "cuda/kernels/igemm/conv_product.h"

#include "base/rounding.h"

namespace tenon {

IgemmParams image_params(const ConvGeometry& g) {
  IgemmParams p;
  p.channels = static_cast<int>(g.c);
  p.x_pitch = static_cast<int>(g.x_pitch);
  p.residual_pitch = static_cast<int>(g.residual_pitch);
  p.y_pitch = static_cast<int>(g.y_pitch);
  p.height = static_cast<int>(g.h);
  p.width = static_cast<int>(g.w);
  p.by_channels = FastDivisor(g.c);
  p.act = activation_params(g.act);
  return p;
}

IgemmParams conv_params(const ConvGeometry& g) {
  IgemmParams p = image_params(g);
  p.rows = static_cast<int>(g.rows());
  p.plain = g.pointwise();
  p.kernel_h = static_cast<int>(g.kh);
  p.kernel_w = static_cast<int>(g.kw);
  p.stride_h = static_cast<int>(g.stride_h);
  p.stride_w = static_cast<int>(g.stride_w);
  p.dilation_h = static_cast<int>(g.dilation_h);
  p.dilation_w = static_cast<int>(g.dilation_w);
  p.pad_top = static_cast<int>(g.pad_top);
  p.pad_left = static_cast<int>(g.pad_left);
  p.by_pixels = FastDivisor(g.oh * g.ow);
  p.by_width = FastDivisor(g.ow);
  p.by_kernel_w = FastDivisor(g.kw);
  return p;
}

IgemmWeights conv_weights(const ConvGeometry& g, int element_bytes, bool whole_steps) {
  const int64_t depth = igemm_depth(element_bytes);
  const int64_t padded = whole_steps ? round_up(g.c, depth) : g.c;
  return {g.taps(), g.c, padded, g.k, element_bytes};
}

std::vector<std::byte> pack_conv(const Problem& problem, const IgemmWeights& w) {
  std::vector<std::byte> blob = igemm_blob(w, bias_of(problem), 1);
  place_weights(w, {elements_of(problem), 1, w.taps, w.channels * w.taps}, 0, w.columns, blob);
  return blob;
}

const std::byte* elements_of(const Problem& problem) {
  return problem.inputs[1].constant->bytes().data();
}

const Tensor* bias_of(const Problem& problem) {
  return is_present(problem, 2) ? problem.inputs[2].constant : nullptr;
}

}  // namespace tenon

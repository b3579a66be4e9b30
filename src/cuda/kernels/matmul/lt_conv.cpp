#include "cuda/kernels/matmul/lt_conv.h"

#include <algorithm>

#include "base/error.h"
#include "ops/conv.h"
#include "ops/matmul.h"

namespace tenon {
namespace {

std::string refusal_of(const Problem& p) {
  const Conv& conv = *p.op.as<Conv>();
  const Dims& w = p.inputs[1].dims;
  const auto all = [](const std::vector<int64_t>& list, int64_t value) {
    return std::all_of(list.begin(), list.end(), [&](int64_t v) { return v == value; });
  };
  const bool point = std::all_of(w.begin() + 2, w.end(), [](int64_t k) { return k == 1; });
  if (!point || conv.groups != 1) return "the convolution is not 1x1 over all channels";
  if (!all(conv.stride, 1)) return "the convolution has a stride";
  if (!all(conv.pad_begin, 0) || !all(conv.pad_end, 0)) return "the convolution is padded";
  const bool constant_residual =
      p.inputs.size() > 3 && p.inputs[3].present && p.inputs[3].is_constant;
  if (constant_residual) return "the residual is a constant";
  return {};
}

// A tensor [N, C, spatial...] as the matrices that its bytes are: one a tensor with a row a pixel,
// or one an image.
OperandDesc as_matrices(OperandDesc d, bool channels_last) {
  if (!d.present) return d;
  int64_t pixels = 1;
  for (int i = 2; i < d.dims.rank(); ++i) pixels *= d.dims[i];
  if (channels_last && d.batch_stride != 0) d.batch_stride = d.pixel_pitch();
  d.dims = channels_last ? Dims{d.dims[0] * pixels, d.dims[1]} : Dims{d.dims[0], d.dims[1], pixels};
  d.layout = Layout::kLinear;
  return d;
}

}  // namespace

std::variant<Problem, Refusal> conv_as_matmul(const Problem& conv) {
  if (std::string reason = refusal_of(conv); !reason.empty()) return Refusal{reason};
  const bool channels_last = conv.inputs[0].layout == Layout::kChannelsLast;
  const OperandDesc x = as_matrices(conv.inputs[0], channels_last);
  OperandDesc w = conv.inputs[1];
  w.dims = {w.dims[0], w.dims[1]};
  w.layout = Layout::kLinear;
  Problem p{.op = MatMul{.transpose_b = channels_last, .act = conv.op.as<Conv>()->act},
            .inputs = {},
            .outputs = {as_matrices(conv.outputs[0], channels_last)}};
  p.inputs = channels_last ? std::vector{x, w} : std::vector{w, x};
  if (conv.inputs.size() > 2) {
    OperandDesc bias = conv.inputs[2];
    if (bias.present && !channels_last) bias.dims = {bias.dims[0], 1};
    p.inputs.push_back(bias);
  }
  if (conv.inputs.size() > 3) p.inputs.push_back(as_matrices(conv.inputs[3], channels_last));
  p.tf32 = conv.tf32;
  p.narrower_considered = conv.narrower_considered;
  return p;
}

}  // namespace tenon

#include "ops/registry.h"

#include <algorithm>

#include "ops/attention.h"
#include "ops/binary.h"
#include "ops/cast.h"
#include "ops/concat.h"
#include "ops/constant.h"
#include "ops/conv.h"
#include "ops/conv_depthwise.h"
#include "ops/conv_pair.h"
#include "ops/conv_pool.h"
#include "ops/deconv.h"
#include "ops/expand.h"
#include "ops/fill.h"
#include "ops/gather.h"
#include "ops/gather_elements.h"
#include "ops/identity.h"
#include "ops/inverted_residual.h"
#include "ops/iota.h"
#include "ops/matmul.h"
#include "ops/normalization.h"
#include "ops/pad.h"
#include "ops/pointwise.h"
#include "ops/pool.h"
#include "ops/reduce.h"
#include "ops/reshape.h"
#include "ops/resize.h"
#include "ops/scale.h"
#include "ops/select.h"
#include "ops/shape_of.h"
#include "ops/slice.h"
#include "ops/softmax.h"
#include "ops/squeeze_excitation.h"
#include "ops/topk.h"
#include "ops/transpose.h"
#include "ops/unary.h"

namespace tenon {

std::span<const OpInfo* const> all_ops() {
  static const OpInfo* const table[] = {
      &kOpInfo<Attention>,
      &kOpInfo<Binary>,
      &kOpInfo<Cast>,
      &kOpInfo<Concat>,
      &kOpInfo<Constant>,
      &kOpInfo<Conv>,
      &kOpInfo<ConvDepthwise>,
      &kOpInfo<ConvPair>,
      &kOpInfo<ConvPool>,
      &kOpInfo<Deconv>,
      &kOpInfo<Expand>,
      &kOpInfo<Fill>,
      &kOpInfo<Flatten>,
      &kOpInfo<Gather>,
      &kOpInfo<GatherElements>,
      &kOpInfo<Identity>,
      &kOpInfo<InvertedResidual>,
      &kOpInfo<Iota>,
      &kOpInfo<MatMul>,
      &kOpInfo<Normalization>,
      &kOpInfo<Pad>,
      &kOpInfo<Pointwise>,
      &kOpInfo<Pool>,
      &kOpInfo<Reduce>,
      &kOpInfo<Reformat>,
      &kOpInfo<Reshape>,
      &kOpInfo<Resize>,
      &kOpInfo<Scale>,
      &kOpInfo<Select>,
      &kOpInfo<ShapeOf>,
      &kOpInfo<Slice>,
      &kOpInfo<Softmax>,
      &kOpInfo<Squeeze>,
      &kOpInfo<SqueezeExcitation>,
      &kOpInfo<TopK>,
      &kOpInfo<Transpose>,
      &kOpInfo<Unary>,
      &kOpInfo<Unsqueeze>,
  };
  return table;
}

const OpInfo* find_op(std::string_view name) {
  const auto ops = all_ops();
  const auto found = std::lower_bound(
      ops.begin(), ops.end(), name,
      [](const OpInfo* info, std::string_view wanted) { return info->name < wanted; });
  return found != ops.end() && (*found)->name == name ? *found : nullptr;
}

}  // namespace tenon

#include "sample_ops.h"

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

static std::vector<Op> window_ops() {
  const Activation clip{UnaryFn::kClip, -1.5F, 6.1F};
  return {
      Conv{},
      Conv{{2, 1}, {1, 0}, {0, 3}, {1, 2}, 4, clip},
      ConvDepthwise{},
      ConvDepthwise{{.act = clip}, {{2, 1}, {1, 0}, {0, 3}, {1, 2}, 4, clip}},
      ConvPair{},
      ConvPair{{{2, 1}, {1, 0}, {0, 3}, {1, 2}, 4, clip}, {.act = clip}},
      InvertedResidual{},
      InvertedResidual{{.act = clip},
                       {{2, 1}, {1, 0}, {0, 3}, {1, 2}, 4, clip},
                       {.stride = {1, 1}, .act = {UnaryFn::kRelu}}},
      ConvPool{},
      ConvPool{{{2, 1}, {1, 0}, {0, 3}, {1, 2}, 4, clip}, {.window = {3, 2}, .ceil_mode = true}},
      Deconv{},
      Deconv{{2}, {1}, {3}, {2}, {1}, 2, {UnaryFn::kRelu}},
      Pool{},
      Pool{PoolKind::kAverage, {3, 2}, {2, 1}, {1, 0}, {0, 1}, {1, 2}, true, true},
      Resize{},
      Resize{ResizeMode::kCubic,
             ResizeCoordinates::kAlignCorners,
             ResizeRounding::kCeil,
             {1.0F, 0.3F},
             -0.5F,
             true},
      Pad{},
      Pad{PadMode::kWrap, -0.1F},
  };
}

static std::vector<Op> shape_ops() {
  return {
      Cast{},
      Cast{DataType::kBF16},
      Concat{},
      Concat{-2},
      Expand{},
      Fill{},
      Fill{DataType::kI64, 1e18},
      Flatten{},
      Flatten{-1},
      Gather{},
      Gather{3},
      GatherElements{},
      GatherElements{-2},
      Identity{},
      Iota{},
      Iota{DataType::kF32, -0.5, 1e-3},
      Reformat{},
      Reformat{DataType::kI64},
      Reshape{},
      Reshape{true},
      Select{},
      ShapeOf{},
      ShapeOf{1, -1},
      Slice{},
      Squeeze{},
      Squeeze{{0, -1}},
      Transpose{},
      Transpose{{1, 0}},
      Unsqueeze{},
      Unsqueeze{{2}},
      Constant{},
      Constant{Tensor::f32({2, 2}, {1, -0.1F, 3e38F, 0})},
      Constant{Tensor::i64({}, {INT64_MIN})},
  };
}

static std::vector<Op> arithmetic_ops() {
  const PointwiseInstruction unary{
      PointwiseKind::kUnary, UnaryFn::kElu, BinaryFn::kMod, 1, 2, 3, 0.25F, -7.0F};
  const PointwiseInstruction select{.kind = PointwiseKind::kSelect, .c = 1};
  return {
      Attention{},
      Attention{AttentionLayout::kSequenceFirst, 12, 3, 64, 5, 6, 7, 0.125F, true, true},
      Binary{},
      Binary{BinaryFn::kLessOrEqual},
      MatMul{},
      MatMul{true, true, 0.125F, {UnaryFn::kGeluErf}},
      Normalization{},
      Normalization{{1, 2}, 1e-12F, 32, true},
      Pointwise{},
      Pointwise{{unary, select}},
      Reduce{},
      Reduce{ReduceKind::kLogSumExp, {1, -1}, false},
      Scale{},
      Scale{0},
      Softmax{},
      Softmax{1, true},
      SqueezeExcitation{},
      SqueezeExcitation{{UnaryFn::kSwish, 1}, {UnaryFn::kSigmoid}, true},
      TopK{},
      TopK{2, false, DataType::kI32, true},
      Unary{},
      Unary{UnaryFn::kHardSwish, 0.1666667F, 0.5F},
  };
}

std::vector<Op> sample_ops() {
  std::vector<Op> ops = window_ops();
  for (const auto& more : {shape_ops(), arithmetic_ops()}) {
    ops.insert(ops.end(), more.begin(), more.end());
  }
  return ops;
}

}  // namespace tenon

#pragma once

#include <cstdint>
#include <span>
#include <variant>

#include "base/rounding.h"
#include "device/problem.h"
#include "device/tactic.h"
#include "ops/scalar_fn.h"

namespace tenon {

// A convolution over one or two spatial axes with every default filled in; one axis counts as an
// image of height 1. Names as in ops/conv.h: x is [n, c, h, w], the weights [k, c/groups, kh, kw],
// y is [n, k, oh, ow].
struct ConvShape {
  int64_t n = 0, c = 0, h = 1, w = 0;
  int64_t k = 0, oh = 1, ow = 0;
  int64_t groups = 1;
  int64_t kh = 1, kw = 1;
  int64_t stride_h = 1, stride_w = 1;
  int64_t dilation_h = 1, dilation_w = 1;
  int64_t pad_top = 0, pad_left = 0;
  bool has_bias = false, has_residual = false;
  Activation act;

  int64_t group_inputs() const { return c / groups; }
  int64_t group_outputs() const { return k / groups; }
  bool pointwise() const {  // a matrix product over the pixels
    return kh == 1 && kw == 1 && stride_h == 1 && stride_w == 1 && pad_top == 0 && pad_left == 0 &&
           h == oh && w == ow;
  }
};

// The shape of an FP32 convolution with constant weights and bias, or why it is not one that the
// kernels here do.
std::variant<ConvShape, Refusal> conv_shape(const Problem& problem);

// The only offer of a tactic that takes x as `x` and gives y, and takes the residual, as `y`.
Offer conv_offer(const Problem& problem, Layout x, Layout y);

// A guess of the seconds that a convolution takes whose kernels run at `efficiency` of the
// processor's peak; never below what its memory traffic takes.
double conv_estimate(const Problem& problem, double efficiency);

// How a kernel finishes an output: most activations clamp, which costs nothing; others need a
// second pass over the block just written, as do padding channels that would not be zero.
struct ConvEpilogue {
  float low, high;
  bool second_pass;           // of every channel block
  bool second_pass_for_last;  // of the last channel block
  int last_lanes;             // channels of the last block, the others must be written as zeros
};
ConvEpilogue conv_epilogue(const ConvShape& shape, int block);

// The residual's, input 3's, position; the output may take its memory.
inline constexpr int kResidualInput = 3;
int conv_in_place(const Problem& problem);  // Tactic::in_place_input()

}  // namespace tenon

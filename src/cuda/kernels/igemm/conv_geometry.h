#pragma once

#include <string>
#include <variant>

#include "cuda/kernels/igemm/activation.cuh"
#include "device/tactic.h"
#include "ops/scalar_fn.h"

namespace tenon {

// A convolution, or a transposed one, over one or two spatial axes with every default filled in;
// one axis counts as an image of height 1. Names as in ops/conv.h: x is [n, c, h, w], y [n, k, oh,
// ow].
struct ConvGeometry {
  int64_t n = 0, c = 0, h = 1, w = 0;
  int64_t k = 0, oh = 1, ow = 0;
  int64_t groups = 1;
  int64_t kh = 1, kw = 1;
  int64_t stride_h = 1, stride_w = 1;
  int64_t dilation_h = 1, dilation_w = 1;
  int64_t pad_top = 0, pad_left = 0;
  int64_t x_pitch = 0, y_pitch = 0, residual_pitch = 0;  // OperandDesc::pixel_pitch()
  bool has_bias = false, has_residual = false;
  Activation act;

  int64_t taps() const { return kh * kw; }
  int64_t rows() const { return n * oh * ow; }  // of y as a matrix of pixels and channels
  bool pointwise() const {                      // a matrix product over the pixels
    return kh == 1 && kw == 1 && stride_h == 1 && stride_w == 1 && pad_top == 0 && pad_left == 0 &&
           h == oh && w == ow;
  }
};

// Of a Conv or Deconv problem whose operands are all of one type and whose weights and bias are
// constant; or why it is not one that the kernels here do.
std::variant<ConvGeometry, Refusal> conv_geometry(const Problem& problem);

// The residual's place, input 3 of Conv and MatMul; the output may take its memory.
inline constexpr size_t kResidualOperand = 3;
bool is_present(const Problem& problem, size_t input);
int residual_in_place(const Problem& problem);  // Tactic::in_place_input()

// The only offer of a tactic that takes x as `x` and gives y, and takes the residual, as `y`.
Offer conv_offer(const Problem& problem, Layout x, Layout y);

// Whether kernels have the function.
bool has_activation(const Activation& act);
ActivationParams activation_params(const Activation& act);

// Elements of 16 bits as raw words, whatever their type.
std::span<const uint16_t> words_of(const Tensor& tensor);

// Whether every tensor takes fewer than 2^31 elements, as 32-bit offsets ask for.
bool fits_32_bits(const Problem& problem);

}  // namespace tenon

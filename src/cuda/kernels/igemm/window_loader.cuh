#pragma once

#include "cuda/kernels/igemm/igemm_stage.cuh"

namespace tenon {

// Of a window that begins at (top, left): bit r says that kernel row r lies in the image, bit 16 +
// s that kernel column s does.
__device__ inline uint32_t taps_inside(const IgemmParams& p, int top, int left) {
  uint32_t inside = 0;
  for (int r = 0; r < p.kernel_h; ++r) {
    if (static_cast<unsigned>(top + r * p.dilation_h) < static_cast<unsigned>(p.height)) {
      inside |= 1U << r;
    }
  }
  for (int s = 0; s < p.kernel_w; ++s) {
    if (static_cast<unsigned>(left + s * p.dilation_w) < static_cast<unsigned>(p.width)) {
      inside |= 0x10000U << s;
    }
  }
  return inside;
}

// A thread's share of the copies of A: one 16-byte piece of every so many rows.
template <typename Shape>
class WindowLoader {
 public:
  using T = typename Shape::Element;
  static constexpr int kRowsApart = Shape::threads / 8;
  static constexpr int kCount = Shape::rows / kRowsApart;
  static constexpr int kDepth = igemm_depth(sizeof(T));

  __device__ WindowLoader(const IgemmParams& p, int first_row, int first_step)
      : p_(p), place_(piece_offset()) {
    const int depth = first_step * kDepth + static_cast<int>(threadIdx.x % 8) * (kDepth / 8);
    const int tap = p.by_channels.divide(depth, channel_);
    kernel_row_ = p.by_kernel_w.divide(tap, kernel_column_);
#pragma unroll
    for (int i = 0; i < kCount; ++i) {
      set_row(i, first_row + static_cast<int>(threadIdx.x) / 8 + i * kRowsApart);
    }
  }

  // Copies the next step's.
  __device__ void copy(uint32_t stage) {
    const int shift =
        (kernel_row_ * p_.dilation_h * p_.width + kernel_column_ * p_.dilation_w) * p_.x_pitch +
        channel_;
    // Behind the last tap no row has all of these bits.
    const uint32_t bits = kernel_row_ < p_.kernel_h
                              ? (1U << kernel_row_) | (0x10000U << kernel_column_)
                              : 0xFFFFFFFFU;
    const T* x = static_cast<const T*>(p_.x);
#pragma unroll
    for (int i = 0; i < kCount; ++i) {
      copy_or_zero(stage + place_ + i * kRowsApart * 128, x + (origin_[i] + shift),
                   (inside_[i] & bits) == bits);
    }
    channel_ += kDepth;
    while (channel_ >= p_.channels) {
      channel_ -= p_.channels;
      if (++kernel_column_ == p_.kernel_w) {
        kernel_column_ = 0;
        ++kernel_row_;
      }
    }
  }

 private:
  __device__ static uint32_t piece_offset() {
    const uint32_t row = threadIdx.x / 8, piece = threadIdx.x % 8;
    return row * 128 + ((piece ^ (row % 8)) << 4);
  }

  __device__ void set_row(int i, int row) {
    origin_[i] = 0;
    inside_[i] = 0;
    if (row >= p_.rows) return;
    if (p_.plain) {
      origin_[i] = row * p_.x_pitch;
      inside_[i] = 0x10001U;
      return;
    }
    int pixel, column;
    const int image = p_.by_pixels.divide(row, pixel);
    const int top = p_.by_width.divide(pixel, column) * p_.stride_h - p_.pad_top;
    const int left = column * p_.stride_w - p_.pad_left;
    origin_[i] = ((image * p_.height + top) * p_.width + left) * p_.x_pitch;
    inside_[i] = taps_inside(p_, top, left);
  }

  const IgemmParams& p_;
  uint32_t place_;
  int channel_, kernel_row_, kernel_column_;  // of this thread's piece in the next step
  int origin_[kCount];                        // element of x at tap 0 and channel 0
  uint32_t inside_[kCount];                   // see taps_inside()
};

}  // namespace tenon

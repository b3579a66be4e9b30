#pragma once

#include "cpu/kernels/conv/conv_shape.h"

namespace tenon {

// What an epilogue that does not just clamp does after a kernel has written an output block.
class SecondPass {
 public:
  SecondPass(const ConvEpilogue& epilogue, const ConvShape& shape, int block);

  // In place over `pixels` pixels of channel block `channel_block`: the activation, and zeros in
  // the padding channels.
  void run(float* y, int64_t channel_block, int64_t pixels) const {
    const bool is_last = channel_block == last_block_;
    if (!(is_last ? of_last_ : of_all_)) return;
    function_(y, pixels, act_, is_last ? last_lanes_ : block_);
  }

 private:
  void (*function_)(float*, int64_t, const Activation&, int);
  Activation act_;
  int block_;
  int64_t last_block_;
  int last_lanes_;
  bool of_all_;
  bool of_last_;
};

}  // namespace tenon

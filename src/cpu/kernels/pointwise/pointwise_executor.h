#pragma once

#include <cstdint>
#include <vector>

#include "cpu/kernels/pointwise/pointwise_kernels.h"
#include "ops/pointwise.h"

namespace tenon {

// Elements a value takes in a tile.
inline constexpr int64_t kPointwiseTile = 512;
inline constexpr int kMaxPointwiseSlots = 32;

// Where a value is while a tile is computed.
struct TileValue {
  const float* data = nullptr;
  bool scalar = false;  // one element that stands for all
};

// A program ready to run: kernels looked up, slots of scratch assigned by lifetime.
class PointwiseExecutor {
 public:
  // An instruction needs more than kMaxPointwiseSlots values at a time: executable() is false.
  PointwiseExecutor(std::vector<PointwiseInstruction> program, int inputs,
                    const PointwiseKernels& kernels);
  bool executable() const { return slots_ <= kMaxPointwiseSlots; }

  // Computes n <= kPointwiseTile elements. `values` has the inputs set and room for the results;
  // `scratch` is slots() tiles of which input i may have been put into tile i. The result is
  // written to `out`, which may be an input's data.
  void run(TileValue* values, float* scratch, float* out, int64_t n) const;

  int slots() const { return slots_; }
  int values() const { return inputs_ + static_cast<int>(steps_.size()); }
  // The result when every input is zero.
  float at_zero() const;

 private:
  struct Step {
    PointwiseInstruction instruction;
    int slot = 0;
    UnaryKernel unary = nullptr;
    BinaryKernel binary[kBinaryForms] = {};
  };
  void run_step(const Step& step, const TileValue* values, float* scratch, float* out,
                int64_t n) const;
  void run_select(const Step& step, const TileValue* values, float* scratch, float* out,
                  int64_t n) const;

  std::vector<Step> steps_;
  int inputs_;
  int slots_ = 0;
  const PointwiseKernels& kernels_;
};

}  // namespace tenon

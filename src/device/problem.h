#pragma once

#include <string>
#include <vector>

#include "device/layout.h"
#include "ops/op.h"

namespace tenon {

// Channels that a slice in kChannelsLast begins at a multiple of: 16 bytes of the narrow types.
inline constexpr int64_t kSliceChannels = 8;

// One operand of a problem: what a kernel must know of a tensor in memory.
struct OperandDesc {
  DataType dtype = DataType::kF32;
  Layout layout = Layout::kLinear;
  Dims dims;
  // Elements between indices of axis 0; 0 means dense. Larger where the tensor is a channel slice
  // of a concatenation that its producers write in place. Slices begin at a multiple of the block.
  // In kChannelsLast it is pixel_pitch() times the pixels of an image; slices begin at a multiple
  // of kSliceChannels there, and the pitch is one.
  int64_t batch_stride = 0;
  // Set for weights: the contents, in kLinear layout, at build time only. At run time a tactic gets
  // what its pack() made of them.
  const Tensor* constant = nullptr;
  bool present = true;  // false: an optional input that is left out
  bool is_constant =
      false;  // known at build time; stays true at run time, where `constant` is null
  // A shape operand (Traits::shape_operands) that is no constant: its contents, computed from the
  // input dims. There is no tensor: the launch gets a nullptr.
  std::vector<int64_t> elements;
  bool is_shape = false;

  int64_t stride0() const {
    return batch_stride != 0 ? batch_stride : dense_batch_stride(dims, layout);
  }
  // Elements between neighbouring pixels in kChannelsLast.
  int64_t pixel_pitch() const;
  // Elements from the first to behind the last one, padding channels included.
  int64_t extent() const;
  size_t bytes() const;  // that the dense tensor takes
};

// A piece of work for one kernel: an op over operands of concrete dims. Equal keys mean that the
// same kernel does the work in the same time.
struct Problem {
  Op op;
  std::vector<OperandDesc> inputs;
  std::vector<OperandDesc> outputs;
  // Build time: whether FP32 products may be rounded to TF32 (10 bits of mantissa, FP32 sums).
  bool tf32 = false;
  // Build time: whether the work is considered in a narrower type as well, which is nearly always
  // faster. Tactics that come in many ranks offer few of them then.
  bool narrower_considered = false;

  // Op, attributes, types, layouts and dims as text; contents of constants are left out.
  std::string key() const;
};

// Floating-point operations (a multiply-add counts two) and bytes read and written at least once:
// the floor of a problem's time on a device is the larger of flops/rate and bytes/bandwidth.
double flops_of(const Problem& problem);
double bytes_moved(const Problem& problem);

}  // namespace tenon

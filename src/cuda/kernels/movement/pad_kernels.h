#pragma once

#include <cuda_runtime_api.h>

#include "cuda/fast_division.h"
#include "cuda/kernels/movement/copy_kernels.h"

namespace tenon {

// Where places outside of the input get their values from.
enum class PadSource : uint8_t { kValue, kReflect, kEdge, kWrap };

// A loop over the output's units. On each axis place i is place i - before of what is kept of the
// input, which begins at in_offset.
struct PadLoop {
  uint32_t count = 0;  // below 2^31
  int axes = 1;
  PadSource source = PadSource::kValue;
  FastDivisor extent[kMaxLoopAxes];
  int32_t before[kMaxLoopAxes] = {};
  int32_t kept[kMaxLoopAxes] = {};
  int64_t in_stride[kMaxLoopAxes] = {};
  int64_t out_stride[kMaxLoopAxes] = {};
  int64_t in_offset = 0;
  uint4 value = {};  // the pad value over and over
};

// Elements of 1, 2, 4 or 8 bytes into a dense output that holds a whole number of units of 16
// bytes, to which it is aligned.
void launch_flat_pad(const void* in, void* out, const PadLoop& loop, int element,
                     cudaStream_t stream);

// In units of 1, 2, 4, 8 or 16 bytes to which both pointers are aligned.
void launch_pad(const void* in, void* out, const PadLoop& loop, int bytes, cudaStream_t stream);

// Writes `bytes` bytes of the pattern; `out` is aligned to `alignment`, the largest of 1 to 16 that
// it and the number of bytes are multiples of.
void launch_fill(void* out, int64_t bytes, uint4 pattern, int alignment, cudaStream_t stream);

enum class IotaType : uint8_t { kF32, kF16, kBF16, kI64, kI32, kI8, kBool };

// out[i] = start + i * step; of integers start and step are whole.
struct Progression {
  IotaType type = IotaType::kF32;
  double start = 0;
  double step = 1;
  int64_t whole_start = 0;
  int64_t whole_step = 1;
};
void launch_iota(void* out, int64_t count, const Progression& progression, cudaStream_t stream);

}  // namespace tenon

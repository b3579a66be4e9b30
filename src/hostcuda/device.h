// The one device: the CPU, as the CUDA calls describe it.
#pragma once

#include "driver_types.h"

namespace tenon::hostcuda {

inline constexpr int kLeastPriority = 0;
inline constexpr int kGreatestPriority = -5;

// The version that the runtime and the driver report.
inline constexpr int kVersion = 13000;

// What cudaGetDeviceProperties gives. The compute capability is 8.9, so that programs that ask
// before they use FP16, BF16, INT8 or FP8 go on to use them: the CPU device runs them all.
const cudaDeviceProp& device_properties();

// The value of an attribute; cudaErrorInvalidValue for an unknown one.
cudaError_t device_attribute(cudaDeviceAttr attribute, int& value);

// The flags set with cudaSetDeviceFlags.
unsigned int device_flags();

}  // namespace tenon::hostcuda

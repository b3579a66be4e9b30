#pragma once

#include <cstddef>
#include <string>

namespace tenon {

// DeviceFacts::sm of the GPUs whose copy engine and products by groups of warps kernels here use.
inline constexpr int kHopper = 90;

// What kernels and guesses want to know of a GPU. Rates are the chip's, not a kernel's.
struct DeviceFacts {
  std::string name;
  int index = 0;
  int sm = 0;  // compute capability times ten: 90 for Hopper
  int multiprocessors = 0;
  size_t l2_bytes = 0;
  size_t shared_bytes = 0;      // that a block may ask for
  double bytes_per_second = 0;  // of its memory
  double f32_flops = 0;         // a second, without tensor cores
  double f16_flops = 0;         // dense products of FP16 or BF16 on tensor cores
  int driver = 0;               // CUDA version of the driver and
  int runtime = 0;              // of the runtime, 13000 for 13.0
};

// Of the device with this index; read once. Throws Error when there is no such device.
const DeviceFacts& device_facts(int index);
// Of the calling thread's current device.
const DeviceFacts& device_facts();

}  // namespace tenon

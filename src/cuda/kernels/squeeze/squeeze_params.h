#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "base/dtype.h"
#include "cuda/kernels/igemm/activation.cuh"
#include "cuda/kernels/igemm/dependent_launch.h"

namespace tenon {

// How the blocks of a cluster share an image for its sums.
enum class SqueezeForm {
  kPixels,    // channels last: a stretch of pixels, all channels
  kChannels,  // channels last: all pixels of a slice of channels
  kPlanes,    // linear: the planes of a slice of channels
};

// Squeeze and excitation of images, a cluster of blocks each. Every block makes the gates of a
// slice of channels; its share of the hidden vector's sums goes to all blocks through their shared
// memory.
struct SqueezeParams {
  const void* x = nullptr;
  void* y = nullptr;
  const void* hidden_weights = nullptr;  // [hidden][channel_pitch], zeros behind each row
  const void* gate_weights = nullptr;    // [channels][hidden_pitch], likewise
  const float* hidden_bias = nullptr;
  const float* gate_bias = nullptr;

  int64_t x_image = 0, y_image = 0;  // elements between images
  int channels = 0, pixels = 0, hidden = 0;
  int channel_pitch = 0, hidden_pitch = 0;  // multiples of 16 bytes of elements
  float share = 0;                          // of a pixel in the mean
  int cluster = 1;                          // blocks an image
  int slice = 0;                            // channels a block, a multiple of 16 bytes
  int hidden_lanes = 1, gate_lanes = 1;     // threads that share a row of weights
  ActivationParams hidden_act, gate_act;

  // Where things are in shared memory, in floats. The sums are at its start.
  int parts = 0;         // kPixels: [cluster][slice], the blocks' sums
  int means = 0;         // [slice]
  int hidden_parts = 0;  // [cluster][hidden_pitch]
  int hidden_vector = 0;
  int gates = 0;    // of the block's region of x
  int weights = 0;  // the block's part of the weights, or 0: they are read where they are
};

struct SqueezeKernel {
  void (*function)(SqueezeParams) = nullptr;
  LaunchShape shape;
};

// The kernel function for tensors of the type; `wide`: they may be read in 16-byte packets.
void (*squeeze_function(DataType type, SqueezeForm form, bool wide, bool multiply))(SqueezeParams);
void launch_squeeze(const SqueezeKernel& kernel, const SqueezeParams& params, cudaStream_t stream);
// Lets the function have the shape's shared memory on the current device.
void allow_shared(const SqueezeKernel& kernel);

}  // namespace tenon

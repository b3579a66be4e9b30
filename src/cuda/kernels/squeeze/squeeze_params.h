#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

#include "base/dtype.h"
#include "cuda/dependent_launch.h"
#include "cuda/kernels/igemm/activation.cuh"

namespace tenon {

// The region of an image that a block sums up, and multiplies.
enum class SqueezeForm {
  kPixels,    // channels last: a stretch of pixels, all channels
  kChannels,  // channels last: all pixels of a slice of channels
  kPlanes,    // linear: the planes of a slice of channels
};

// Squeeze and excitation of images, in two launches: in the first one every block sums up its
// region and makes of these means, as far as they go, its part of the hidden vector's sums. In the
// second one every block adds up these parts, makes the gates of its region's channels and
// multiplies. With one block an image both are one launch.
enum class SqueezeStage { kSqueeze, kExcite, kBoth };

struct SqueezeParams {
  const void* x = nullptr;
  void* y = nullptr;
  float* parts = nullptr;                // [image][block][hidden_pitch]
  const void* hidden_weights = nullptr;  // [hidden][channel_pitch], zeros behind each row
  const void* gate_weights = nullptr;    // [channels][hidden_pitch], likewise
  const float* hidden_bias = nullptr;
  const float* gate_bias = nullptr;

  int64_t x_image = 0, y_image = 0;  // elements between images
  int images = 0, channels = 0, pixels = 0, hidden = 0;
  int channel_pitch = 0, hidden_pitch = 0;  // multiples of 16 bytes of elements
  float share = 0;                          // of a pixel in the mean
  int blocks = 1;                           // an image
  int slice = 0;                         // channels of a region, a multiple of 16 bytes of elements
  int hidden_lanes = 1, gate_lanes = 1;  // threads that share a row of weights
  ActivationParams hidden_act, gate_act;

  // Where things are in shared memory, in floats. Sums are at its start.
  int means = 0;          // [slice]
  int hidden_vector = 0;  // [hidden_pitch]
  int gates = 0;          // [slice]
  // The region's weights, or 0: they are read where they are.
  int staged_hidden = 0;  // [hidden][slice]
  int staged_gate = 0;    // [slice][hidden_pitch]
};

struct SqueezeKernel {
  void (*function)(SqueezeParams) = nullptr;
  LaunchShape shape;
};

// The kernel function for tensors of the type; `wide`: they may be read in 16-byte packets.
void (*squeeze_function(DataType type, SqueezeForm form, SqueezeStage stage, bool wide,
                        bool multiply))(SqueezeParams);
void launch_squeeze(const SqueezeKernel& kernel, const SqueezeParams& params, cudaStream_t stream);
// Lets the function have the shape's shared memory on the current device.
void allow_shared(const SqueezeKernel& kernel);

}  // namespace tenon

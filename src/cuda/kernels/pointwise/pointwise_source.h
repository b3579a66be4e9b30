#pragma once

#include <string>

#include "cuda/kernels/pointwise/pointwise_form.h"

namespace tenon {

// The kernels' CUDA C++. Their parameter is, without gaps but for alignment:
//   const void* in[inputs];  void* out;
//   unsigned long long together;     bit k: input k has a vector's elements side by side; otherwise
//                                    it has one element for the whole vector, or, for the flat
//                                    kernel, each has its own place
//   unsigned count;  unsigned axes;  vectors, and axes of the loop over them
//   unsigned extent[8], magic[8], shift[8];     see FastDivisor; the innermost axis counts vectors,
//                                               for the flat kernel elements
//   unsigned stride[inputs + 1][8];  in elements; the output's last
std::string pointwise_source(const PointwiseForm& form);

}  // namespace tenon

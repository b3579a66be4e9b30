#pragma once

#include <optional>
#include <string>
#include <vector>

#include "device/problem.h"
#include "ops/pointwise.h"

namespace tenon {

// An elementwise computation as far as its kernel depends on it: not on dims.
struct PointwiseForm {
  std::vector<DataType> inputs;
  DataType output = DataType::kF32;
  std::vector<PointwiseInstruction> program;
};

inline constexpr size_t kMaxPointwiseInputs = 64;
inline constexpr int kMaxPointwiseAxes = 8;
inline constexpr uint32_t kPointwiseThreads = 256;  // a block

// The form of a pointwise, unary, binary, scale, select, cast or reformat problem.
PointwiseForm pointwise_form(const Problem& problem);

// Why there is no kernel of the form; nullopt when there is one.
std::optional<std::string> pointwise_refusal(const PointwiseForm& form);

// Elements that kernels of the form compute a thread, one kernel each, the largest first. Those of
// the first fill 16 bytes of the widest operand.
std::vector<int> pointwise_widths(const PointwiseForm& form);
std::string pointwise_kernel_name(int width);

// The kernels' CUDA C++. Their parameter is, without gaps but for alignment:
//   const void* in[inputs];  void* out;
//   unsigned long long together;     bit k: input k has a vector's elements side by side; otherwise
//                                    it has one element for the whole vector
//   unsigned count;  unsigned axes;  vectors, and axes of the loop over them
//   unsigned extent[8], magic[8], shift[8];     see FastDivisor
//   unsigned stride[inputs + 1][8];  in elements; the output's last
std::string pointwise_source(const PointwiseForm& form);

}  // namespace tenon

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

// Whether it computes integers (as 64 bits) rather than floating-point numbers (as FP32).
bool computes_integers(const PointwiseForm& form);

// Elements that kernels of the form compute a thread, one kernel each, the largest first. Those of
// the first fill 16 bytes of the widest operand.
std::vector<int> pointwise_widths(const PointwiseForm& form);
std::string pointwise_kernel_name(int width);
// A kernel of the first width besides, for dense outputs whose innermost axis holds no whole
// vectors: it finds the place of every element of an input that does not lie like the output.
bool has_flat_kernel(const PointwiseForm& form);
inline constexpr const char* kPointwiseFlatKernel = "tenon_pointwise_flat";

}  // namespace tenon

#pragma once

#include <array>
#include <optional>

#include "cuda/kernels/normalization/normalization_kernels.h"
#include "device/problem.h"

namespace tenon {

// A normalization as one of the forms that there are kernels for.
struct NormalizationLoops {
  enum class Form { kRows, kColumns, kImages } form = Form::kRows;
  NormalizationShape shape;                     // kRows, kColumns
  NormalizationImages images;                   // kImages
  std::array<NormalizationParameter, 2> walks;  // scale and bias, without their data
};

// Of a problem whose tensors have elements, x in its layout; nullopt when there is no such form.
std::optional<NormalizationLoops> normalization_loops(const Problem& problem);

}  // namespace tenon

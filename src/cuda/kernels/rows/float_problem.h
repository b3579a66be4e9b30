#pragma once

#include <optional>
#include <vector>

#include "device/offers.h"

// What the families that work on rows and columns of elements ask of a problem.
namespace tenon::rows {

// Why the problem is not one of FP32, FP16 or BF16 alone, with input 0 in the device's memory and
// fewer than 2^31 elements in every tensor.
std::optional<Refusal> refuse_unless_float(const Problem& problem);

// An axis of a tensor in memory order.
struct StoredAxis {
  int axis;  // of the dims
  int64_t extent;
  int64_t stride;  // elements
};

// The axes as they lie in memory, outermost first: those of the dims, or [N, spatial..., C].
std::vector<StoredAxis> stored_axes(const OperandDesc& d);

// Offers every tensor in kLinear and, where the dims have channels, in kChannelsLast.
std::vector<LayoutOffer> both_layouts(const Problem& problem);

}  // namespace tenon::rows

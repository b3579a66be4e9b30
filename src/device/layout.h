#pragma once

#include <cstdint>
#include <string_view>

#include "base/fields.h"
#include "base/tensor.h"

namespace tenon {

// How the elements of a tensor lie in memory. All but kLinear are for tensors [N, C, spatial...]
// of rank 3 to 5 (rank 2 counts as no spatial axes).
enum class Layout : uint8_t {
  kLinear = 0,        // row-major
  kChannelsLast = 1,  // [N][spatial][C]
  kBlocked8 = 2,      // [N][ceil(C/8)][spatial][8], the padding channels hold zeros
  kBlocked16 = 3,     // [N][ceil(C/16)][spatial][16], the padding channels hold zeros
};
constexpr auto names(Layout) {
  using enum Layout;
  return std::to_array<std::pair<Layout, std::string_view>>({{kLinear, "linear"},
                                                             {kChannelsLast, "channels_last"},
                                                             {kBlocked8, "blocked8"},
                                                             {kBlocked16, "blocked16"}});
}

// How a tensor is stored.
struct Format {
  DataType dtype = DataType::kF32;
  Layout layout = Layout::kLinear;
  friend auto operator<=>(const Format&, const Format&) = default;
};

// Channels a block: 8, 16, or 1 for the layouts that are not blocked.
constexpr int block_of(Layout layout) {
  return layout == Layout::kBlocked8 ? 8 : layout == Layout::kBlocked16 ? 16 : 1;
}

// Elements in memory, the channels' padding included.
int64_t stored_volume(const Dims& dims, Layout layout);
// Elements between one index of axis 0 and the next when the tensor is dense.
int64_t dense_batch_stride(const Dims& dims, Layout layout);

}  // namespace tenon

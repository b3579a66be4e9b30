#pragma once

#include <optional>

#include "cuda/kernels/igemm/conv_geometry.h"
#include "cuda/kernels/stem/strip_params.h"

namespace tenon {

// A problem that strip_kernel does: a convolution of up to four channels, perhaps pooled.
struct StripShape {
  ConvGeometry conv;
  bool pooled = false;
  int64_t y_height = 0, y_width = 0;
  int64_t pool_top = 0, pool_left = 0;
};

// Of a Conv or ConvPool problem; or why the kernel does not do it.
std::variant<StripShape, Refusal> strip_shape(const Problem& problem);

// What goes into the products: 16 of depth are two cells of four words.
class StripDepth {
 public:
  explicit StripDepth(const ConvGeometry& conv);

  struct Tap {
    int64_t channel, row, column;  // of the window
  };

  int64_t lead() const { return lead_; }
  bool paired() const { return paired_; }
  int64_t groups() const;
  // Of x, counted from a window's first, in which it is: so many steps of 16 of depth are in each.
  std::span<const int64_t> lines() const { return lines_; }
  int64_t steps() const { return std::ssize(lines_) * pairs_; }
  int64_t cells(int64_t columns) const;  // of a line, for so many pixels
  // What an element of a step is; nothing where weights are zero.
  std::optional<Tap> tap(int64_t step, int64_t depth) const;

 private:
  const ConvGeometry& conv_;
  int64_t lead_;
  int64_t pairs_;  // of cells that a window has in a line
  bool paired_;
  std::vector<int64_t> lines_;  // that a window is in
};

// Complete but for the pointers.
StripParams strip_params(const StripShape& shape, int tile_columns, int multiprocessors);
int64_t strip_blocks(const StripShape& shape, const StripParams& params);

// Weights and bias in FP32.
std::vector<std::byte> pack_strip(const Problem& problem, const StripShape& shape);
size_t strip_bias_place(const StripShape& shape);  // in bytes

}  // namespace tenon

#pragma once

#include "ops/op.h"

namespace tenon {

enum class ResizeMode : uint8_t { kNearest, kLinear, kCubic };
constexpr auto names(ResizeMode) {
  using enum ResizeMode;
  return std::to_array<std::pair<ResizeMode, std::string_view>>(
      {{kNearest, "nearest"}, {kLinear, "linear"}, {kCubic, "cubic"}});
}

// How an output coordinate maps to an input one (the names of ONNX Resize).
enum class ResizeCoordinates : uint8_t {
  kHalfPixel,
  kPytorchHalfPixel,
  kAlignCorners,
  kAsymmetric,
  kHalfPixelSymmetric,
};
constexpr auto names(ResizeCoordinates) {
  using enum ResizeCoordinates;
  return std::to_array<std::pair<ResizeCoordinates, std::string_view>>(
      {{kHalfPixel, "half_pixel"},
       {kPytorchHalfPixel, "pytorch_half_pixel"},
       {kAlignCorners, "align_corners"},
       {kAsymmetric, "asymmetric"},
       {kHalfPixelSymmetric, "half_pixel_symmetric"}});
}

enum class ResizeRounding : uint8_t { kRoundPreferFloor, kRoundPreferCeil, kFloor, kCeil };
constexpr auto names(ResizeRounding) {
  using enum ResizeRounding;
  return std::to_array<std::pair<ResizeRounding, std::string_view>>(
      {{kRoundPreferFloor, "round_prefer_floor"},
       {kRoundPreferCeil, "round_prefer_ceil"},
       {kFloor, "floor"},
       {kCeil, "ceil"}});
}

// Interpolation over all axes of x [d0..dn].                   (ONNX Resize; IResizeLayer)
// The output dims are floor(di * scales[i]), or the elements of operand 1 (`sizes`, [n+1]
// integers) when it is present; then the scale of an axis is out/in. A scale that is a float for a
// simple fraction counts as the fraction (0.6F is 3/5), and align_corners goes by the whole output
// extent, as in PyTorch.
struct Resize {
  ResizeMode mode = ResizeMode::kNearest;
  ResizeCoordinates coordinates = ResizeCoordinates::kHalfPixel;
  ResizeRounding rounding = ResizeRounding::kRoundPreferFloor;
  std::vector<float> scales;  // one an axis; empty when `sizes` is given
  float cubic_coefficient = -0.75F;
  bool exclude_outside = false;

  static constexpr std::string_view kName = "resize";
  static constexpr Traits kTraits{.min_inputs = 1, .max_inputs = 2, .shape_operands = 0b10};
  static constexpr auto fields =
      std::tuple{field<1>("mode", &Resize::mode),
                 field<2>("coordinates", &Resize::coordinates),
                 field<3>("rounding", &Resize::rounding),
                 field<4>("scales", &Resize::scales),
                 field<5>("cubic_coefficient", &Resize::cubic_coefficient),
                 field<6>("exclude_outside", &Resize::exclude_outside)};
  friend bool operator==(const Resize&, const Resize&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

// How one axis is resized: output place o is the weighted sum of the input places
// places[o * taps .. +taps), all of them inside the input.
struct ResizeTaps {
  int64_t taps = 1;
  std::vector<int64_t> places;
  std::vector<double> weights;
};
ResizeTaps resize_taps(const Resize& op, const Dims& in, const Dims& out, int axis);

// Where output place o of an axis lies along the input: the operations in this order, in double.
struct ResizeLine {
  double shift = 0;
  double factor = 1;
  double divisor = 1;
  double offset = 0;
  double centre = 0;
  double at(int64_t o) const {
    return (static_cast<double>(o) + shift) * factor / divisor + offset + centre;
  }
};
ResizeLine resize_line(const Resize& op, const Dims& in, const Dims& out, int axis);

}  // namespace tenon

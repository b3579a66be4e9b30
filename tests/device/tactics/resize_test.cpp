#include <gtest/gtest.h>

#include "ops/resize.h"
#include "tactic_harness.h"

namespace tenon::test {
namespace {

constexpr ResizeCoordinates kCoordinates[] = {
    ResizeCoordinates::kHalfPixel, ResizeCoordinates::kPytorchHalfPixel,
    ResizeCoordinates::kAlignCorners, ResizeCoordinates::kAsymmetric,
    ResizeCoordinates::kHalfPixelSymmetric};

TEST(Resize, ModesAndCoordinates) {
  for (const ResizeMode mode : {ResizeMode::kNearest, ResizeMode::kLinear, ResizeMode::kCubic}) {
    for (const ResizeCoordinates coordinates : kCoordinates) {
      Resize up{.mode = mode, .coordinates = coordinates, .scales = {1, 1, 2, 2}};
      check_tactics({up, {random_input({2, 20, 5, 7})}}, "resize_rows");
      Resize odd{.mode = mode, .coordinates = coordinates, .scales = {1, 1, 0.6F, 1.7F}};
      check_tactics({odd, {random_input({1, 3, 10, 9})}}, "resize_rows");
      Resize sized{.mode = mode, .coordinates = coordinates};
      check_tactics({sized, {random_input({2, 9, 6, 4}), integers({2, 9, 13, 1})}}, "resize_rows");
      check_tactics({sized, {random_input({2, 9, 6}), integers({2, 9, 13})}}, "resize_rows");
    }
  }
}

TEST(Resize, RoundingAndEdges) {
  for (const ResizeRounding rounding :
       {ResizeRounding::kRoundPreferFloor, ResizeRounding::kRoundPreferCeil, ResizeRounding::kFloor,
        ResizeRounding::kCeil}) {
    const Resize op{.rounding = rounding, .scales = {1, 1, 1.5F, 0.75F}};
    check_tactics({op, {random_input({2, 8, 6, 300})}}, "resize_rows");
  }
  const Resize outside{.mode = ResizeMode::kCubic,
                       .scales = {1, 1, 0.6F, 2},
                       .cubic_coefficient = -0.5F,
                       .exclude_outside = true};
  check_tactics({outside, {random_input({1, 16, 11, 150})}}, "resize_rows");
}

TEST(Resize, VolumesGoToTheReference) {
  for (const ResizeMode mode : {ResizeMode::kNearest, ResizeMode::kLinear, ResizeMode::kCubic}) {
    const Resize op{.mode = mode};
    check_tactics({op, {random_input({2, 8, 3, 4, 5}), integers({2, 8, 5, 6, 4})}}, "reference");
  }
}

TEST(Resize, OtherAxesGoToTheReference) {
  check_tactics({Resize{.scales = {1, 2, 1, 1}}, {random_input({1, 3, 4, 4})}}, "reference");
}

}  // namespace
}  // namespace tenon::test

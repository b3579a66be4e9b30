#pragma once

#include "ops/op.h"

namespace tenon {

// The same elements in row-major order under other dims.       (ONNX Reshape; IShuffleLayer)
//   x [..];  shape [r] integers: -1 is inferred (at most once), 0 copies the dim of x at the same
//   place unless allow_zero
struct Reshape {
  bool allow_zero = false;

  static constexpr std::string_view kName = "reshape";
  static constexpr Traits kTraits{
      .min_inputs = 2, .max_inputs = 2, .view = true, .shape_operands = 0b10};
  static constexpr auto fields = std::tuple{field<1>("allow_zero", &Reshape::allow_zero)};
  friend bool operator==(const Reshape&, const Reshape&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

// Drops axes of extent 1: those listed, or all of them when the list is empty. (ONNX Squeeze)
struct Squeeze {
  std::vector<int64_t> axes;

  static constexpr std::string_view kName = "squeeze";
  static constexpr Traits kTraits{.view = true};
  static constexpr auto fields = std::tuple{field<1>("axes", &Squeeze::axes)};
  friend bool operator==(const Squeeze&, const Squeeze&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

// Inserts axes of extent 1 at the listed places of the output. (ONNX Unsqueeze)
struct Unsqueeze {
  std::vector<int64_t> axes;

  static constexpr std::string_view kName = "unsqueeze";
  static constexpr Traits kTraits{.view = true};
  static constexpr auto fields = std::tuple{field<1>("axes", &Unsqueeze::axes)};
  friend bool operator==(const Unsqueeze&, const Unsqueeze&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

// [d0..dn] -> [d0*..*d(axis-1), d(axis)*..*dn]. (ONNX Flatten)
struct Flatten {
  int64_t axis = 1;

  static constexpr std::string_view kName = "flatten";
  static constexpr Traits kTraits{.view = true};
  static constexpr auto fields = std::tuple{field<1>("axis", &Flatten::axis)};
  friend bool operator==(const Flatten&, const Flatten&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon

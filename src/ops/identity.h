#pragma once

#include "ops/op.h"

namespace tenon {

// y = x. (ONNX Identity, Dropout at inference; IIdentityLayer)
struct Identity {
  static constexpr std::string_view kName = "identity";
  static constexpr Traits kTraits{.elementwise = true, .view = true};
  static constexpr std::tuple<> fields{};
  friend bool operator==(const Identity&, const Identity&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

// y = x in another layout of memory or element type: what the builder puts between layers that
// disagree. Layouts are the operands', not the op's.
struct Reformat {
  DataType to = DataType::kF32;  // the type of y

  static constexpr std::string_view kName = "reformat";
  static constexpr Traits kTraits{.elementwise = true};
  static constexpr auto fields = std::tuple{field<1>("to", &Reformat::to)};
  friend bool operator==(const Reformat&, const Reformat&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon

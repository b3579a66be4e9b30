#pragma once

#include "ops/op.h"

namespace tenon {

// y's axis i is x's axis perm[i]; an empty perm reverses the axes. (ONNX Transpose; IShuffleLayer)
struct Transpose {
  std::vector<int64_t> perm;

  static constexpr std::string_view kName = "transpose";
  static constexpr Traits kTraits{};
  static constexpr auto fields = std::tuple{field<1>("perm", &Transpose::perm)};
  friend bool operator==(const Transpose&, const Transpose&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon

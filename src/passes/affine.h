#pragma once

#include <optional>
#include <vector>

#include "ir/rewriter.h"

namespace tenon {

// y[.., i, ..] = x[.., i, ..] * scale[i] + shift[i] along one axis, in double precision.
struct Affine {
  ValueId x = kNone;
  std::vector<double> scale;
  std::vector<double> shift;
  bool shifts_only() const;  // every scale is 1
  bool scales_only() const;  // every shift is 0
};

// What a node computes as an Affine along `axis` with `extent` indices: a `scale`, or a product,
// sum or difference of a value and a constant. nullopt for anything else, for types that are not
// floating point and when the node broadcasts x to larger dims.
std::optional<Affine> affine_of(const Rewriter& r, NodeId node, int axis, int64_t extent);

// `outer` after `inner`.
Affine compose(const Affine& outer, const Affine& inner);

}  // namespace tenon

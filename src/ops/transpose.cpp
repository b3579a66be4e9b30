#include "ops/transpose.h"

#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {

// The input axis of output axis i.
static int source(const Transpose& op, int i, int rank) {
  return op.perm.empty() ? rank - 1 - i : static_cast<int>(op.perm[static_cast<size_t>(i)]);
}

void Transpose::infer(InferContext& c) const {
  const int rank = c.rank(0);
  if (!perm.empty()) {
    if (static_cast<int>(perm.size()) != rank) {
      c.error("perm has {} axes, but input 0 is {}", perm.size(), to_string(c.input(0).type));
    }
    for (const int64_t p : perm) {
      if (p < 0 || p >= rank) c.error("axis {} of perm is outside of rank {}", p, rank);
    }
    axis_mask(c, perm, rank);
  }
  Shape dims;
  for (int i = 0; i < rank; ++i) {
    dims.push_back(c.dims(0)[static_cast<size_t>(source(*this, i, rank))]);
  }
  c.set(0, c.dtype(0), std::move(dims));
  if (c.input(0).elements) c.set_elements(0, *c.input(0).elements);
}

void Transpose::eval(Views in, Views out) const {
  const int rank = in[0].dims.rank();
  const Strides dense = dense_strides(in[0].dims);
  Strides strides{};
  for (int i = 0; i < rank; ++i) {
    strides[static_cast<size_t>(i)] = dense[static_cast<size_t>(source(*this, i, rank))];
  }
  copy_strided(out[0], in[0].data, 0, strides);
}

}  // namespace tenon

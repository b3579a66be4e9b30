// Other dims, same elements; and what the dims are.
#include <algorithm>

#include "onnx/node_context.h"
#include "ops/binary.h"
#include "ops/expand.h"
#include "ops/gather.h"
#include "ops/identity.h"
#include "ops/reshape.h"
#include "ops/shape_of.h"
#include "ops/transpose.h"

namespace tenon {
namespace {

void import_reshape(NodeContext& c) {
  c.result(Reshape{.allow_zero = c.flag("allowzero", false)}, {c.input(0), c.input(1)});
}

void import_flatten(NodeContext& c) {
  const int64_t axis = c.integer("axis", 1);
  // One past the last axis is allowed here.
  if (axis != c.rank(0)) c.axis(axis, c.rank(0));
  c.result(Flatten{.axis = axis}, {c.input(0)});
}

void import_squeeze_attributes(NodeContext& c) {
  c.result(Squeeze{c.integers("axes")}, {c.input(0)});
}

void import_squeeze(NodeContext& c) {
  c.result(Squeeze{c.has_input(1) ? c.constant_integers(1, "axes") : std::vector<int64_t>()},
           {c.input(0)});
}

void import_unsqueeze_attributes(NodeContext& c) {
  c.result(Unsqueeze{c.integers("axes")}, {c.input(0)});
}

void import_unsqueeze(NodeContext& c) {
  c.result(Unsqueeze{c.constant_integers(1, "axes")}, {c.input(0)});
}

void import_transpose(NodeContext& c) { c.result(Transpose{c.integers("perm")}, {c.input(0)}); }

void import_shape(NodeContext& c) {
  ShapeOf op{.start = c.integer("start", 0)};
  if (c.has_attribute("end")) op.end = c.integer("end");
  c.result(op, {c.input(0)});
}

// The product of the dims.
void import_size(NodeContext& c) {
  const ValueId shape = c.add("shape", ShapeOf{}, {c.input(0)});
  ValueId product = c.add_scalar("one", DataType::kI64, 1);
  for (int i = 0; i < c.rank(0); ++i) {
    const ValueId index = c.add_scalar("axis", DataType::kI64, i);
    const ValueId extent = c.add("dim", Gather{.axis = 0}, {shape, index});
    product = c.add("product", Binary{BinaryFn::kMul}, {product, extent});
  }
  c.result(Identity{}, {product});
}

void import_expand(NodeContext& c) { c.result(Expand{}, {c.input(0), c.input(1)}); }

// Repeats along an axis as an axis of its own, broadcast and merged:
// [d] -> [1, d] -> [r, d] -> [r * d].
void import_tile(NodeContext& c) {
  const auto repeats = c.constant_integers(1, "repeats");
  const int rank = c.rank(0);
  if (repeats.size() != static_cast<size_t>(rank)) {
    c.invalid("{} repeats for a tensor of rank {}", repeats.size(), rank);
  }
  std::vector<int64_t> added;  // axes of the tensor with repeats as axes of their own
  std::vector<int64_t> broadcast;
  std::vector<ShapePiece> merged;
  for (int i = 0; i < rank; ++i) {
    const int64_t r = repeats[static_cast<size_t>(i)];
    if (r < 0) c.invalid("repeats axis {} {} times", i, r);
    if (r != 1) {
      added.push_back(static_cast<int64_t>(broadcast.size()));
      broadcast.push_back(r);
    }
    broadcast.push_back(1);
    merged.push_back({.axis = i, .factor = r});
  }
  if (added.empty()) {
    c.result(Identity{}, {c.input(0)});
    return;
  }
  if (broadcast.size() > kMaxRank) {
    c.unsupported(ImportFault::kUnsupportedShape, "repeats {} axes of a tensor of rank {}",
                  added.size(), rank);
  }
  const ValueId apart = c.add("apart", Unsqueeze{added}, {c.input(0)});
  const ValueId repeated =
      c.add("repeated", Expand{}, {apart, c.add_integers("repeats", broadcast)});
  const ValueId shape = c.add_shape("shape", c.input(0), merged);
  c.result(Reshape{.allow_zero = true}, {repeated, shape});
}

int64_t block_size(const NodeContext& c) {
  const int64_t b = c.integer("blocksize");
  if (b < 1 || b > (1 << 15)) c.invalid("attribute blocksize is {}", b);
  if (c.rank(0) != 4) c.invalid("input 0 has rank {}, 4 expected", c.rank(0));
  return b;
}

void require_multiple(const NodeContext& c, size_t axis, int64_t factor) {
  const Dim& d = c.dims(0)[axis];
  if (d.is_constant() && d.value() % factor != 0) {
    c.invalid("dim {} of input 0, {}, is no multiple of {}", axis, d.value(), factor);
  }
}

// [N, C, H, W] -> [N, C/b^2, H*b, W*b]
void import_depth_to_space(NodeContext& c) {
  const int64_t b = block_size(c);
  const std::string mode = c.text("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") c.invalid("attribute mode is '{}'", mode);
  require_multiple(c, 1, b * b);
  const ShapePiece block{.factor = b};
  const ShapePiece depth{.axis = 1, .divisor = b * b};
  const std::vector<ShapePiece> apart =
      mode == "DCR" ? std::vector<ShapePiece>{{0}, block, block, depth, {2}, {3}}
                    : std::vector<ShapePiece>{{0}, depth, block, block, {2}, {3}};
  const std::vector<int64_t> perm = mode == "DCR" ? std::vector<int64_t>{0, 3, 4, 1, 5, 2}
                                                  : std::vector<int64_t>{0, 1, 4, 2, 5, 3};
  const ValueId x = c.input(0);
  const ValueId blocks =
      c.add("blocks", Reshape{.allow_zero = true}, {x, c.add_shape("apart", x, apart)});
  const ValueId moved = c.add("moved", Transpose{perm}, {blocks});
  const ValueId shape = c.add_shape("shape", x, {{0}, depth, {2, b}, {3, b}});
  c.result(Reshape{.allow_zero = true}, {moved, shape});
}

// [N, C, H, W] -> [N, C*b^2, H/b, W/b]
void import_space_to_depth(NodeContext& c) {
  const int64_t b = block_size(c);
  require_multiple(c, 2, b);
  require_multiple(c, 3, b);
  const ShapePiece block{.factor = b};
  const ShapePiece rows{.axis = 2, .divisor = b};
  const ShapePiece columns{.axis = 3, .divisor = b};
  const ValueId x = c.input(0);
  const ValueId apart = c.add_shape("apart", x, {{0}, {1}, rows, block, columns, block});
  const ValueId blocks = c.add("blocks", Reshape{.allow_zero = true}, {x, apart});
  const ValueId moved = c.add("moved", Transpose{{0, 3, 5, 1, 2, 4}}, {blocks});
  const ValueId shape = c.add_shape("shape", x, {{0}, {1, b * b}, rows, columns});
  c.result(Reshape{.allow_zero = true}, {moved, shape});
}

constexpr Importer kImporters[] = {
    {"DepthToSpace", 1, kNoEnd, import_depth_to_space},
    {"Expand", 8, kNoEnd, import_expand},
    {"Flatten", 1, kNoEnd, import_flatten},
    {"Reshape", 5, kNoEnd, import_reshape},
    {"Shape", 1, kNoEnd, import_shape},
    {"Size", 1, kNoEnd, import_size},
    {"SpaceToDepth", 1, kNoEnd, import_space_to_depth},
    {"Squeeze", 1, 12, import_squeeze_attributes},
    {"Squeeze", 13, kNoEnd, import_squeeze},
    {"Tile", 6, kNoEnd, import_tile},
    {"Transpose", 1, kNoEnd, import_transpose},
    {"Unsqueeze", 1, 12, import_unsqueeze_attributes},
    {"Unsqueeze", 13, kNoEnd, import_unsqueeze},
};

}  // namespace

std::span<const Importer> shape_importers() { return kImporters; }

}  // namespace tenon

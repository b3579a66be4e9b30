// Reductions over axes, softmax, and the largest and smallest elements.
#include "ops/reduce.h"

#include <array>
#include <limits>

#include "onnx/node_context.h"
#include "ops/binary.h"
#include "ops/identity.h"
#include "ops/reshape.h"
#include "ops/shape_of.h"
#include "ops/softmax.h"
#include "ops/topk.h"
#include "ops/unary.h"

namespace tenon {
namespace {

constexpr auto kKinds = std::to_array<std::pair<std::string_view, ReduceKind>>({
    {"ReduceL1", ReduceKind::kL1},
    {"ReduceL2", ReduceKind::kL2},
    {"ReduceLogSum", ReduceKind::kSum},
    {"ReduceLogSumExp", ReduceKind::kLogSumExp},
    {"ReduceMax", ReduceKind::kMax},
    {"ReduceMean", ReduceKind::kMean},
    {"ReduceMin", ReduceKind::kMin},
    {"ReduceProd", ReduceKind::kProd},
    {"ReduceSum", ReduceKind::kSum},
    {"ReduceSumSquare", ReduceKind::kSumSquare},
});

void reduce(NodeContext& c, std::vector<int64_t> axes, bool nothing_when_empty) {
  for (const int64_t a : axes) c.axis(a, c.rank(0));
  if (axes.empty() && nothing_when_empty) {
    c.result(Identity{}, {c.input(0)});
    return;
  }
  Reduce op{.axes = std::move(axes), .keep_dims = c.flag("keepdims", true)};
  for (const auto& [name, kind] : kKinds) {
    if (name == c.op()) op.kind = kind;
  }
  if (c.op() == "ReduceLogSum") {
    const ValueId sum = c.add("sum", std::move(op), {c.input(0)});
    c.result(Unary{UnaryFn::kLog}, {sum});
  } else {
    c.result(std::move(op), {c.input(0)});
  }
}

void import_reduce_attributes(NodeContext& c) { reduce(c, c.integers("axes"), false); }

void import_reduce(NodeContext& c) {
  const bool nothing = c.flag("noop_with_empty_axes", false);
  reduce(c, c.has_input(1) ? c.constant_integers(1, "axes") : std::vector<int64_t>(), nothing);
}

void import_softmax(NodeContext& c) {
  c.result(Softmax{.axis = c.axis(c.integer("axis", -1), c.rank(0)), .log = c.op() == "LogSoftmax"},
           {c.input(0)});
}

// Before opset 13: over all axes from `axis` on, taken as one.
void import_softmax_flat(NodeContext& c) {
  const int64_t axis = c.axis(c.integer("axis", 1), c.rank(0));
  const bool log = c.op() == "LogSoftmax";
  if (axis == c.rank(0) - 1) {
    c.result(Softmax{.axis = axis, .log = log}, {c.input(0)});
    return;
  }
  const ValueId rows = c.add("rows", Flatten{.axis = axis}, {c.input(0)});
  const ValueId flat = c.add("softmax", Softmax{.axis = 1, .log = log}, {rows});
  const ValueId shape = c.add("shape", ShapeOf{}, {c.input(0)});
  c.result(Reshape{.allow_zero = true}, {flat, shape});
}

// x / |x| over one axis, 0 where all of x is 0.
void import_lp_normalization(NodeContext& c) {
  const int64_t p = c.integer("p", 2);
  if (p != 1 && p != 2) c.invalid("attribute p is {}, neither 1 nor 2", p);
  const int64_t axis = c.axis(c.integer("axis", -1), c.rank(0));
  const ValueId norm =
      c.add("norm", Reduce{.kind = p == 1 ? ReduceKind::kL1 : ReduceKind::kL2, .axes = {axis}},
            {c.input(0)});
  const ValueId tiny = c.add_scalar("tiny", c.dtype(0), std::numeric_limits<float>::min());
  const ValueId divisor = c.add("divisor", Binary{BinaryFn::kMax}, {norm, tiny});
  c.result(Binary{BinaryFn::kDiv}, {c.input(0), divisor});
}

// Adds the node; its outputs are the file's.
void top_k(NodeContext& c, TopK op, ValueId k) {
  op.axis = c.axis(op.axis, c.rank(0));
  c.result(op, {c.input(0), k});
}

// k as an attribute; sorted, the largest.
void import_topk_attribute(NodeContext& c) {
  const int64_t k = c.integer("k");
  if (k < 0) c.invalid("attribute k is {}", k);
  top_k(c, {.axis = c.integer("axis", -1)}, c.add_integers("k", {k}));
}

void import_topk(NodeContext& c) {
  c.ignore("sorted");  // any order is allowed then, this one too
  top_k(c, {.axis = c.integer("axis", -1), .largest = c.flag("largest", true)}, c.input(1));
}

// The place of the largest or smallest element along an axis: the first of one.
void import_arg(NodeContext& c) {
  const int64_t axis = c.axis(c.integer("axis", 0), c.rank(0));
  const TopK op{.axis = axis,
                .largest = c.op() == "ArgMax",
                .last_first = c.flag("select_last_index", false)};
  const ValueId one = c.add_integers("one", {1});
  const bool keep = c.flag("keepdims", true);
  const ValueId places = c.output_of(c.add(keep ? "" : "first", op, {c.input(0), one}), 1);
  if (keep) {
    c.set_output(0, places);
  } else {
    c.result(Squeeze{{axis}}, {places});
  }
}

constexpr Importer kImporters[] = {
    {"ArgMax", 1, kNoEnd, import_arg},
    {"ArgMin", 1, kNoEnd, import_arg},
    {"LogSoftmax", 1, 12, import_softmax_flat},
    {"LogSoftmax", 13, kNoEnd, import_softmax},
    {"LpNormalization", 1, kNoEnd, import_lp_normalization},
    {"ReduceL1", 1, 17, import_reduce_attributes},
    {"ReduceL1", 18, kNoEnd, import_reduce},
    {"ReduceL2", 1, 17, import_reduce_attributes},
    {"ReduceL2", 18, kNoEnd, import_reduce},
    {"ReduceLogSum", 1, 17, import_reduce_attributes},
    {"ReduceLogSum", 18, kNoEnd, import_reduce},
    {"ReduceLogSumExp", 1, 17, import_reduce_attributes},
    {"ReduceLogSumExp", 18, kNoEnd, import_reduce},
    {"ReduceMax", 1, 17, import_reduce_attributes},
    {"ReduceMax", 18, kNoEnd, import_reduce},
    {"ReduceMean", 1, 17, import_reduce_attributes},
    {"ReduceMean", 18, kNoEnd, import_reduce},
    {"ReduceMin", 1, 17, import_reduce_attributes},
    {"ReduceMin", 18, kNoEnd, import_reduce},
    {"ReduceProd", 1, 17, import_reduce_attributes},
    {"ReduceProd", 18, kNoEnd, import_reduce},
    {"ReduceSum", 1, 12, import_reduce_attributes},
    {"ReduceSum", 13, kNoEnd, import_reduce},
    {"ReduceSumSquare", 1, 17, import_reduce_attributes},
    {"ReduceSumSquare", 18, kNoEnd, import_reduce},
    {"Softmax", 1, 12, import_softmax_flat},
    {"Softmax", 13, kNoEnd, import_softmax},
    {"TopK", 1, 9, import_topk_attribute},
    {"TopK", 10, kNoEnd, import_topk},
};

}  // namespace

std::span<const Importer> reduce_importers() { return kImporters; }

}  // namespace tenon

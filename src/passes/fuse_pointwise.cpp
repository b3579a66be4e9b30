#include <algorithm>
#include <bit>
#include <map>

#include "ir/constant_value.h"
#include "ir/rewriter.h"
#include "ops/binary.h"
#include "ops/pointwise.h"
#include "ops/scale.h"
#include "ops/select.h"
#include "ops/unary.h"
#include "passes/passes.h"

namespace tenon {
namespace {

// What kernels keep in registers and what a program may cost to compile.
constexpr size_t kMaxInputs = 12;
constexpr size_t kMaxInstructions = 48;

// Whether a node can be a part of a region whose numbers are of type `dtype`; booleans may only
// flow inside of it.
bool fusible(const Rewriter& r, NodeId id, DataType dtype) {
  const Node& node = r.graph().node(id);
  const DataType out = r.output_type(id).dtype;
  const bool logic = out == DataType::kBool;
  if (out != dtype && !logic) return false;
  const auto numbers = [&](size_t from) {
    return std::all_of(node.inputs.begin() + static_cast<std::ptrdiff_t>(from), node.inputs.end(),
                       [&](ValueId v) { return r.type(v).dtype == dtype; });
  };
  if (node.op.is<Select>()) return !logic && numbers(1);
  if (node.op.is<Scale>()) {
    return numbers(0) && r.graph().constant(node.inputs[1]) != nullptr &&
           r.graph().constant(node.inputs[2]) != nullptr;
  }
  if (!node.op.is<Unary>() && !node.op.is<Binary>()) return false;
  return numbers(0) ||
         (logic && std::all_of(node.inputs.begin(), node.inputs.end(),
                               [&](ValueId v) { return r.type(v).dtype == DataType::kBool; }));
}

// Sizes and scales computed in floating point belong to the shapes, not to the tensors.
bool shape_arithmetic(const TensorType& type) {
  return type.dims.size() <= 1 && is_static(type.dims) && volume(type.dims).value() <= 16;
}

using Region = std::vector<NodeId>;

bool contains(const Region& region, NodeId id) {
  return std::find(region.begin(), region.end(), id) != region.end();
}

// Whether every reader of a value is in the region.
bool enclosed(const Rewriter& r, const Region& region, ValueId value) {
  if (r.graph().is_output(value)) return false;
  const auto& readers = r.readers(value);
  return std::all_of(readers.begin(), readers.end(),
                     [&](NodeId reader) { return contains(region, reader); });
}

// The nodes that end in `root`, all of its dims, read by one another alone, none of them banned;
// sorted.
Region grow(const Rewriter& r, NodeId root, const Region& banned) {
  const TensorType& type = r.output_type(root);
  Region region{root};
  for (bool grown = true; grown && region.size() < kMaxInstructions / 2;) {
    grown = false;
    for (size_t i = 0; i < region.size(); ++i) {
      for (const ValueId v : r.graph().node(region[i]).inputs) {
        const NodeId producer = r.graph().value(v).producer;
        if (producer == kNone || contains(region, producer)) continue;
        if (contains(banned, producer)) continue;
        if (!fusible(r, producer, type.dtype) || r.type(v).dims != type.dims) continue;
        if (!enclosed(r, region, v)) continue;
        region.push_back(producer);
        grown = true;
      }
    }
  }
  std::sort(region.begin(), region.end());
  return region;
}

// A node that reads booleans from outside, which regions cannot take; kNone when there is none.
NodeId reader_of_booleans(const Rewriter& r, const Region& region) {
  for (const NodeId id : region) {
    for (const ValueId v : r.graph().node(id).inputs) {
      const NodeId producer = r.graph().value(v).producer;
      const bool outside = producer == kNone || !contains(region, producer);
      if (outside && r.type(v).dtype == DataType::kBool && !uniform_value(r.graph(), v)) return id;
    }
  }
  return kNone;
}

Region region_of(const Rewriter& r, NodeId root) {
  Region banned;
  while (true) {
    Region region = grow(r, root, banned);
    const NodeId illegal = reader_of_booleans(r, region);
    if (illegal == kNone) return region;
    if (illegal == root) return {};
    banned.push_back(illegal);
  }
}

// Translates a region to a program.
class Compiler {
 public:
  Compiler(Rewriter& r, const Region& region) : r_(r), region_(region) {
    for (const NodeId id : region_) {
      for (const ValueId v : r_.graph().node(id).inputs) read(id, v);
    }
  }

  // False when the region is too large, or a constant.
  bool compile() {
    if (inputs_.empty()) return false;
    for (const NodeId id : region_) emit(id);
    return inputs_.size() <= kMaxInputs && program_.size() <= kMaxInstructions;
  }

  Pointwise op() const { return {program_}; }
  const std::vector<ValueId>& inputs() const { return inputs_; }

 private:
  // A scale's vectors become operands of the region, with their axis where broadcasting wants it.
  ValueId aligned(NodeId id, ValueId v) {
    const auto* scale = r_.graph().node(id).op.as<Scale>();
    const Tensor* constant = r_.graph().constant(v);
    if (scale == nullptr || v == r_.operand(id, 0) || constant->volume() == 1) return v;
    const auto known = aligned_.find({id, v});
    if (known != aligned_.end()) return known->second;
    const auto rank = static_cast<int64_t>(r_.output_type(id).dims.size());
    const int64_t axis = scale->axis < 0 ? scale->axis + rank : scale->axis;
    Dims dims;
    for (int64_t i = axis; i < rank; ++i) dims.push_back(i == axis ? constant->volume() : 1);
    const ValueId moved =
        dims.rank() == 1 ? v : r_.add_constant(r_.graph().value(v).name, constant->reshaped(dims));
    aligned_[{id, v}] = moved;
    return moved;
  }

  void read(NodeId id, ValueId v) {
    const NodeId producer = r_.graph().value(v).producer;
    if (producer != kNone && contains(region_, producer)) return;
    if (uniform_value(r_.graph(), v)) return;
    v = aligned(id, v);
    if (std::find(inputs_.begin(), inputs_.end(), v) == inputs_.end()) inputs_.push_back(v);
  }

  int64_t append(const PointwiseInstruction& instruction) {
    program_.push_back(instruction);
    return static_cast<int64_t>(inputs_.size() + program_.size()) - 1;
  }

  int64_t reg(NodeId id, size_t operand) {
    const ValueId v = r_.operand(id, operand);
    const auto computed = registers_.find(v);
    if (computed != registers_.end()) return computed->second;
    if (const auto number = uniform_value(r_.graph(), v)) {
      const auto value = static_cast<float>(*number);
      const auto known = numbers_.find(std::bit_cast<uint32_t>(value));
      if (known != numbers_.end()) return known->second;
      const int64_t index = append({.kind = PointwiseKind::kConstant, .alpha = value});
      numbers_[std::bit_cast<uint32_t>(value)] = index;
      return index;
    }
    const auto found = std::find(inputs_.begin(), inputs_.end(), aligned(id, v));
    return found - inputs_.begin();
  }

  int64_t binary(BinaryFn fn, int64_t a, int64_t b) {
    return append({.kind = PointwiseKind::kBinary, .binary = fn, .a = a, .b = b});
  }

  void emit(NodeId id) {
    const Node& node = r_.graph().node(id);
    int64_t result = 0;
    if (const auto* unary = node.op.as<Unary>()) {
      result = append({.kind = PointwiseKind::kUnary,
                       .unary = unary->fn,
                       .a = reg(id, 0),
                       .alpha = unary->alpha,
                       .beta = unary->beta});
    } else if (const auto* op = node.op.as<Binary>()) {
      const int64_t a = reg(id, 0), b = reg(id, 1);
      result = binary(op->fn, a, b);
    } else if (node.op.is<Select>()) {
      const int64_t a = reg(id, 0), b = reg(id, 1), c = reg(id, 2);
      result = append({.kind = PointwiseKind::kSelect, .a = a, .b = b, .c = c});
    } else {
      const int64_t x = reg(id, 0), scale = reg(id, 1);
      const int64_t product = binary(BinaryFn::kMul, x, scale);
      const int64_t shift = reg(id, 2);
      result = binary(BinaryFn::kAdd, product, shift);
    }
    registers_[node.outputs[0]] = result;
  }

  Rewriter& r_;
  const Region& region_;
  std::vector<ValueId> inputs_;
  std::vector<PointwiseInstruction> program_;
  std::map<ValueId, int64_t> registers_;
  std::map<uint32_t, int64_t> numbers_;  // by their bits
  std::map<std::pair<NodeId, ValueId>, ValueId> aligned_;
};

std::string region_name(const Graph& graph, const Region& region) {
  std::string names;
  for (const NodeId id : region) names += (names.empty() ? "" : ", ") + graph.node(id).name;
  return fmt::format("fusedPointwiseNode({})", names);
}

bool fuse_region(Rewriter& r, NodeId root) {
  const TensorType& type = r.output_type(root);
  if (!is_float(type.dtype) || shape_arithmetic(type) || !fusible(r, root, type.dtype))
    return false;
  const Region region = region_of(r, root);
  if (region.size() < 2) return false;
  Compiler compiler(r, region);
  if (!compiler.compile()) return false;
  return r.fuse_as(root, region_name(r.graph(), region), region, compiler.op(), compiler.inputs());
}

}  // namespace

// Regions grow from their last node, so the last nodes of the graph come first.
Graph fuse_pointwise(Graph graph, PassContext& context) {
  Rewriter r(std::move(graph));
  auto order = r.graph().order();
  std::reverse(order.begin(), order.end());
  for (const NodeId id : order) {
    if (r.graph().node(id).removed || !fuse_region(r, id)) continue;
    context.fused("fuse_pointwise", r.graph().node(id).name);
  }
  return r.take();
}

}  // namespace tenon

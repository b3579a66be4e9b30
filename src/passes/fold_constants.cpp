#include <algorithm>

#include "ops/constant.h"
#include "ops/conv.h"
#include "ops/deconv.h"
#include "ops/matmul.h"
#include "ops/normalization.h"
#include "ops/scale.h"
#include "passes/apply_rules.h"
#include "passes/passes.h"

namespace tenon {
namespace {

bool evaluable(DataType dtype) {
  return bits_of(dtype) >= 8 && dtype != DataType::kF8 && dtype != DataType::kE8M0;
}

int64_t bytes_of_type(const TensorType& type) {
  return static_cast<int64_t>(bytes_of(type.dtype, volume(type.dims).value()));
}

// Layers that want their operands after the first known at build time, to pack them.
bool wants_weights(const Node& node, ValueId value) {
  const bool weighted = node.op.is<Conv>() || node.op.is<Deconv>() || node.op.is<MatMul>() ||
                        node.op.is<Normalization>() || node.op.is<Scale>();
  return weighted &&
         std::find(node.inputs.begin() + 1, node.inputs.end(), value) != node.inputs.end();
}

// An Expand or Fill of constants would put into the plan what is cheaper to make at run time.
bool worth_storing(const Rewriter& r, NodeId id) {
  constexpr int64_t kSmall = 64 << 10, kLargest = 256 << 20;
  const Node& node = r.graph().node(id);
  int64_t read = 0;
  for (const ValueId v : node.inputs) {
    if (v != kNone) read += bytes_of_type(r.type(v));
  }
  const int64_t written = bytes_of_type(r.output_type(id));
  if (written <= std::max(kSmall, 2 * read)) return true;
  if (written > kLargest) return false;
  const auto& readers = r.readers(r.output(id));
  return std::any_of(readers.begin(), readers.end(), [&](NodeId reader) {
    return wants_weights(r.graph().node(reader), r.output(id));
  });
}

bool become(Rewriter& r, NodeId id, Tensor value) {
  return r.redefine(id, Constant{std::move(value)}, {});
}

// A value whose contents inference knows, such as the shape of a static tensor.
bool known_contents(Rewriter& r, NodeId id) {
  const Value& value = r.graph().value(r.output(id));
  if (r.graph().node(id).op.is<Constant>() || !value.elements) return false;
  const auto& elements = *value.elements;
  const bool known =
      std::all_of(elements.begin(), elements.end(), [](const Dim& d) { return d.is_constant(); });
  if (!known || !is_static(value.type.dims)) return false;
  return become(
      r, id, Tensor::make(value.type.dtype, to_dims(value.type.dims), [&](const TensorView& view) {
        for (size_t i = 0; i < elements.size(); ++i) {
          set_integer_element(view, static_cast<int64_t>(i), elements[i].value());
        }
      }));
}

bool constant_operands(Rewriter& r, NodeId id) {
  const Node& node = r.graph().node(id);
  if (node.op.is<Constant>() || node.inputs.empty() || node.outputs.size() != 1) return false;
  std::vector<const Tensor*> operands;
  for (const ValueId v : node.inputs) {
    operands.push_back(v == kNone ? nullptr : r.graph().constant(v));
    if (v == kNone) continue;
    if (operands.back() == nullptr || !evaluable(operands.back()->dtype())) return false;
  }
  if (!is_static(r.output_type(id).dims) || !evaluable(r.output_type(id).dtype)) return false;
  if (!worth_storing(r, id)) return false;
  try {
    return become(r, id, evaluate(node.op, operands).at(0));
  } catch (const Error& error) {
    throw at(node.name, error);
  }
}

}  // namespace

Graph fold_constants(Graph graph, PassContext& context) {
  static const std::vector<Rule> rules{
      {"known_contents", known_contents},
      {"constant_operands", constant_operands},
  };
  return apply_quietly(std::move(graph), rules, context);
}

}  // namespace tenon

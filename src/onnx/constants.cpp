#include "onnx/constants.h"

#include <algorithm>

namespace tenon {
namespace {

constexpr int64_t kMaxFollowed = 4096;  // of a value worth following
constexpr size_t kMaxBytes = 32U << 20U;

bool small(const TensorType& type) {
  if (!is_static(type.dims)) return false;
  int64_t volume = 1;
  for (const Dim& d : type.dims) {
    if (d.value() > kMaxFollowed) return false;
    volume *= std::max<int64_t>(d.value(), 1);
    if (volume > kMaxFollowed) return false;
  }
  return bits_of(type.dtype) >= 8;
}

std::optional<Tensor> from_elements(const Value& value) {
  if (!value.elements || !is_static(value.type.dims)) return std::nullopt;
  const auto& elements = *value.elements;
  if (!std::all_of(elements.begin(), elements.end(),
                   [](const Dim& d) { return d.is_constant(); })) {
    return std::nullopt;
  }
  return Tensor::make(value.type.dtype, to_dims(value.type.dims), [&](const TensorView& view) {
    for (int64_t i = 0; i < view.volume(); ++i) {
      set_integer_element(view, i, elements[static_cast<size_t>(i)].value());
    }
  });
}

}  // namespace

bool ConstantTracker::allow(size_t bytes) {
  if (bytes > kMaxBytes - used_) return false;
  used_ += bytes;
  return true;
}

void ConstantTracker::note(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  if (node.inputs.empty()) return;  // constants are found in the graph
  std::vector<Tensor> operands;
  operands.reserve(node.inputs.size());
  std::vector<const Tensor*> pointers;
  for (const ValueId v : node.inputs) {
    if (v == kNone) {
      pointers.push_back(nullptr);
      continue;
    }
    if (!small(graph.value(v).type)) return;
    auto operand = find(graph, v);
    if (!operand) return;
    operands.push_back(*std::move(operand));
    pointers.push_back(&operands.back());
  }
  size_t bytes = 0;
  for (const ValueId v : node.outputs) {
    const Value& value = graph.value(v);
    if (!small(value.type)) return;
    bytes += bytes_of(value.type.dtype, to_dims(value.type.dims).volume());
  }
  if (!allow(bytes)) return;
  try {
    auto results = evaluate(node.op, pointers);
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      known_.insert_or_assign(node.outputs[i], std::move(results[i]));
    }
  } catch (const Error&) {
    // Not a constant then; whoever runs the node reports what is wrong with its operands.
  }
}

std::optional<Tensor> ConstantTracker::find(const Graph& graph, ValueId value) const {
  if (value == kNone) return std::nullopt;
  if (const Tensor* constant = graph.constant(value)) return *constant;
  if (const auto found = known_.find(value); found != known_.end()) return found->second;
  return from_elements(graph.value(value));
}

}  // namespace tenon

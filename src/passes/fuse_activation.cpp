#include "ops/conv.h"
#include "ops/deconv.h"
#include "ops/matmul.h"
#include "ops/unary.h"
#include "passes/apply_rules.h"
#include "passes/passes.h"

namespace tenon {
namespace {

// The functions that networks use as activations, which every kernel's epilogue knows.
bool is_activation(UnaryFn fn) { return fn >= UnaryFn::kRelu && fn <= UnaryFn::kMish; }

template <OpStruct Layer>
std::optional<Op> with_activation(const Op& op, const Activation& act) {
  const auto* layer = op.as<Layer>();
  if (layer == nullptr || !(layer->act == Activation{})) return std::nullopt;
  Layer fused = *layer;
  fused.act = act;
  return Op(std::move(fused));
}

// act(layer(x)) = layer(x) with an epilogue.
template <OpStruct Layer>
bool activation_into(Rewriter& r, NodeId id) {
  const auto* unary = r.graph().node(id).op.as<Unary>();
  if (unary == nullptr || !is_activation(unary->fn)) return false;
  if (!is_float(r.output_type(id).dtype)) return false;
  const NodeId layer = r.absorbable<Layer>(id, 0);
  if (layer == kNone) return false;
  auto op =
      with_activation<Layer>(r.graph().node(layer).op, {unary->fn, unary->alpha, unary->beta});
  if (!op) return false;
  return r.fuse(id, {layer, id}, std::move(*op),
                std::vector<ValueId>(r.graph().node(layer).inputs));
}

}  // namespace

Graph fuse_activation(Graph graph, PassContext& context) {
  static const std::vector<Rule> rules{
      {"activation_into_convolution", activation_into<Conv>},
      {"activation_into_deconvolution", activation_into<Deconv>},
      {"activation_into_matmul", activation_into<MatMul>},
  };
  return apply_rules(std::move(graph), rules, context);
}

}  // namespace tenon

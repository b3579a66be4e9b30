#include <algorithm>
#include <unordered_map>

#include "base/hash.h"
#include "ops/constant.h"
#include "passes/apply_rules.h"
#include "passes/passes.h"

namespace tenon {
namespace {

uint64_t key_of(const Node& node) {
  const auto* constant = node.op.as<Constant>();
  uint64_t key = constant ? constant->value.hash()
                          : hash_text(std::string(node.op.name()) + node.op.attribute_text());
  for (const ValueId v : node.inputs) key = hash_combine(key, static_cast<uint64_t>(v));
  return key;
}

}  // namespace

// Value numbering in one sweep: an operand that was merged makes its readers equal further on.
Graph eliminate_common(Graph graph, PassContext& context) {
  Rewriter r(std::move(graph));
  std::unordered_map<uint64_t, std::vector<NodeId>> seen;
  for (const NodeId id : r.graph().order()) {
    const Node& node = r.graph().node(id);
    if (node.removed || node.outputs.size() != 1) continue;
    auto& candidates = seen[key_of(node)];
    const auto same = std::find_if(candidates.begin(), candidates.end(), [&](NodeId other) {
      const Node& o = r.graph().node(other);
      return !o.removed && o.inputs == node.inputs && o.op == node.op;
    });
    if (same == candidates.end()) {
      candidates.push_back(id);
      continue;
    }
    const std::string name = node.name;
    if (r.bypass(id, r.output(*same))) context.rewrote("eliminate_common", name);
  }
  return r.take();
}

}  // namespace tenon

#include "passes/apply_rules.h"

namespace tenon {

Graph apply_rules(Graph graph, const std::vector<Rule>& rules, PassContext& context) {
  std::vector<const Rule*> allowed;
  for (const Rule& rule : rules) {
    if (context.allows(rule.name)) allowed.push_back(&rule);
  }
  return rewrite(std::move(graph), allowed, [&](const Rule& rule, const Node& node) {
    context.fused(rule.name, node.name);
  });
}

}  // namespace tenon

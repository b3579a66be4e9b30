#include "passes/apply_rules.h"

namespace tenon {

static std::vector<const Rule*> allowed(const std::vector<Rule>& rules,
                                        const PassContext& context) {
  std::vector<const Rule*> result;
  for (const Rule& rule : rules) {
    if (context.allows(rule.name)) result.push_back(&rule);
  }
  return result;
}

Graph apply_rules(Graph graph, const std::vector<Rule>& rules, PassContext& context) {
  return rewrite(std::move(graph), allowed(rules, context),
                 [&](const Rule& rule, const Node& node) { context.fused(rule.name, node.name); });
}

Graph apply_quietly(Graph graph, const std::vector<Rule>& rules, PassContext& context) {
  return rewrite(
      std::move(graph), allowed(rules, context),
      [&](const Rule& rule, const Node& node) { context.rewrote(rule.name, node.name); });
}

}  // namespace tenon

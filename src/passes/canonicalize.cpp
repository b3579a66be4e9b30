#include <iterator>

#include "passes/apply_rules.h"
#include "passes/passes.h"
#include "passes/rules/rules.h"

namespace tenon {

Graph canonicalize(Graph graph, PassContext& context) {
  static const std::vector<Rule> rules = [] {
    std::vector<Rule> all = view_rules();
    for (const auto& theme : {movement_rules(), split_rules(), arithmetic_rules()}) {
      std::copy(theme.begin(), theme.end(), std::back_inserter(all));
    }
    return all;
  }();
  return apply_quietly(std::move(graph), rules, context);
}

}  // namespace tenon

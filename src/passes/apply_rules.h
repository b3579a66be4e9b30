#pragma once

#include <vector>

#include "ir/rewriter.h"
#include "passes/pass.h"

namespace tenon {

// Applies the rules that the context allows until none applies; logs each application as a fusion.
Graph apply_rules(Graph graph, const std::vector<Rule>& rules, PassContext& context);
// The same for rules that tidy up: logged for the curious only.
Graph apply_quietly(Graph graph, const std::vector<Rule>& rules, PassContext& context);

}  // namespace tenon

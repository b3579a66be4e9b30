#pragma once

#include <span>

#include "base/log.h"
#include "build/candidates.h"
#include "build/join_rules.h"

namespace tenon {

// Joins nodes wherever the fastest tactic for the op of both takes less time than the fastest ones
// of the parts in the same types and layouts; of joins that share a part the one that saves most.
// `works` are those of the graph, posed. Returns how many joins there were: the graph is to be
// posed anew then. Devices without a tactic for an op, the reference aside, are not even measured.
// Logs the joins at kINFO.
int join_where_faster(Graph& graph, std::span<const Work> works, Device& device, Tuner& tuner,
                      const CandidateOptions& options, const Log& log);

}  // namespace tenon

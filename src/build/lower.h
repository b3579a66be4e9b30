#pragma once

#include <cstddef>
#include <vector>

#include "build/candidates.h"
#include "build/weight_store.h"

namespace tenon {

// The symbols' values at the profile's smallest, preferred and largest dims.
struct ProfileSymbols {
  Symbols min;
  Symbols opt;
  Symbols max;
};

// Makes the program of one profile out of the chosen candidates: steps in order with reformats
// between them, views as aliases, concatenations whose inputs are written in place, outputs over
// dying inputs, arena offsets. `works` and `choice` are those of choose_candidates(); the works'
// constants are released as they are packed, but in a rehearsal (see Tuner::Rehearsal). Bindings
// are the plan's, in the order inputs then outputs of the graph. The first program runs on one
// stream; more follow, over the same weights, where doing steps at the same time on up to
// `auxiliary_streams` more streams promises a gain.
std::vector<Program> lower(const Graph& graph, std::vector<Work>& works,
                           const std::vector<size_t>& choice, const ProfileSymbols& symbols,
                           Device& device, Tuner& tuner, WeightStore& weights,
                           int auxiliary_streams);

}  // namespace tenon

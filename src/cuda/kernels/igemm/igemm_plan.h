#pragma once

#include <string>
#include <vector>

#include "cuda/kernels/igemm/igemm_params.h"

namespace tenon {

// One way to run the kernel: a tile, where its rows come from, the blocks that share its depth.
struct IgemmChoice {
  int tile = 0;
  int splits = 1;
  IgemmSource source = IgemmSource::kThreads;
  friend bool operator==(const IgemmChoice&, const IgemmChoice&) = default;
};

// "64x32_k4"
std::string name_of(const IgemmChoice& choice);

// Every choice of a source that there is a tactic for.
const std::vector<IgemmChoice>& igemm_choices(IgemmSource source);

// A guess of the seconds that the current GPU takes for a problem; infinite where it cannot.
double igemm_seconds(const IgemmParams& params, const IgemmChoice& choice);

// Whether the choice is among the few that are worth timing for the problem.
bool is_promising(const IgemmParams& params, const IgemmChoice& choice);

}  // namespace tenon

#pragma once

#include <string>
#include <vector>

#include "cuda/kernels/igemm/igemm_params.h"

namespace tenon {

// One way to run the kernel: a tile, where its rows come from, the blocks that share its depth.
struct IgemmChoice {
  int tile = 0;
  int splits = 1;
  int element_bytes = 2;  // 2 for FP16 and BF16, 4 for FP32
  IgemmSource source = IgemmSource::kThreads;
  friend bool operator==(const IgemmChoice&, const IgemmChoice&) = default;
};

const IgemmTile& tile_of(const IgemmChoice& choice);
// "64x32_k4"
std::string name_of(const IgemmChoice& choice);

// Every choice of a source that there is a tactic for.
const std::vector<IgemmChoice>& igemm_choices(IgemmSource source, int element_bytes);

// A guess of the seconds that the current GPU takes for a problem with elements of the choice's
// kind; infinite where it cannot.
double igemm_seconds(const IgemmParams& params, const IgemmChoice& choice);

// Whether the choice is among the few that are worth timing for the problem.
bool is_promising(const IgemmParams& params, const IgemmChoice& choice);

}  // namespace tenon

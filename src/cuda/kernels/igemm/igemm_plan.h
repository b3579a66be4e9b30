#pragma once

#include <string>
#include <vector>

#include "cuda/kernels/igemm/igemm_params.h"

namespace tenon {

// One way to run the kernel: a tile and the blocks that share its depth.
struct IgemmChoice {
  int tile = 0;
  int splits = 1;
  friend bool operator==(const IgemmChoice&, const IgemmChoice&) = default;
};

// "64x32_k4"
std::string name_of(const IgemmChoice& choice);

// Every choice that there is a tactic for.
const std::vector<IgemmChoice>& igemm_choices();

struct IgemmSize {
  int64_t rows = 0;
  int64_t columns = 0;
  int64_t depth_steps = 0;
};

// A guess of the seconds that the current GPU takes; infinite where it cannot.
double igemm_seconds(const IgemmSize& size, const IgemmChoice& choice);

// Whether the choice is among the few that are worth timing for the size.
bool is_promising(const IgemmSize& size, const IgemmChoice& choice);

}  // namespace tenon

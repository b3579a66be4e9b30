#pragma once

#include "cuda/dependent_launch.h"
#include "device/tactic.h"

namespace tenon {

// A tactic whose kernels are all launched as dependents of what is before them.
class DependentTactic : public Tactic {
 public:
  bool starts_early() const override { return dependent_launches(); }
};

}  // namespace tenon

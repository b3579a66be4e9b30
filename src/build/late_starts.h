#pragma once

#include <vector>

#include "build/candidates.h"

namespace tenon {

// What choices of candidates lose where a kernel that could start early stands behind one that does
// not let it (Tactic::starts_early()): such kernels are timed in a row of their like, so behind
// others they take longer.
class LateStarts {
 public:
  // The works' items are launched in their order, views aside. They must outlive the object.
  LateStarts(const std::vector<Work>& works, Tuner& tuner);

  // Seconds that an item loses behind the one before it, given one index into Work::candidates an
  // item.
  double before(size_t work, const std::vector<size_t>& choice) const;
  // The same, with what the item behind it loses.
  double around(size_t work, const std::vector<size_t>& choice) const {
    return before(work, choice) + before(after_[work], choice);
  }

 private:
  const std::vector<Work>& works_;
  std::vector<size_t> before_, after_;  // in the order of launches; the number of items: none
  double gain_ = 0;                     // seconds, of an early start
};

}  // namespace tenon

#pragma once

#include <cstdint>
#include <vector>

#include "build/schedule.h"

namespace tenon {

// The steps that use a piece of memory: of each stream the first one and the last one.
class Lifetime {
 public:
  void add(size_t step, const HappensBefore& order);

  // In the order of the program; -1 where nothing uses it.
  int64_t first() const;
  int64_t last() const;
  // Whether all uses are done when the first of the other's begins, whatever the order in which
  // steps of different streams really run.
  bool ends_before(const Lifetime& other, const HappensBefore& order) const;
  // Whether every use but this step's own is done when the step begins, or does not begin before it
  // is done.
  bool ends_with(size_t step, const HappensBefore& order) const;
  bool begins_with(size_t step, const HappensBefore& order) const;

 private:
  struct Span {
    int64_t first = -1;
    int64_t last = -1;
  };
  std::vector<Span> streams_;
};

}  // namespace tenon

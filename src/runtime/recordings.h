#pragma once

#include <array>
#include <memory>
#include <vector>

#include "runtime/run.h"

namespace tenon {

// Runs that come again and again with the same dims and addresses, recorded, so that each costs one
// call. A run is recorded when it is seen for the third time. When there are as many as are kept
// and all of them are still in use, further ones are not recorded at all: a program that takes
// turns between more sets of buffers would else have one made, and dropped, for each run.
// Looking for a run allocates nothing.
class Recordings {
 public:
  explicit Recordings(Device& device) : device_(device) {}
  // Makes room for what is known of runs of the program.
  void reserve(const Resolved& program);
  // Replays the run when it is recorded, or is now; false when it has to be enqueued.
  bool replay(const Run& run, Stream& stream, Branches& branches);

 private:
  struct Seen {
    std::shared_ptr<const Resolved> resolved;
    std::vector<void*> pointers;
    int count = 0;
    uint64_t latest = 0;
  };
  struct Recorded {
    std::unique_ptr<Run> run;              // nullptr: free
    std::unique_ptr<Recording> recording;  // nullptr: it cannot be recorded
    uint64_t latest = 0;
  };
  static constexpr size_t kKept = 8;
  static constexpr size_t kWatched = 16;

  Seen& watch(const Run& run);
  Recorded* place();
  void record(const Run& run, Branches& branches, Recorded& to);

  Device& device_;
  uint64_t clock_ = 0;  // runs so far
  std::array<Recorded, kKept> recorded_;
  std::array<Seen, kWatched> seen_;
};

}  // namespace tenon

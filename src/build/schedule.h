#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tenon {

// Which steps run at the same time: an order of the steps, a stream for each, and for which steps
// on other streams each one waits.
struct Schedule {
  std::vector<size_t> order;                // the steps, by their numbers before
  std::vector<int64_t> streams;             // one a step, in the new order; 0 is the caller's
  std::vector<std::vector<int64_t>> waits;  // by numbers in the new order, ascending
  int64_t auxiliary_streams = 0;
  double seconds = 0;  // as predicted

  friend bool operator==(const Schedule&, const Schedule&) = default;
};

// The steps one after another, as they are.
Schedule serial_schedule(const std::vector<double>& seconds);

// List scheduling: of the steps that can begin, the one with the longest path to the end is next,
// on the stream where it begins first. It leaves the stream of the step that it follows only where
// it gains more than `handover` seconds, what waiting for another stream costs, twice: to get there
// and to come back. `after[i]`: the steps, all of lower numbers, that step i needs done.
// Deterministic.
Schedule schedule_steps(const std::vector<double>& seconds,
                        const std::vector<std::vector<size_t>>& after, int auxiliary_streams,
                        double handover);

// What is known to be done before what: by the order of the steps within each stream, and by the
// waits between streams.
class HappensBefore {
 public:
  explicit HappensBefore(size_t stream_count)
      : stream_count_(stream_count), latest_(stream_count, -1) {}
  explicit HappensBefore(const Schedule& schedule);

  // The next step, on this stream.
  void add_step(int64_t stream);
  // The step added last waits for this one.
  void add_wait(int64_t step);

  // Whether step a is done when step b begins.
  bool operator()(size_t a, size_t b) const {
    return done_[b * stream_count_ + static_cast<size_t>(streams_[a])] >= static_cast<int64_t>(a);
  }
  size_t stream_count() const { return stream_count_; }
  size_t stream(size_t step) const { return static_cast<size_t>(streams_[step]); }

 private:
  size_t stream_count_;
  std::vector<int64_t> streams_;
  std::vector<int64_t> latest_;  // step of each stream; -1: none
  // For each step and stream the last step of that stream that is done when the step begins.
  std::vector<int64_t> done_;
};

}  // namespace tenon

// Times of inferences and what is computed from them.
#pragma once

#include <span>
#include <vector>

namespace tenon::trtexec {

// Of one inference, in ms: enqueue on the host's clock, the rest on the device's, both since the
// start of the run.
struct InferenceTrace {
  int stream = 0;
  double enq_start = 0, enq_end = 0;
  double h2d_start = 0, h2d_end = 0;
  double compute_start = 0, compute_end = 0;
  double d2h_start = 0, d2h_end = 0;

  double enqueue() const { return enq_end - enq_start; }
  double h2d() const { return h2d_end - h2d_start; }
  double compute() const { return compute_end - compute_start; }
  double d2h() const { return d2h_end - d2h_start; }
  double latency() const { return h2d() + compute() + d2h(); }

  bool operator==(const InferenceTrace&) const = default;
};

// Of a sorted, nonempty list: the element below which that share (0 to 100) of the others lies.
double percentile_of(std::span<const double> sorted, double percent);
// Of a sorted, nonempty list.
double median_of(std::span<const double> sorted);

struct Summary {
  double min = 0, max = 0, mean = 0, median = 0;
  std::vector<double> percentiles;     // as asked for, in that order
  double coefficient_of_variance = 0;  // in percent; 0 for a mean of 0

  bool operator==(const Summary&) const = default;
};

// All 0 for no values.
Summary summarize(std::vector<double> values, std::span<const double> percentiles);

// Of the inferences that began after the warm-up.
struct Performance {
  int warm_ups = 0;
  double warm_up_ms = 0;                 // from the first inference to the first that counts
  std::vector<InferenceTrace> measured;  // ordered by their start
  double wall_ms = 0;                    // from the start of the first to the end of the last
  double compute_ms = 0;                 // the sum
  double throughput = 0;                 // inferences a second
  Summary latency, enqueue, h2d, compute, d2h;
};

// Where all inferences fall into the warm-up, they all count.
Performance measure(std::vector<InferenceTrace> trace, double warm_up_ms,
                    std::span<const double> percentiles);

}  // namespace tenon::trtexec

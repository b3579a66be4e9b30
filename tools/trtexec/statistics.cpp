#include "trtexec/statistics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace tenon::trtexec {

double percentile_of(std::span<const double> sorted, double percent) {
  const auto all = static_cast<int64_t>(sorted.size());
  const auto above = static_cast<int64_t>((1 - percent / 100) * static_cast<double>(all));
  return sorted[static_cast<size_t>(std::max<int64_t>(all - 1 - above, 0))];
}

double median_of(std::span<const double> sorted) {
  const size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

Summary summarize(std::vector<double> values, std::span<const double> percentiles) {
  Summary summary;
  summary.percentiles.assign(percentiles.size(), 0);
  if (values.empty()) return summary;
  std::sort(values.begin(), values.end());
  const auto count = static_cast<double>(values.size());
  summary.min = values.front();
  summary.max = values.back();
  summary.mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  summary.median = median_of(values);
  for (size_t i = 0; i < percentiles.size(); ++i) {
    summary.percentiles[i] = percentile_of(values, percentiles[i]);
  }
  double squares = 0;
  for (const double value : values) squares += (value - summary.mean) * (value - summary.mean);
  if (summary.mean != 0) {
    summary.coefficient_of_variance = 100 * std::sqrt(squares / count) / summary.mean;
  }
  return summary;
}

Performance measure(std::vector<InferenceTrace> trace, double warm_up_ms,
                    std::span<const double> percentiles) {
  Performance result;
  if (trace.empty()) return result;
  const auto by_start = [](const InferenceTrace& a, const InferenceTrace& b) {
    return a.h2d_start < b.h2d_start;
  };
  std::stable_sort(trace.begin(), trace.end(), by_start);
  const auto counts = [&](const InferenceTrace& t) { return t.compute_start >= warm_up_ms; };
  auto first = std::find_if(trace.begin(), trace.end(), counts);
  if (first == trace.end()) first = trace.begin();
  result.warm_ups = static_cast<int>(first - trace.begin());
  result.warm_up_ms = first->h2d_start - trace.front().h2d_start;
  result.measured.assign(first, trace.end());
  double end = 0;
  for (const InferenceTrace& t : result.measured) {
    end = std::max(end, t.d2h_end);
    result.compute_ms += t.compute();
  }
  result.wall_ms = end - first->h2d_start;
  const auto count = static_cast<double>(result.measured.size());
  if (result.wall_ms > 0) result.throughput = count / (result.wall_ms / 1000);
  const auto summary_of = [&](double (InferenceTrace::*part)() const) {
    std::vector<double> values;
    for (const InferenceTrace& t : result.measured) values.push_back((t.*part)());
    return summarize(std::move(values), percentiles);
  };
  result.latency = summary_of(&InferenceTrace::latency);
  result.enqueue = summary_of(&InferenceTrace::enqueue);
  result.h2d = summary_of(&InferenceTrace::h2d);
  result.compute = summary_of(&InferenceTrace::compute);
  result.d2h = summary_of(&InferenceTrace::d2h);
  return result;
}

}  // namespace tenon::trtexec

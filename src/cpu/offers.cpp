#include "cpu/offers.h"

#include "cpu/isa.h"
#include "cpu/thread_count.h"

namespace tenon {

std::vector<Layout> blocked_layouts() {
  if (isa() == Isa::kAvx512) return {Layout::kBlocked16, Layout::kBlocked8};
  return {Layout::kBlocked8, Layout::kBlocked16};
}

double memory_seconds(const Problem& problem) {
  constexpr double kLaunch = 1e-6;
  constexpr double kBytesPerSecond = 10e9;  // a thread; measured between L3 and main memory
  return kLaunch + bytes_moved(problem) / (kBytesPerSecond * cpu_threads());
}

double compute_seconds(double flops, double fraction_of_peak) {
  constexpr double kFlopsPerLane = 6e9;  // one multiply-add a cycle and lane at 3 GHz
  const int lanes = isa() == Isa::kAvx512 ? 16 : isa() == Isa::kAvx2 ? 8 : 4;
  return flops / (kFlopsPerLane * lanes * cpu_threads() * fraction_of_peak);
}

}  // namespace tenon

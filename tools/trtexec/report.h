// The texts about a run. Their labels are read by scripts and are those of the original.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "trtexec/log.h"
#include "trtexec/options.h"
#include "trtexec/statistics.h"
#include "trtexec/tensors.h"

namespace tenon::trtexec {

// "Latency: min = 1 ms, max = ..., percentile(90%) = 2 ms"
std::string summary_line(const char* label, const Summary& summary,
                         std::span<const double> percentiles);

// The trace's averages, the performance summary, and warnings about doubtful measurements.
void print_performance(const Performance& performance, const Options& options, Console& console);

void print_outputs(std::span<const OutputTensor> outputs, Console& console);

// The device that runs, as it describes itself.
void print_device(Console& console);

}  // namespace tenon::trtexec

#pragma once

// FP16 layers in channels last, and the time of every tactic that does one, for the benchmarks of
// joined layers. Times are those of kernels alone in a loop, as the builder takes them.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "build/tuner.h"
#include "cuda/cuda_device.h"

namespace tenon {

inline constexpr DataType kType = DataType::kF16;

// Not zeros, with which processors use less power and run faster; sums stay near 1.
inline Tensor random_weights(const Dims& dims) {
  static std::minstd_rand engine;
  const double depth = static_cast<double>(dims.volume()) / static_cast<double>(dims[0]);
  const double scale = std::sqrt(3.0 / depth);
  return Tensor::make(kType, dims, [&](const TensorView& to) {
    for (int64_t i = 0; i < to.volume(); ++i) {
      set_element(to, i, scale * (static_cast<double>(engine() % 2001) / 1000 - 1));
    }
  });
}

inline OperandDesc tensor(const Dims& dims, Layout layout = Layout::kChannelsLast) {
  return {.dtype = kType, .layout = layout, .dims = dims};
}
inline OperandDesc constant(const Tensor& value) {
  return {.dtype = kType, .dims = value.dims(), .constant = &value, .is_constant = true};
}

struct Timing {
  const Tactic* tactic = nullptr;
  double seconds = std::numeric_limits<double>::infinity();
};

// Of every tactic that does the problem in its layouts, the fastest first; without `libraries`, of
// own ones.
inline std::vector<Timing> times_of(const Problem& problem, bool libraries, Tuner& tuner) {
  std::vector<Timing> times;
  double best = std::numeric_limits<double>::infinity();
  const auto tactics = cuda_device(0).tactics(problem.op.name());
  for (const Tactic* tactic : tactics.first(tactics.size() - 1)) {
    const auto is_from = [&](std::string_view library) {
      return tactic->name().find(library) != std::string_view::npos;
    };
    if (!libraries && (is_from("cudnn") || is_from("cublaslt"))) continue;
    const Offer offer = tactic->offer(problem);
    const auto* offers = std::get_if<std::vector<LayoutOffer>>(&offer);
    if (offers == nullptr) continue;
    const bool fits = std::ranges::any_of(*offers, [&](const LayoutOffer& o) {
      return o.inputs[0] == problem.inputs[0].layout && o.outputs[0] == problem.outputs[0].layout;
    });
    if (!fits) continue;
    const auto seconds = tuner.measure(problem, *tactic, 3 * best);
    if (!seconds) continue;
    best = std::min(best, *seconds);
    times.push_back({tactic, *seconds});
  }
  std::ranges::sort(times, {}, &Timing::seconds);
  return times;
}

// The program [all] BATCH...: `time(batch, libraries)` for each batch, with libraries behind `all`.
template <typename Time>
int time_batches(int argc, char** argv, Time time) {
  try {
    bool libraries = false;
    for (int i = 1; i < argc; ++i) {
      if (std::string_view(argv[i]) == "all") {
        libraries = true;
      } else {
        time(static_cast<int64_t>(std::stoll(argv[i])), libraries);
      }
    }
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}

}  // namespace tenon

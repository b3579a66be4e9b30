#pragma once

#include <functional>
#include <random>
#include <vector>

#include "build/builder.h"
#include "forwarding_device.h"
#include "runtime/context.h"

namespace tenon::testing {

// The host's device as if it gained by several streams, with a clock of its own, on which later
// programs are faster.
class Branching : public ForwardingDevice {
 public:
  explicit Branching(int streams) : streams_(streams) {}
  std::string fingerprint() const override { return "branching"; }
  int auxiliary_streams() const override { return streams_; }
  double time(const Launch&, const LaunchArgs&, int, double) override {
    return 1e-6 * static_cast<double>(1 + random_() % 100);
  }
  double time_work(const std::function<void(Stream&)>& work, int) override {
    cpu_device().time_work(work, 1);
    return 1.0 / ++programs_timed_;
  }
  int programs_timed_ = 0;

 private:
  int streams_;
  std::minstd_rand random_{3};
};

// For batches of 1 to 3 of an input "v0" of 8 channels of 6 x 6.
inline Built build(const Graph& graph, Device& device, TimingCache& cache) {
  BuildOptions options;
  options.timing_repeats = 1;
  options.profiles = {{{"v0", {{1, 8, 6, 6}, {2, 8, 6, 6}, {3, 8, 6, 6}}}}};
  return build_plan(graph, device, options, cache, Log());
}

// Memory for all inputs and outputs.
struct Buffers {
  std::vector<std::vector<float>> data;
  void bind(Context& context) {
    for (size_t i = 0; i < data.size(); ++i) {
      context.set_address(static_cast<int>(i), data[i].data());
    }
  }
};

// With numbers for the input.
inline Buffers buffers_for(const Context& context, unsigned seed) {
  Buffers buffers;
  std::minstd_rand random(seed);
  for (size_t i = 0; i < context.engine().plan().bindings.size(); ++i) {
    const auto dims = context.dims(static_cast<int>(i));
    std::vector<float> values(static_cast<size_t>(dims.value().volume()), -77);
    if (i == 0) {
      for (float& v : values) v = static_cast<float>(random() % 2001) / 1000.0F - 1;
    }
    buffers.data.push_back(std::move(values));
  }
  return buffers;
}

}  // namespace tenon::testing

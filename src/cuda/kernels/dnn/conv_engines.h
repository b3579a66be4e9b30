#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/fields.h"
#include "cuda/kernels/dnn/conv_spec.h"

namespace tenon {

// One of cuDNN's ways to do a graph.
struct ConvEngine {
  int64_t fusion = 0;           // a ConvFusion
  int64_t index = 0;            // cuDNN's number of the engine
  std::vector<int64_t> knobs;   // their types,
  std::vector<int64_t> values;  // in the same order
  static constexpr auto fields =
      std::tuple{field<1>("fusion", &ConvEngine::fusion), field<2>("index", &ConvEngine::index),
                 field<3>("knobs", &ConvEngine::knobs), field<4>("values", &ConvEngine::values)};
  friend bool operator==(const ConvEngine&, const ConvEngine&) = default;
  ConvFusion how() const { return static_cast<ConvFusion>(fusion); }
  std::string key() const;
};

// The engines for one convolution on the current GPU in the order in which cuDNN thinks well of
// them. Whether one really works shows when a plan is built of it, which may take a second: that is
// put off until somebody wants the engine.
class ConvEngines {
 public:
  // Asked for once a process and convolution.
  static std::shared_ptr<ConvEngines> of(const ConvSpec& spec);

  explicit ConvEngines(const ConvSpec& spec);
  // How many ranks there may be.
  size_t offered() const;
  // The engine of a rank among those that work; the last of them when there are fewer. Throws Error
  // when none does.
  ConvEngine choose(size_t rank);

 private:
  bool find_next_fusion();

  ConvSpec spec_;
  mutable std::mutex mutex_;
  size_t next_fusion_ = 0;
  std::vector<ConvEngine> candidates_;
  size_t tried_ = 0;
  std::vector<ConvEngine> working_;
  std::string last_failure_;
};

}  // namespace tenon

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
// them. Whether one really works shows when a plan is built of it: that is put off until somebody
// wants the engine. Engines that cuDNN compiles at run time take up to a second and much memory
// each, and rarely win: where there are others, there is at most one of them.
class ConvEngines {
 public:
  // Asked for once a process and convolution.
  static std::shared_ptr<ConvEngines> of(const ConvSpec& spec);

  explicit ConvEngines(const ConvSpec& spec) : spec_(spec) {}
  // How many ranks there may be.
  size_t offered();
  // The engine of a rank among those that work; the last of them when there are fewer. Throws Error
  // when none does.
  ConvEngine choose(size_t rank);
  // The plan of choose(rank) in its JSON form.
  std::string plan_json(size_t rank);

 private:
  struct Candidate {
    ConvEngine engine;
    bool compiled_at_run_time = false;
    std::string json;  // once it is known to work, until somebody takes it
  };
  static std::vector<Candidate> candidates_of(const ConvSpec& spec, ConvFusion fusion);
  static void add_candidates(const ConvSpec& spec, const BackendDescriptor& graph,
                             cudnnBackendHeurMode_t mode, ConvFusion fusion,
                             std::vector<Candidate>& found);
  Candidate& find_working(size_t rank);
  bool has_next(ConvFusion& fusion);
  bool find_more();
  void take(std::vector<Candidate> found);
  void build(Candidate& candidate);

  ConvSpec spec_;
  std::mutex mutex_;
  size_t next_fusion_ = 0;
  std::vector<Candidate> candidates_;
  std::vector<Candidate> spared_;  // compiled at run time, to be tried when nothing else works
  bool begun_ = false;
  size_t most_ = 0;  // of candidates_ to offer
  size_t tried_ = 0;
  std::vector<Candidate> working_;
  std::string last_failure_;
};

}  // namespace tenon

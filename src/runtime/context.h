#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/branches.h"
#include "runtime/engine.h"
#include "runtime/recordings.h"
#include "runtime/run.h"

namespace tenon {

// Receives each step's time after a run: name as in the plan, milliseconds.
class StepTimes {
 public:
  virtual ~StepTimes() = default;
  virtual void report(const char* step, float milliseconds) = 0;
};

// One sequence of inferences of an engine: its input dims, addresses and activation memory. Used by
// one thread at a time; the work it enqueues may overlap with the next calls.
class Context {
 public:
  enum class MemoryMode { kOwn, kUser };
  // Throws Error{kOutOfMemory}. With kUser the arena is set by set_arena().
  Context(std::shared_ptr<const Engine> engine, MemoryMode mode);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const Engine& engine() const { return *engine_; }

  // Chooses a profile; input dims that it does not allow must be set again.
  void set_program(size_t program);
  size_t program() const { return program_; }

  // Sets an input's dims. Throws Error when the profile does not allow them.
  void set_dims(int binding, const Dims& dims);
  // The dims of a binding under the inputs' dims; nullopt while an input's dims are unknown.
  std::optional<Dims> dims(int binding) const;
  // Whether every input has dims.
  bool dims_known() const;
  // The names of inputs whose dims are not set.
  std::vector<std::string> missing_dims() const;

  void set_address(int binding, void* memory) {
    addresses_.at(static_cast<size_t>(binding)) = memory;
  }
  void* address(int binding) const { return addresses_.at(static_cast<size_t>(binding)); }

  // Activation memory by the user, of at least arena_bytes().
  void set_arena(void* memory, size_t bytes);
  size_t arena_bytes() const { return engine_->plan().programs[program_].arena_bytes; }

  // Binds launches for the current dims, so that the next run does no such work.
  void prepare();
  // Enqueues one inference. Every binding has an address. With fixed dims and addresses that
  // it has seen before it allocates nothing and takes no lock that another thread holds for long (a
  // device that gains by recordings makes one meanwhile). While the stream is capturing, a private
  // copy of the run is recorded; the auxiliary streams take part in the capture until it ends.
  void enqueue(Stream& stream);
  // One inference, done when it returns.
  void execute();

  // The program's own streams for steps that run beside others, in place of the first ones of the
  // context's own; those beyond what the engine uses are dropped. No enqueue is under way.
  void set_auxiliary_streams(std::vector<std::unique_ptr<Stream>> streams) {
    branches_.use(std::move(streams));
  }

  void set_annotation(Annotation annotation) { annotation_ = annotation; }

  // Runs are timed step by step while this is set: reported before enqueue() returns, or, not at
  // once, by report_times().
  void set_step_times(StepTimes* times, bool at_once = true) {
    times_ = times;
    reports_at_once_ = at_once;
  }
  // Reports the steps of the latest run that was enqueued or, for one that was recorded, of its
  // latest replay, which must be done. False when there is no such run.
  bool report_times() const;

 private:
  const std::shared_ptr<Run>& free_run();
  void submit(Run& run, Stream& stream);
  void fill(Run& run) const;
  void check_ready() const;
  void report(const Run& run) const;
  void wait_for_runs() const;

  std::shared_ptr<const Engine> engine_;
  MemoryMode mode_;
  size_t program_ = 0;
  Branches branches_;
  Recordings recordings_;
  DeviceMemory own_arena_;
  DeviceMemory overflow_;  // see Resolved::overflow_bytes
  void* arena_ = nullptr;
  size_t user_arena_bytes_ = 0;
  std::vector<std::optional<Dims>> input_dims_;
  std::vector<void*> addresses_;
  StepTimes* times_ = nullptr;
  bool reports_at_once_ = true;
  std::shared_ptr<const Run> timed_;  // the latest run with marks
  Annotation annotation_ = Annotation::kNames;
  bool changed_ = true;  // since resolved_ was made
  std::shared_ptr<const Resolved> resolved_;
  std::vector<std::shared_ptr<const Resolved>> cache_;  // latest first
  std::vector<std::shared_ptr<Run>> runs_;
};

}  // namespace tenon

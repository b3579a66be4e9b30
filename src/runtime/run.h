#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "runtime/branches.h"
#include "runtime/resolved.h"

namespace tenon {

// What profilers of the platform (NVTX ranges) are told of each step.
enum class Annotation : uint8_t { kNone, kNames, kDetails };

// One inference under way: its own pointers, so that the context can be changed meanwhile.
struct Run {
  std::shared_ptr<const Resolved> resolved;
  std::vector<void*> pointers;
  std::unique_ptr<Marks> marks;  // before every step and after the last one, when timed
  Annotation annotation = Annotation::kNames;
  bool recorded = false;  // belongs to a recording: replayed many times
  std::atomic<bool> busy{false};

  Run() = default;
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // Makes room for the steps of what it will run, so that taking it over allocates nothing.
  void reserve(const Resolved& program);
  // Takes over a program; the pointers are the caller's business.
  void take(std::shared_ptr<const Resolved> program);

  // Hands all steps to `main` and, where the program uses them and the steps are not timed, to the
  // auxiliary streams, which are joined at the end, also when it throws. The run is busy until all
  // is done. `owner` keeps it alive while the stream is capturing.
  void enqueue(Stream& main, Branches& branches, std::shared_ptr<const void> owner = {});
  // The task that does all steps, one after the other, on the stream that it is given to.
  StreamTask task() { return {&Run::do_all, this}; }

 private:
  struct StepTask {
    const Run* run;
    size_t index;
  };
  static void do_all(void* run, Stream& stream);
  static void do_step(void* step_task, Stream& stream);
  static void finish(void* run, Stream& stream);
  void enqueue_steps(Stream& main, Branches& branches);
  void step(size_t index, Stream& stream) const;
  void launch(const Resolved::Step& step, Stream& stream) const;

  std::vector<StepTask> tasks_;  // one a step where there are auxiliary streams
};

}  // namespace tenon

#include "runtime/run.h"

namespace tenon {

void Run::reserve(const Resolved& program) {
  pointers.reserve(program.slots.size());
  if (program.auxiliary_streams > 0) tasks_.reserve(program.steps.size());
}

void Run::take(std::shared_ptr<const Resolved> program) {
  resolved = std::move(program);
  tasks_.clear();
  if (resolved->auxiliary_streams == 0) return;
  for (size_t i = 0; i < resolved->steps.size(); ++i) tasks_.push_back({this, i});
}

void Run::step(size_t index, Stream& stream) const {
  const Resolved::Step& s = resolved->steps[index];
  struct Range {
    Range(Stream& stream, const char* name) : stream(stream) { stream.begin_step(name); }
    ~Range() { stream.end_step(); }
    Stream& stream;
  };
  try {
    const Range range(stream, annotation == Annotation::kNone    ? nullptr
                              : annotation == Annotation::kNames ? s.name.c_str()
                                                                 : s.details.c_str());
    launch(s, stream);
    stream.check_step();
  } catch (const Error& error) {
    throw at(s.name, error);
  }
}

void Run::launch(const Resolved::Step& s, Stream& stream) const {
  void* const* p = pointers.data() + s.first_input;
  if (!s.launch) {
    stream.write(p[s.input_count], s.elements);
    return;
  }
  s.launch->run({.inputs = {const_cast<const void* const*>(p), s.input_count},
                 .outputs = {p + s.input_count, s.output_count},
                 .workspace = p[s.input_count + s.output_count],
                 .stream = &stream});
}

void Run::do_all(void* arg, Stream& stream) {
  auto& run = *static_cast<Run*>(arg);
  const size_t steps = run.resolved->steps.size();
  for (size_t i = 0; i < steps; ++i) {
    if (run.marks) run.marks->set(i, stream);
    run.step(i, stream);
  }
  if (run.marks) run.marks->set(steps, stream);
  finish(arg, stream);
}

void Run::do_step(void* arg, Stream& stream) {
  const auto& task = *static_cast<const StepTask*>(arg);
  task.run->step(task.index, stream);
}

void Run::finish(void* arg, Stream&) {
  auto& run = *static_cast<Run*>(arg);
  if (!run.recorded) run.busy.store(false, std::memory_order_release);
}

void Run::enqueue_steps(Stream& main, Branches& branches) {
  for (size_t i = 0; i < resolved->steps.size(); ++i) {
    const Resolved::Step& s = resolved->steps[i];
    Stream& stream = s.stream == 0 ? main : branches.stream(s.stream);
    for (const uint32_t fence : s.waits) branches.wait(fence, stream);
    stream.submit({&Run::do_step, &tasks_[i]});
    if (s.is_awaited) branches.set(s.fence, stream);
  }
}

void Run::enqueue(Stream& main, Branches& branches, std::shared_ptr<const void> owner) {
  const size_t streams = resolved->auxiliary_streams;
  if (!recorded) busy.store(true, std::memory_order_relaxed);
  try {
    if (streams == 0 || marks) return main.submit(task(), std::move(owner));
    branches.fork(main, streams);
  } catch (...) {
    busy.store(false, std::memory_order_relaxed);
    throw;
  }
  // Whatever happens on the way, what was begun on other streams belongs to the caller's.
  const auto end = [&] {
    branches.join(main, streams);
    main.submit({&Run::finish, this}, std::move(owner));
  };
  try {
    enqueue_steps(main, branches);
  } catch (...) {
    end();
    throw;
  }
  end();
}

}  // namespace tenon

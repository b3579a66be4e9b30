#include "runtime/context.h"

#include <algorithm>
#include <cstring>
#include <thread>

namespace tenon {
namespace {

constexpr size_t kCachedResolutions = 16;
constexpr size_t kRunsInFlight = 8;
// Runs over the same memory before they are recorded, and recordings kept: programs that take turns
// between a few sets of buffers get one for each.
constexpr int kRunsToRecord = 3;
constexpr size_t kRecordings = 4;

}  // namespace

// One inference under way: its own pointers, so that the context can be changed meanwhile.
struct Context::Run {
  std::shared_ptr<const Resolved> resolved;
  std::vector<void*> pointers;
  std::unique_ptr<Marks> marks;  // before every step and after the last one, when timed
  Annotation annotation = Annotation::kNames;
  bool recorded = false;  // belongs to a captured graph: replayed many times
  std::atomic<bool> busy{false};

  void step(size_t index, Stream& stream) const {
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
  void launch(const Resolved::Step& s, Stream& stream) const {
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
};

// A run that was seen before, and what replays it once it was seen often enough.
struct Context::Recorded {
  Run run;
  int count = 0;
  std::unique_ptr<Recording> recording;
};

Context::Context(std::shared_ptr<const Engine> engine, MemoryMode mode)
    : engine_(std::move(engine)), mode_(mode) {
  const auto& bindings = engine_->plan().bindings;
  input_dims_.resize(bindings.size());
  addresses_.resize(bindings.size(), nullptr);
  set_program(0);
}

// The queue may still hold tasks that use the arena.
Context::~Context() { wait_for_runs(); }

void Context::wait_for_runs() const {
  for (const auto& run : runs_) {
    while (run->busy.load(std::memory_order_acquire)) std::this_thread::yield();
  }
}

void Context::set_program(size_t program) {
  if (program >= engine_->plan().programs.size()) {
    fail("there is no optimization profile {}: the engine has {}", program,
         engine_->plan().programs.size());
  }
  const Program& p = engine_->plan().programs[program];
  if (mode_ == MemoryMode::kOwn && own_arena_.bytes() < p.arena_bytes) {
    wait_for_runs();
    own_arena_.reset();
    own_arena_ = DeviceMemory(engine_->allocator(), p.arena_bytes);
    arena_ = own_arena_.data();
  }
  program_ = program;
  changed_ = true;
  for (size_t i = 0; i < p.binding_dims.size(); ++i) {
    const bool fixed = engine_->plan().bindings[i].is_input && is_static(p.binding_dims[i]);
    input_dims_[i] = fixed ? std::optional(to_dims(p.binding_dims[i])) : std::nullopt;
  }
}

void Context::set_dims(int binding, const Dims& dims) {
  const auto i = static_cast<size_t>(binding);
  const Binding& b = engine_->plan().bindings.at(i);
  if (!b.is_input) fail("{} is an output: its dims follow from the inputs", b.name);
  const DimsRange& range = engine_->plan().programs[program_].ranges[i];
  if (static_cast<size_t>(dims.rank()) != b.dims.size()) {
    fail("input {} has rank {}, dims {} were given", b.name, b.dims.size(), to_string(dims));
  }
  for (int axis = 0; axis < dims.rank(); ++axis) {
    if (dims[axis] < range.min[axis] || dims[axis] > range.max[axis]) {
      fail("input {}: axis {} is {}, profile {} allows {} to {}", b.name, axis, dims[axis],
           program_, range.min[axis], range.max[axis]);
    }
  }
  if (input_dims_[i] && *input_dims_[i] == dims) return;
  input_dims_[i] = dims;
  changed_ = true;
}

std::vector<std::string> Context::missing_dims() const {
  std::vector<std::string> names;
  for (size_t i = 0; i < input_dims_.size(); ++i) {
    const Binding& b = engine_->plan().bindings[i];
    if (b.is_input && !input_dims_[i]) names.push_back(b.name);
  }
  return names;
}

bool Context::dims_known() const { return missing_dims().empty(); }

std::optional<Dims> Context::dims(int binding) const {
  const auto i = static_cast<size_t>(binding);
  const auto& bindings = engine_->plan().bindings;
  if (bindings.at(i).is_input) return input_dims_[i];
  if (!dims_known()) return std::nullopt;
  if (!changed_ && resolved_) return resolved_->binding_dims[i];
  Symbols symbols;
  const Program& program = engine_->plan().programs[program_];
  for (size_t b = 0; b < bindings.size(); ++b) {
    if (bindings[b].is_input)
      symbols.bind(bindings[b].name, program.binding_dims[b], *input_dims_[b]);
  }
  return symbols.evaluate(program.binding_dims[i]);
}

void Context::set_arena(void* memory, size_t bytes) {
  if (mode_ != MemoryMode::kUser) {
    fail(ErrorCode::kInvalidState, "the context has its own activation memory");
  }
  arena_ = memory;
  user_arena_bytes_ = bytes;
}

void Context::prepare() {
  if (!changed_ && resolved_) return;
  const auto missing = missing_dims();
  if (!missing.empty()) fail(ErrorCode::kInvalidState, "input {} has no dims", missing[0]);
  std::vector<Dims> dims;
  for (const auto& d : input_dims_) dims.push_back(d.value_or(Dims()));
  const auto same = [&](const std::shared_ptr<const Resolved>& r) {
    if (r->program != program_) return false;
    for (size_t i = 0; i < dims.size(); ++i) {
      if (engine_->plan().bindings[i].is_input && !(r->binding_dims[i] == dims[i])) return false;
    }
    return true;
  };
  const auto it = std::find_if(cache_.begin(), cache_.end(), same);
  if (it != cache_.end()) {
    std::rotate(cache_.begin(), it, it + 1);
  } else {
    cache_.insert(cache_.begin(), resolve(*engine_, program_, dims));
    if (cache_.size() > kCachedResolutions) cache_.pop_back();
  }
  resolved_ = cache_.front();
  changed_ = false;
  if (resolved_->overflow_bytes > overflow_.bytes()) {
    wait_for_runs();
    overflow_.reset();
    overflow_ = DeviceMemory(engine_->allocator(), resolved_->overflow_bytes);
  }
  while (runs_.size() < kRunsInFlight) runs_.push_back(std::make_shared<Run>());
  for (const auto& run : runs_) {
    if (run->busy.load(std::memory_order_acquire)) continue;
    run->pointers.reserve(resolved_->slots.size());
  }
}

const std::shared_ptr<Context::Run>& Context::free_run() {
  while (true) {
    for (const auto& run : runs_) {
      if (!run->busy.load(std::memory_order_acquire)) return run;
    }
    std::this_thread::yield();
  }
}

void Context::fill(Run& run) const {
  run.resolved = resolved_;
  run.annotation = annotation_;
  run.marks = times_ ? engine_->device().make_marks(resolved_->steps.size() + 1) : nullptr;
  run.pointers.resize(resolved_->slots.size());
  for (size_t i = 0; i < run.pointers.size(); ++i) {
    const Resolved::Slot& slot = resolved_->slots[i];
    std::byte* base = nullptr;
    if (slot.base == Resolved::Slot::Base::kArena) base = static_cast<std::byte*>(arena_);
    if (slot.base == Resolved::Slot::Base::kOverflow) {
      base = static_cast<std::byte*>(overflow_.data());
    }
    if (slot.base == Resolved::Slot::Base::kBinding) {
      base = static_cast<std::byte*>(addresses_[slot.binding]);
    }
    run.pointers[i] = base ? base + slot.offset : nullptr;
  }
}

void Context::check_ready() const {
  const auto& bindings = engine_->plan().bindings;
  for (size_t i = 0; i < bindings.size(); ++i) {
    if (addresses_[i] == nullptr && resolved_->binding_dims[i].volume() != 0) {
      fail(ErrorCode::kInvalidState, "{} {} has no address",
           bindings[i].is_input ? "input" : "output", bindings[i].name);
    }
  }
  if (mode_ == MemoryMode::kUser && (arena_bytes() > 0) &&
      (arena_ == nullptr || user_arena_bytes_ < arena_bytes())) {
    fail(ErrorCode::kInvalidState, "the activation memory given has {} bytes, {} are needed",
         arena_ ? user_arena_bytes_ : 0, arena_bytes());
  }
}

void Context::task(void* arg, Stream& stream) {
  auto& run = *static_cast<Run*>(arg);
  const size_t steps = run.resolved->steps.size();
  for (size_t i = 0; i < steps; ++i) {
    if (run.marks) run.marks->set(i, stream);
    run.step(i, stream);
  }
  if (run.marks) run.marks->set(steps, stream);
  if (!run.recorded) run.busy.store(false, std::memory_order_release);
}

void Context::report(const Run& run) const {
  const Program& program = engine_->plan().programs[run.resolved->program];
  for (size_t i = 0; i < program.steps.size(); ++i) {
    times_->report(program.steps[i].name.c_str(),
                   static_cast<float>(run.marks->seconds(i, i + 1) * 1e3));
  }
}

void Context::enqueue(Stream& stream) {
  prepare();
  check_ready();
  if (stream.capturing()) {
    const auto run = std::make_shared<Run>();
    fill(*run);
    run->recorded = true;
    stream.submit({&Context::task, run.get()}, run);
    if (times_) timed_ = run;
    return;
  }
  const std::shared_ptr<Run>& shared = free_run();
  Run& run = *shared;
  fill(run);
  if (!times_ && engine_->device().gains_by_recording() && replay(run, stream)) return;
  run.busy.store(true, std::memory_order_relaxed);
  try {
    stream.submit({&Context::task, &run});
  } catch (...) {
    run.busy.store(false, std::memory_order_relaxed);
    throw;
  }
  if (times_ == nullptr) return;
  timed_ = shared;
  if (!reports_at_once_) return;
  stream.synchronize();
  report(run);
}

bool Context::report_times() const {
  if (times_ == nullptr || timed_ == nullptr) return false;
  while (timed_->busy.load(std::memory_order_acquire)) std::this_thread::yield();
  report(*timed_);
  return true;
}

// Replays the run when it is recorded, or is now; false when it has to be run step by step.
bool Context::replay(const Run& run, Stream& stream) {
  const auto same = [&](const std::unique_ptr<Recorded>& r) {
    return r->run.resolved == run.resolved && r->run.pointers == run.pointers;
  };
  const auto it = std::find_if(recorded_.begin(), recorded_.end(), same);
  if (it == recorded_.end()) {
    auto fresh = std::make_unique<Recorded>();
    fresh->run.resolved = run.resolved;
    fresh->run.pointers = run.pointers;
    fresh->run.annotation = Annotation::kNone;
    fresh->run.recorded = true;
    recorded_.insert(recorded_.begin(), std::move(fresh));
    if (recorded_.size() > kRecordings) recorded_.pop_back();
  } else {
    std::rotate(recorded_.begin(), it, it + 1);
  }
  Recorded& found = *recorded_.front();
  if (++found.count == kRunsToRecord) {
    found.recording = engine_->device().record({&Context::task, &found.run});
  }
  if (!found.recording) return false;
  found.recording->replay(stream);
  return true;
}

void Context::execute() {
  prepare();
  check_ready();
  const std::shared_ptr<Run>& shared = free_run();
  Run& run = *shared;
  fill(run);
  run.busy.store(true, std::memory_order_relaxed);
  engine_->device().run_now({&Context::task, &run});
  if (times_ == nullptr) return;
  timed_ = shared;
  if (reports_at_once_) report(run);
}

}  // namespace tenon

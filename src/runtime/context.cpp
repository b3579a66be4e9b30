#include "runtime/context.h"

#include <algorithm>
#include <cstring>
#include <thread>

namespace tenon {
namespace {

constexpr size_t kCachedResolutions = 16;
constexpr size_t kRunsInFlight = 8;

}  // namespace

Context::Context(std::shared_ptr<const Engine> engine, MemoryMode mode)
    : engine_(std::move(engine)),
      mode_(mode),
      branches_(engine_->device(), engine_->plan()),
      recordings_(engine_->device()) {
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
  recordings_.reserve(*resolved_);
  while (runs_.size() < kRunsInFlight) runs_.push_back(std::make_shared<Run>());
  for (const auto& run : runs_) {
    if (run->busy.load(std::memory_order_acquire)) continue;
    run->reserve(*resolved_);
  }
}

const std::shared_ptr<Run>& Context::free_run() {
  while (true) {
    for (const auto& run : runs_) {
      if (!run->busy.load(std::memory_order_acquire)) return run;
    }
    std::this_thread::yield();
  }
}

void Context::fill(Run& run) const {
  run.take(resolved_);
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

void Context::report(const Run& run) const {
  const Program& program = engine_->plan().programs[run.resolved->program];
  for (size_t i = 0; i < program.steps.size(); ++i) {
    times_->report(program.steps[i].name.c_str(),
                   static_cast<float>(run.marks->seconds(i, i + 1) * 1e3));
  }
}

void Context::submit(Run& run, Stream& stream) {
  const bool records = !times_ && engine_->device().gains_by_recording();
  if (records && recordings_.replay(run, stream, branches_)) return;
  run.enqueue(stream, branches_);
}

void Context::enqueue(Stream& stream) {
  prepare();
  check_ready();
  if (stream.capturing()) {
    const auto run = std::make_shared<Run>();
    fill(*run);
    run->recorded = true;
    run->enqueue(stream, branches_, run);
    if (times_) timed_ = run;
    return;
  }
  const std::shared_ptr<Run>& shared = free_run();
  Run& run = *shared;
  fill(run);
  submit(run, stream);
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

void Context::execute() {
  prepare();
  check_ready();
  const std::shared_ptr<Run>& shared = free_run();
  Run& run = *shared;
  fill(run);
  if (Stream* stream = branches_.main(); stream && !times_) {
    submit(run, *stream);
    return stream->synchronize();
  }
  run.busy.store(true, std::memory_order_relaxed);
  engine_->device().run_now(run.task());
  if (times_ == nullptr) return;
  timed_ = shared;
  if (reports_at_once_) report(run);
}

}  // namespace tenon

#include "build/tuner.h"

#include <algorithm>
#include <random>

#include "base/hash.h"

namespace tenon {

Tuner::Tuner(Device& device, TimingCache& cache, int repeats, size_t workspace_limit)
    : device_(device),
      cache_(cache),
      repeats_(std::max(repeats, 1)),
      workspace_limit_(workspace_limit) {}

Tuner::~Tuner() {
  for (const Scratch& s : scratch_) device_.default_allocator().release(s.memory);
}

std::optional<double> Tuner::measure(const Problem& problem, const Tactic& tactic, double hopeless,
                                     std::string* failure) {
  const std::string key =
      TimingCache::key(device_.fingerprint(), tactic.name(), tactic.version(), problem.key());
  try {
    check_workspace(problem, tactic);
    if (const auto seconds = cache_.find(key)) {
      ++cached_;
      return seconds;
    }
    const double seconds = run(problem, tactic, hopeless);
    ++timed_;
    cache_.insert(key, seconds);
    return seconds;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kInternal) throw;
    if (failure) *failure = error.what();
    return std::nullopt;
  }
}

void Tuner::check_workspace(const Problem& problem, const Tactic& tactic) {
  if (workspace_limit_ == SIZE_MAX) return;
  const size_t bytes = tactic.bind(problem, packed(problem, tactic))->workspace_bytes();
  if (bytes > workspace_limit_) {
    fail("it asks for {} bytes of workspace, the limit is {}", bytes, workspace_limit_);
  }
}

Packed Tuner::packed(const Problem& problem, const Tactic& tactic) {
  std::string key = fmt::format("{}.{} {}({})", tactic.name(), tactic.version(), problem.op.name(),
                                problem.op.attribute_text());
  for (const OperandDesc& d : problem.inputs) {
    key += fmt::format(" {}{}{:x}", name_of(d.dtype), name_of(d.layout),
                       d.constant ? d.constant->hash() : 0);
  }
  for (const OperandDesc& d : problem.outputs) {
    key += fmt::format(" {}{}", name_of(d.dtype), name_of(d.layout));
  }
  auto it = packed_.find(key);
  if (it == packed_.end()) {
    Prepared prepared{tactic.pack(problem), tactic.compile(problem)};
    it = packed_.emplace(std::move(key), std::move(prepared)).first;
  }
  return {it->second.constants, it->second.code};
}

void* Tuner::scratch(size_t slot, size_t bytes) {
  if (slot >= scratch_.size()) scratch_.resize(slot + 1);
  Scratch& s = scratch_[slot];
  if (s.bytes >= bytes && s.memory != nullptr) return s.memory;
  device_.default_allocator().release(s.memory);
  s = {};
  s.memory = device_.default_allocator().allocate(std::max<size_t>(bytes, kDeviceAlignment));
  s.bytes = bytes;
  // Random floats in [-1, 1]: zeros would run faster than real data on some processors.
  std::vector<float> values(std::max<size_t>(bytes, kDeviceAlignment) / sizeof(float));
  std::minstd_rand random(static_cast<unsigned>(slot) + 1);
  for (float& v : values) v = static_cast<float>(random() % 2001) / 1000.0F - 1.0F;
  device_.copy_to_device(s.memory, std::as_bytes(std::span(values)));
  return s.memory;
}

double Tuner::run(const Problem& problem, const Tactic& tactic, double hopeless) {
  Packed on_device = packed(problem, tactic);
  size_t slot = 0;
  if (const auto constants = on_device.constants; !constants.empty()) {
    void* memory = scratch(slot, constants.size());
    device_.copy_to_device(memory, constants);
    on_device.constants = {static_cast<const std::byte*>(memory), constants.size()};
  }
  const auto launch = tactic.bind(problem, on_device);
  std::vector<const void*> inputs;
  std::vector<void*> outputs;
  for (const OperandDesc& d : problem.inputs) {
    const bool has_memory = d.present && !d.is_constant && !d.is_shape;
    // Integers may be indices: zeros are always in range.
    void* memory = has_memory ? scratch(++slot, d.bytes()) : nullptr;
    if (memory && !is_float(d.dtype)) device_.fill_zero(memory, d.bytes());
    inputs.push_back(memory);
  }
  for (const OperandDesc& d : problem.outputs) outputs.push_back(scratch(++slot, d.bytes()));
  void* workspace =
      launch->workspace_bytes() ? scratch(++slot, launch->workspace_bytes()) : nullptr;
  const double seconds = device_.time(
      *launch, {.inputs = inputs, .outputs = outputs, .workspace = workspace}, repeats_, hopeless);
  // Large buffers are given back, so that a build's memory stays near that of one layer.
  for (Scratch& s : scratch_) {
    if (s.bytes > (size_t{64} << 20)) {
      device_.default_allocator().release(s.memory);
      s = {};
    }
  }
  return seconds;
}

}  // namespace tenon

#include "build/tuner.h"

#include <algorithm>
#include <random>

#include "base/hash.h"
#include "base/tensor.h"

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
    if (!workspace_fits(problem, tactic, failure)) return std::nullopt;
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

bool Tuner::workspace_fits(const Problem& problem, const Tactic& tactic, std::string* failure) {
  if (workspace_limit_ == SIZE_MAX) return true;
  const size_t bytes = tactic.bind(problem, packed(problem, tactic))->workspace_bytes();
  if (bytes <= workspace_limit_) return true;
  if (failure) {
    *failure =
        fmt::format("it asks for {} bytes of workspace, the limit is {}", bytes, workspace_limit_);
  }
  return false;
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
  auto constants = constants_.find(key);
  if (constants == constants_.end()) {
    constants = constants_.emplace(key, tactic.pack(problem)).first;
  }
  if (tactic.compiles_for_dims()) key += problem.key();
  auto code = code_.find(key);
  if (code == code_.end()) code = code_.emplace(std::move(key), tactic.compile(problem)).first;
  return {constants->second, code->second};
}

void* Tuner::scratch(size_t slot, size_t bytes) {
  if (slot >= scratch_.size()) scratch_.resize(slot + 1);
  Scratch& s = scratch_[slot];
  if (s.bytes >= bytes && s.memory != nullptr) return s.memory;
  device_.default_allocator().release(s.memory);
  s = {};
  s.memory = device_.default_allocator().allocate(std::max<size_t>(bytes, kDeviceAlignment));
  s.bytes = bytes;
  return s.memory;
}

// Random numbers in [-1, 1]: zeros run faster than real data on some processors, and so do the
// infinities that a kernel may have left. Integers may be indices: zeros are always in range.
void Tuner::fill(void* memory, const OperandDesc& operand) {
  if (!is_float(operand.dtype)) return device_.fill_zero(memory, operand.bytes());
  std::vector<std::byte>& numbers = random_[operand.dtype];
  if (numbers.empty()) {
    constexpr int64_t kCount = int64_t{1} << 16;
    numbers.resize(bytes_of(operand.dtype, kCount));
    std::minstd_rand random;
    const TensorView view{operand.dtype, {kCount}, numbers.data()};
    for (int64_t i = 0; i < kCount; ++i) {
      set_element(view, i, static_cast<double>(random() % 2001) / 1000 - 1);
    }
  }
  for (size_t at = 0; at < operand.bytes(); at += numbers.size()) {
    const size_t bytes = std::min(numbers.size(), operand.bytes() - at);
    device_.copy_to_device(static_cast<std::byte*>(memory) + at, std::span(numbers).first(bytes));
  }
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
    void* memory = has_memory ? scratch(++slot, d.bytes()) : nullptr;
    if (memory) fill(memory, d);
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

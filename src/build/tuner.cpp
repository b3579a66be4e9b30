#include "build/tuner.h"

#include <algorithm>
#include <random>

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
  const std::string key = timing_key(problem, tactic);
  try {
    if (const auto seconds = cache_.find(key)) {
      if (!workspace_fits(problem, tactic, failure)) return std::nullopt;
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

double Tuner::early_start_seconds() {
  const std::string key = TimingCache::key(device_.fingerprint(), "early_start", 1, "");
  if (const auto known = cache_.find(key)) return *known;
  const double seconds = device_.early_start_seconds();
  cache_.insert(key, seconds);
  return seconds;
}

bool Tuner::workspace_fits(const Problem& problem, const Tactic& tactic, std::string* failure) {
  if (workspace_limit_ == SIZE_MAX) return true;
  const std::string key = timing_key(problem, tactic);
  if (fitting_.contains(key)) return true;
  try {
    const Packed on_device(constants_on_device(problem, tactic), code_.code(problem, tactic));
    check_workspace(tactic.bind(problem, on_device)->workspace_bytes());
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kInternal) throw;
    if (failure) *failure = error.what();
    return false;
  }
  fitting_.insert(key);
  return true;
}

void Tuner::check_workspace(size_t bytes) const {
  if (bytes <= workspace_limit_) return;
  fail(ErrorCode::kUnsupported, "it asks for {} bytes of workspace, the limit is {}", bytes,
       workspace_limit_);
}

void Tuner::compile_to_measure(std::vector<CodeCache::Request> requests, int threads,
                               const CodeCache::Progress& progress) {
  std::set<std::string> seen;
  std::erase_if(requests, [&](const CodeCache::Request& r) {
    std::string key = timing_key(r.problem, *r.tactic);
    const bool known = workspace_limit_ == SIZE_MAX && cache_.find(key);
    return known || !seen.insert(std::move(key)).second;
  });
  code_.compile_all(requests, threads, progress, [&] { device_.enter_thread(); });
}

void Tuner::compile(std::span<const CodeCache::Request> requests, int threads) {
  code_.compile_all(
      requests, threads, [](size_t, size_t) {}, [&] { device_.enter_thread(); });
}

Packed Tuner::packed(const Problem& problem, const Tactic& tactic) {
  if (rehearses_) return {blank(problem, tactic), code_.code(problem, tactic)};
  auto [it, fresh] = packed_.try_emplace(packed_key(problem, tactic));
  if (fresh) it->second = tactic.pack(problem);
  return {it->second, code_.code(problem, tactic)};
}

Tuner::Rehearsal::~Rehearsal() {
  tuner_.rehearses_ = false;
  tuner_.blanks_.clear();
}

// One for equal constants, as packed() would have it: what is read together is read once.
std::span<const std::byte> Tuner::blank(const Problem& problem, const Tactic& tactic) {
  const std::string key = packed_key(problem, tactic);
  if (const auto it = blanks_.find(key); it != blanks_.end()) return it->second.bytes();
  const std::string shape = timing_key(problem, tactic);
  auto size = packed_bytes_.find(shape);
  if (size == packed_bytes_.end()) {
    size = packed_bytes_.emplace(shape, tactic.pack(problem).size()).first;
  }
  return blanks_.emplace(key, BlankMemory(size->second)).first->second.bytes();
}

void Tuner::drop_constants(const Packed& packed) {
  std::erase_if(packed_, [&](const auto& entry) {
    return !entry.second.empty() && entry.second.data() == packed.constants.data();
  });
}

// Of other tactics problems of other dims may want the same code.
void Tuner::drop_loser(const Problem& problem, const Tactic& tactic) {
  if (tactic.compiles_for_dims()) code_.drop(problem, tactic);
}

std::string Tuner::timing_key(const Problem& problem, const Tactic& tactic) const {
  return TimingCache::key(device_.fingerprint(), tactic.name(), tactic.version(), problem.key());
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

static size_t bytes_with_gaps(const OperandDesc& operand) {
  return bytes_of(operand.dtype, operand.extent());
}

// Random numbers in [-1, 1]: zeros run faster than real data on some processors, and so do the
// infinities that a kernel may have left. Integers may be indices: zeros are always in range.
void Tuner::fill(void* memory, const OperandDesc& operand) {
  const size_t bytes = bytes_with_gaps(operand);
  if (!is_float(operand.dtype)) return device_.fill_zero(memory, bytes);
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
  const size_t prefix = std::min(numbers.size(), bytes);
  device_.copy_to_device(memory, std::span(numbers).first(prefix));
  device_.repeat(memory, prefix, bytes);
}

double Tuner::run(const Problem& problem, const Tactic& tactic, double hopeless) {
  const Packed on_device(constants_on_device(problem, tactic), code_.code(problem, tactic));
  packed_bytes_[timing_key(problem, tactic)] = on_device.constants.size();
  size_t slot = kConstantsSlot;
  const auto launch = tactic.bind(problem, on_device);
  check_workspace(launch->workspace_bytes());
  std::vector<const void*> inputs;
  std::vector<void*> outputs;
  for (const OperandDesc& d : problem.inputs) {
    const bool has_memory = d.present && !d.is_constant && !d.is_shape;
    void* memory = has_memory ? scratch(++slot, bytes_with_gaps(d)) : nullptr;
    if (memory) fill(memory, d);
    inputs.push_back(memory);
  }
  for (const OperandDesc& d : problem.outputs) {
    outputs.push_back(scratch(++slot, bytes_with_gaps(d)));
  }
  void* workspace =
      launch->workspace_bytes() ? scratch(++slot, launch->workspace_bytes()) : nullptr;
  const double seconds = device_.time(
      *launch, {.inputs = inputs, .outputs = outputs, .workspace = workspace}, repeats_, hopeless);
  for (size_t i = 0; i < scratch_.size(); ++i) {
    if (i != kConstantsSlot) release_if_large(scratch_[i]);
  }
  return seconds;
}

// Of the last problem and packing alone: those of all would be many times the network's weights.
std::span<const std::byte> Tuner::constants_on_device(const Problem& problem,
                                                      const Tactic& tactic) {
  const std::string key = packed_key(problem, tactic);
  if (key == constants_key_) return constants_;
  constants_key_.clear();
  constants_ = {};
  if (!scratch_.empty()) release_if_large(scratch_[kConstantsSlot]);
  const std::vector<std::byte> packed = tactic.pack(problem);
  if (!packed.empty()) {
    void* memory = scratch(kConstantsSlot, packed.size());
    device_.copy_to_device(memory, packed);
    constants_ = {static_cast<const std::byte*>(memory), packed.size()};
  }
  constants_key_ = key;
  return constants_;
}

// Large buffers are given back, so that a build's memory stays near that of one layer.
void Tuner::release_if_large(Scratch& s) {
  if (s.bytes <= size_t{64} << 20) return;
  device_.default_allocator().release(s.memory);
  s = {};
}

}  // namespace tenon

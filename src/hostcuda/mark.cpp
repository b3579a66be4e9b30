#include "hostcuda/mark.h"

#include <chrono>
#include <mutex>

#include "hostcuda/spin.h"

namespace tenon::hostcuda {
namespace {

// Marks are made this many at a time, so that a chance delay of a worker, which lets a few more
// than usual be in use, does not allocate.
constexpr int kBlock = 256;

struct Pool {
  std::mutex mutex;
  Mark* free = nullptr;
};

// Never destroyed: workers may outlive static destruction.
Pool& pool() {
  static Pool* const p = new Pool;
  return *p;
}

}  // namespace

void Mark::complete() {
  time_ns_ = std::chrono::duration_cast<std::chrono::nanoseconds>(
                 std::chrono::steady_clock::now().time_since_epoch())
                 .count();
  if (state_.exchange(kDone, std::memory_order_acq_rel) == kAwaited) state_.notify_all();
}

void Mark::wait(Waiting how) {
  if (done()) return;
  const auto ready = [this] { return done(); };
  if (how == Waiting::kBriefSpin && spin_until(ready)) return;
  uint32_t seen = kPending;
  state_.compare_exchange_strong(seen, kAwaited, std::memory_order_acq_rel);
  while (!done()) state_.wait(kAwaited, std::memory_order_acquire);
}

MarkRef::MarkRef(const MarkRef& other) noexcept : mark_(other.mark_) {
  if (mark_ != nullptr) mark_->references_.fetch_add(1, std::memory_order_relaxed);
}

MarkRef::~MarkRef() {
  if (mark_ == nullptr || mark_->references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  std::lock_guard lock(pool().mutex);
  mark_->next_free_ = std::exchange(pool().free, mark_);
}

MarkRef MarkRef::make() {
  MarkRef ref;
  {
    std::lock_guard lock(pool().mutex);
    if (pool().free == nullptr) {
      Mark* const block = new Mark[kBlock];
      for (int i = 0; i < kBlock; ++i) block[i].next_free_ = std::exchange(pool().free, &block[i]);
    }
    ref.mark_ = std::exchange(pool().free, pool().free->next_free_);
  }
  ref.mark_->state_.store(Mark::kPending, std::memory_order_relaxed);
  ref.mark_->references_.store(1, std::memory_order_relaxed);
  return ref;
}

}  // namespace tenon::hostcuda

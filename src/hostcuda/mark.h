// A point in a stream's work that other threads and streams can wait for.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace tenon::hostcuda {

// How a thread waits: spins for a bounded time and then sleeps, or sleeps at once.
enum class Waiting { kBriefSpin, kSleep };

// Pending until complete() is called once, then done for ever; carries the time of that moment.
// Counted by MarkRef and pooled: in the steady state making one allocates nothing.
class Mark {
 public:
  bool done() const { return state_.load(std::memory_order_acquire) == kDone; }
  // Takes the time and wakes the waiters.
  void complete();
  void wait(Waiting how = Waiting::kBriefSpin);
  // Nanoseconds of the steady clock at complete(); only meaningful when done().
  int64_t time_ns() const { return time_ns_; }

 private:
  friend class MarkRef;
  enum State : uint32_t { kPending, kAwaited, kDone };

  std::atomic<uint32_t> state_{kPending};
  std::atomic<uint32_t> references_{0};
  int64_t time_ns_ = 0;
  Mark* next_free_ = nullptr;
};

// A counted reference to a Mark.
class MarkRef {
 public:
  MarkRef() = default;
  MarkRef(const MarkRef& other) noexcept;
  MarkRef(MarkRef&& other) noexcept : mark_(std::exchange(other.mark_, nullptr)) {}
  MarkRef& operator=(MarkRef other) noexcept {
    std::swap(mark_, other.mark_);
    return *this;
  }
  ~MarkRef();

  // A new pending mark.
  static MarkRef make();

  explicit operator bool() const { return mark_ != nullptr; }
  Mark* operator->() const { return mark_; }
  bool operator==(const MarkRef&) const = default;

 private:
  Mark* mark_ = nullptr;
};

}  // namespace tenon::hostcuda

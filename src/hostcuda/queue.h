// An ordered queue of operations with one worker thread: what a stream is made of.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "driver_types.h"
#include "hostcuda/mark.h"
#include "hostcuda/op.h"

namespace tenon::hostcuda {

// Many threads may push; the worker runs the operations one after another. The worker starts with
// the first operation. Storage grows with the number of pending operations and is kept, so that
// push() allocates nothing once the queue has reached its usual depth. No operation is ever lost
// or refused before close().
class Queue : public std::enable_shared_from_this<Queue> {
 public:
  // `blocking`: ordered with the legacy stream (see stream.h).
  static std::shared_ptr<Queue> make(bool blocking);
  ~Queue();
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  bool blocking() const { return blocking_; }

  // Appends `op` (empty for none); `mark`, where there is one, completes when everything up to and
  // including `op` has run. False when the queue is closed.
  [[nodiscard]] bool push(Op op, MarkRef mark = {});
  // push({}, mark), or completes it at once when nothing is pending.
  [[nodiscard]] bool push_mark(const MarkRef& mark);

  // Everything pushed so far has run.
  bool idle() const {
    return completed_.load(std::memory_order_acquire) == submitted_.load(std::memory_order_acquire);
  }
  // Waits until everything pushed before has run. From the queue's own worker it returns at once.
  void drain(Waiting how = Waiting::kBriefSpin);

  // Refuses further work, runs what is pending and ends the worker. From its own worker, and with
  // `wait` false, it returns before that.
  void close(bool wait = true);

  // An operation threw: the error that the next synchronisation of this queue reports, once.
  cudaError_t take_error() { return error_.exchange(cudaSuccess); }

 private:
  struct Slot;
  struct Chunk;

  explicit Queue(bool blocking);
  void run();
  bool wait_for_work();
  Slot take();
  Slot* next_slot();
  void recycle(Chunk* chunk);

  const bool blocking_;
  std::atomic<uint64_t> submitted_{0};
  std::atomic<uint64_t> completed_{0};
  std::atomic<cudaError_t> error_{cudaSuccess};
  std::atomic<bool> closed_{false};

  std::mutex mutex_;  // guards the producer side: all that follows
  std::condition_variable wake_;
  bool sleeping_ = false;
  std::thread worker_;
  Chunk* tail_;
  uint32_t tail_used_ = 0;
  Chunk* spare_;  // chunks given back, linked

  Chunk* head_;  // the worker's side
  uint32_t head_taken_ = 0;
  uint64_t taken_ = 0;
};

// Calls `f` for every queue that exists, under a lock: `f` may push, but must not make or end
// queues.
void for_each_queue(const std::function<void(Queue&)>& f);
// Waits until every queue has run what was pushed before.
void drain_all_queues(Waiting how = Waiting::kBriefSpin);
// Whether any queue matching `which` has pending work.
bool any_queue_busy(bool (*which)(const Queue&));

}  // namespace tenon::hostcuda

#include "hostcuda/queue.h"

#include <array>
#include <cstdlib>
#include <unordered_set>
#include <vector>

#include "hostcuda/spin.h"

namespace tenon::hostcuda {
namespace {

thread_local const Queue* this_threads_queue = nullptr;

// Set when the process exits: from then on operations are discarded, their marks complete.
std::atomic<bool> exiting{false};
// Operations being run at this moment, by all workers.
std::atomic<int> running{0};

struct AllQueues {
  std::mutex mutex;
  std::unordered_set<Queue*> live;
};

// Never destroyed: workers may outlive static destruction.
AllQueues& all_queues() {
  static AllQueues* const all = new AllQueues;
  return *all;
}

// Work still queued at exit is dropped, as a device drops it. The operation that runs is given
// a moment to end, so that it does not use what static destruction takes away.
void stop_at_exit() {
  exiting.store(true);
  constexpr auto kPatience = std::chrono::seconds(1);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (running.load() > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

}  // namespace

struct Queue::Slot {
  Op op;
  MarkRef mark;
};

struct Queue::Chunk {
  static constexpr uint32_t kSlots = 128;
  std::array<Slot, kSlots> slots;
  Chunk* next = nullptr;
};

std::shared_ptr<Queue> Queue::make(bool blocking) {
  std::shared_ptr<Queue> queue(new Queue(blocking));
  std::lock_guard lock(all_queues().mutex);
  all_queues().live.insert(queue.get());
  return queue;
}

Queue::Queue(bool blocking)
    : blocking_(blocking), tail_(new Chunk), spare_(new Chunk), head_(tail_) {}

Queue::~Queue() {
  {
    std::lock_guard lock(all_queues().mutex);
    all_queues().live.erase(this);
  }
  close();
  for (Chunk* list : {head_, spare_}) {
    while (list != nullptr) delete std::exchange(list, list->next);
  }
}

Queue::Slot* Queue::next_slot() {
  if (tail_used_ == Chunk::kSlots) {
    Chunk* chunk = spare_ != nullptr ? std::exchange(spare_, spare_->next) : new Chunk;
    chunk->next = nullptr;
    tail_->next = chunk;
    tail_ = chunk;
    tail_used_ = 0;
  }
  return &tail_->slots[tail_used_];
}

bool Queue::push(Op op, MarkRef mark) {
  bool sleeping = false;
  {
    std::lock_guard lock(mutex_);
    if (closed_.load(std::memory_order_relaxed)) return false;
    if (!worker_.joinable()) {
      static const int registered = std::atexit(stop_at_exit);
      (void)registered;
      worker_ = std::thread([self = shared_from_this()] { self->run(); });
    }
    Slot* slot = next_slot();
    slot->op = std::move(op);
    slot->mark = std::move(mark);
    ++tail_used_;
    submitted_.fetch_add(1, std::memory_order_release);
    sleeping = sleeping_;
  }
  if (sleeping) wake_.notify_one();
  return true;
}

bool Queue::push_mark(const MarkRef& mark) {
  if (idle() && !closed_.load()) {
    mark->complete();
    return true;
  }
  return push({}, mark);
}

void Queue::drain(Waiting how) {
  if (idle() || this_threads_queue == this) return;
  const MarkRef mark = MarkRef::make();
  if (push_mark(mark)) mark->wait(how);
}

void Queue::close(bool wait) {
  std::thread worker;
  {
    std::lock_guard lock(mutex_);
    closed_.store(true);
    worker.swap(worker_);
  }
  wake_.notify_one();
  if (!worker.joinable()) return;
  if (!wait || this_threads_queue == this) {
    worker.detach();
  } else {
    worker.join();
  }
}

// Waits for the next operation; false when the queue is closed and empty.
bool Queue::wait_for_work() {
  const auto ready = [this] {
    return submitted_.load(std::memory_order_acquire) != taken_ ||
           closed_.load(std::memory_order_relaxed);
  };
  if (!spin_until(ready)) {
    std::unique_lock lock(mutex_);
    sleeping_ = true;
    wake_.wait(lock, ready);
    sleeping_ = false;
  }
  return submitted_.load(std::memory_order_acquire) != taken_;
}

Queue::Slot Queue::take() {
  if (head_taken_ == Chunk::kSlots) {
    recycle(std::exchange(head_, head_->next));
    head_taken_ = 0;
  }
  ++taken_;
  return std::move(head_->slots[head_taken_++]);
}

void Queue::recycle(Chunk* chunk) {
  std::lock_guard lock(mutex_);
  chunk->next = std::exchange(spare_, chunk);
}

void Queue::run() {
  this_threads_queue = this;
  while (wait_for_work()) {
    Slot slot = take();
    running.fetch_add(1);
    if (slot.op && !exiting.load()) {
      try {
        slot.op();
      } catch (...) {
        error_.store(cudaErrorLaunchFailure);
      }
    }
    slot.op.reset();  // before anyone can learn that it is done
    running.fetch_sub(1);
    completed_.fetch_add(1, std::memory_order_release);
    if (slot.mark) slot.mark->complete();
  }
}

void for_each_queue(const std::function<void(Queue&)>& f) {
  std::lock_guard lock(all_queues().mutex);
  for (Queue* queue : all_queues().live) f(*queue);
}

void drain_all_queues(Waiting how) {
  std::vector<std::shared_ptr<Queue>> busy;
  for_each_queue([&](Queue& queue) {
    if (queue.idle()) return;
    if (auto alive = queue.weak_from_this().lock()) busy.push_back(std::move(alive));
  });
  for (const auto& queue : busy) queue->drain(how);
}

bool any_queue_busy(bool (*which)(const Queue&)) {
  std::lock_guard lock(all_queues().mutex);
  for (Queue* queue : all_queues().live) {
    if (which(*queue) && !queue->idle()) return true;
  }
  return false;
}

}  // namespace tenon::hostcuda

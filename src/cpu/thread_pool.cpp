#include "cpu/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif

namespace tenon {
namespace {

// Spins of a waiting worker before it sleeps: tens of microseconds, longer than the gap between
// two layers of a running network.
constexpr int kSpins = 4000;

void pause() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

// Keeps the workers on processors of their own. Left alone, the system may run a worker that it
// wakes on its caller's processor for milliseconds while others idle. Each worker is pinned to one
// processor; when the caller turns up on a worker's, the two change places.
class Placement {
 public:
  void place(std::vector<std::thread>& workers) {
#if defined(__linux__)
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return;
    if (static_cast<size_t>(CPU_COUNT(&allowed)) <= workers.size()) return;
    caller_ = sched_getcpu();
    int cpu = 0;
    for (std::thread& worker : workers) {
      while (cpu == caller_ || !CPU_ISSET(cpu, &allowed)) ++cpu;
      processor_.push_back(cpu);
      pin(worker, cpu++);
    }
#else
    (void)workers;
#endif
  }

  // To be called by the caller of a loop before it wakes the workers.
  void follow_caller(std::vector<std::thread>& workers) {
#if defined(__linux__)
    if (processor_.empty()) return;
    const int cpu = sched_getcpu();
    if (cpu == caller_) return;
    const auto at = std::find(processor_.begin(), processor_.end(), cpu);
    if (at != processor_.end()) {
      *at = caller_;
      pin(workers[static_cast<size_t>(at - processor_.begin())], caller_);
    }
    caller_ = cpu;
#else
    (void)workers;
#endif
  }

 private:
#if defined(__linux__)
  static void pin(std::thread& worker, int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    pthread_setaffinity_np(worker.native_handle(), sizeof(set), &set);
  }
#endif
  std::vector<int> processor_;  // of each worker; empty where they are not pinned
  int caller_ = 0;              // the processor of the last caller
};

}  // namespace

struct ThreadPool::State {
  // One loop at a time. The gate counts the workers inside of it: kOpen while workers may enter,
  // plus one for each that has. The caller closes the gate and waits for those inside, so a worker
  // that wakes late never delays the loop and never sees a dead one.
  static constexpr uint32_t kOpen = 1U << 31;
  std::atomic<bool> busy{false};
  std::atomic<uint32_t> gate{0};
  std::atomic<uint32_t> epoch{0};
  std::atomic<int> sleepers{0};
  std::atomic<bool> stop{false};
  std::atomic<int64_t> next{0};
  int64_t count = 0;
  int64_t piece = 1;
  const FunctionRef<void(int64_t, int64_t, int)>* body = nullptr;
  std::vector<std::thread> workers;
  Placement placement;

  void work(int thread) {
    while (true) {
      const int64_t begin = next.fetch_add(piece, std::memory_order_relaxed);
      if (begin >= count) return;
      (*body)(begin, std::min(begin + piece, count), thread);
    }
  }

  bool enter() {
    uint32_t seen = gate.load(std::memory_order_acquire);
    while (seen & kOpen) {
      if (gate.compare_exchange_weak(seen, seen + 1, std::memory_order_acq_rel)) return true;
    }
    return false;
  }

  void serve(int thread) {
    uint32_t seen = 0;
    while (true) {
      int spins = 0;
      while (epoch.load(std::memory_order_acquire) == seen) {
        if (++spins < kSpins) {
          pause();
          continue;
        }
        sleepers.fetch_add(1, std::memory_order_seq_cst);
        epoch.wait(seen, std::memory_order_seq_cst);
        sleepers.fetch_sub(1, std::memory_order_relaxed);
      }
      seen = epoch.load(std::memory_order_acquire);
      if (stop.load(std::memory_order_relaxed)) return;
      if (!enter()) continue;
      work(thread);
      gate.fetch_sub(1, std::memory_order_release);
    }
  }

  void publish() {
    epoch.fetch_add(1, std::memory_order_seq_cst);
    if (sleepers.load(std::memory_order_seq_cst) > 0) epoch.notify_all();
  }
};

ThreadPool::ThreadPool(int threads) : state_(std::make_unique<State>()) {
  for (int i = 1; i < threads; ++i) {
    state_->workers.emplace_back([state = state_.get(), i] { state->serve(i); });
  }
  state_->placement.place(state_->workers);
}

ThreadPool::~ThreadPool() {
  state_->stop.store(true, std::memory_order_relaxed);
  state_->epoch.fetch_add(1, std::memory_order_seq_cst);
  state_->epoch.notify_all();
  for (std::thread& worker : state_->workers) worker.join();
}

int ThreadPool::threads() const { return static_cast<int>(state_->workers.size()) + 1; }

void ThreadPool::run(int64_t count, int64_t grain, FunctionRef<void(int64_t, int64_t, int)> body) {
  if (count <= 0) return;
  State& s = *state_;
  const int64_t pieces = std::max<int64_t>(1, count / std::max<int64_t>(grain, 1));
  if (pieces == 1 || s.workers.empty() || s.busy.exchange(true, std::memory_order_acquire)) {
    body(0, count, 0);
    return;
  }
  s.placement.follow_caller(s.workers);
  // Several pieces a thread even out threads that run at different speeds.
  const int64_t target = std::min<int64_t>(pieces, int64_t{threads()} * 4);
  s.count = count;
  s.piece = (count + target - 1) / target;
  s.body = &body;
  s.next.store(0, std::memory_order_relaxed);
  s.gate.store(State::kOpen, std::memory_order_release);
  s.publish();
  s.work(0);
  s.gate.fetch_and(~State::kOpen, std::memory_order_acq_rel);
  while (s.gate.load(std::memory_order_acquire) != 0) pause();
  s.busy.store(false, std::memory_order_release);
}

}  // namespace tenon

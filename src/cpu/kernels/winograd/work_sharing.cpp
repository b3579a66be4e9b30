#include "cpu/kernels/winograd/work_sharing.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace tenon {

int concurrency() {
  static const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return cores;
}

void share(ThreadPool& pool, int slots, int64_t items, FunctionRef<void(int64_t, int)> body) {
  std::atomic<int64_t> next{0};
  pool.run(slots, 1, [&](int64_t begin, int64_t end, int) {
    for (int64_t slot = begin; slot < end; ++slot) {
      for (int64_t item = next.fetch_add(1, std::memory_order_relaxed); item < items;
           item = next.fetch_add(1, std::memory_order_relaxed)) {
        body(item, static_cast<int>(slot));
      }
    }
  });
}

}  // namespace tenon

#include "build/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace tenon {

void parallel_for(size_t count, int threads, Device& device,
                  const std::function<void(size_t)>& work) {
  std::atomic<size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto take = [&] {
    for (size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
      try {
        work(i);
      } catch (...) {
        next = count;
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> others;
    const size_t workers = std::min(count, static_cast<size_t>(std::max(threads, 1)));
    for (size_t i = 1; i < workers; ++i) {
      others.emplace_back([&] {
        device.enter_thread();
        take();
      });
    }
    take();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace tenon

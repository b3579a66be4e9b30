#include "cpu/thread_count.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/knobs.h"

namespace tenon {
namespace {

constexpr int kMaxThreads = 1024;

int affinity_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return static_cast<int>(std::thread::hardware_concurrency());
}

// Cores' worth of processor time that the control group (version 2, else 1) grants; 0 without a
// limit.
double quota_cores() {
  std::string quota;
  double period = 0;
  if (std::ifstream file("/sys/fs/cgroup/cpu.max"); file >> quota >> period) {
    return quota == "max" || period <= 0 ? 0 : std::strtod(quota.c_str(), nullptr) / period;
  }
  double limit = -1;
  std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") >> limit;
  std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_period_us") >> period;
  return limit > 0 && period > 0 ? limit / period : 0;
}

int wanted_threads() {
  const auto text = knob("TENON_THREADS");
  if (!text) return available_cores();
  int threads = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), threads);
  const bool whole = error == std::errc() && end == text->data() + text->size();
  if (!whole || threads < 1 || threads > kMaxThreads) {
    fail(ErrorCode::kInvalidConfig, "TENON_THREADS is '{}': expected a number from 1 to {}", *text,
         kMaxThreads);
  }
  return threads;
}

std::mutex mutex;
int fixed = 0;
int requested = 0;

}  // namespace

int available_cores() {
  int cores = std::max(1, affinity_cores());
  const double quota = quota_cores();
  if (quota > 0) cores = std::min(cores, std::max(1, static_cast<int>(std::ceil(quota))));
  return std::min(cores, kMaxThreads);
}

int cpu_threads() {
  const std::lock_guard lock(mutex);
  if (fixed == 0) fixed = requested != 0 ? requested : wanted_threads();
  return fixed;
}

bool set_cpu_threads(int threads) {
  if (threads < 1 || threads > kMaxThreads) {
    fail("{} threads: expected a number from 1 to {}", threads, kMaxThreads);
  }
  const std::lock_guard lock(mutex);
  if (fixed != 0) return fixed == threads;
  requested = threads;
  return true;
}

}  // namespace tenon

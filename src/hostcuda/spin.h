// Short, bounded busy waiting.
#pragma once

#include <chrono>
#include <thread>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tenon::hostcuda {

// How long an idle stream worker, or a thread that waits for a stream, stays awake before it
// sleeps. Long enough to bridge the gap between two enqueues, short enough not to take a core
// from the threads that compute.
inline constexpr std::chrono::microseconds kSpin{20};
// From when on it lets other threads of the same core go first: one of them may be what it waits
// for.
inline constexpr std::chrono::microseconds kSpinAlone{4};

inline void pause() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

// Calls `ready` until it is true or kSpin has passed; returns its last answer.
template <class Ready>
bool spin_until(Ready ready) {
  constexpr int kChecksPerClock = 16;
  if (ready()) return true;
  const auto start = std::chrono::steady_clock::now();
  for (;;) {
    for (int i = 0; i < kChecksPerClock; ++i) {
      if (ready()) return true;
      pause();
    }
    const auto spent = std::chrono::steady_clock::now() - start;
    if (spent >= kSpin) return ready();
    if (spent >= kSpinAlone) std::this_thread::yield();
  }
}

}  // namespace tenon::hostcuda

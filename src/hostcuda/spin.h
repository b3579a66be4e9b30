// Short, bounded busy waiting.
#pragma once

#include <chrono>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tenon::hostcuda {

// How long an idle stream worker, or a thread that waits for a stream, stays awake before it
// sleeps. Long enough to bridge the gap between two enqueues, short enough not to take a core
// from the threads that compute.
inline constexpr std::chrono::microseconds kSpin{20};

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
  const auto deadline = std::chrono::steady_clock::now() + kSpin;
  do {
    for (int i = 0; i < kChecksPerClock; ++i) {
      if (ready()) return true;
      pause();
    }
  } while (std::chrono::steady_clock::now() < deadline);
  return ready();
}

}  // namespace tenon::hostcuda

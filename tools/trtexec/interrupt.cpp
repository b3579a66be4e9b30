#include "trtexec/interrupt.h"

#include <atomic>
#include <csignal>

namespace tenon::trtexec {

static std::atomic<bool> was_interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { was_interrupted.store(true); };
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
}

bool interrupted() { return was_interrupted.load(); }

}  // namespace tenon::trtexec

// An event: the latest point at which it was recorded.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "driver_types.h"
#include "hostcuda/mark.h"

namespace tenon::hostcuda {
struct Capture;
}

struct CUevent_st {
  explicit CUevent_st(unsigned int event_flags) : flags(event_flags) {}

  const unsigned int flags;

  // The mark of the latest record; empty before the first.
  tenon::hostcuda::MarkRef current() {
    std::lock_guard lock(mutex);
    return mark;
  }
  // A new record: returns the mark to complete when the stream gets there.
  tenon::hostcuda::MarkRef renew() {
    auto fresh = tenon::hostcuda::MarkRef::make();
    std::lock_guard lock(mutex);
    mark = fresh;
    return fresh;
  }

  std::mutex mutex;
  tenon::hostcuda::MarkRef mark;

  // Whether the latest record was part of a capture; then that capture and the nodes it came after,
  // guarded by graph_mutex().
  std::atomic<bool> captured{false};
  std::shared_ptr<tenon::hostcuda::Capture> capture;
  std::vector<CUgraphNode_st*> captured_after;
};

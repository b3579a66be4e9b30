#include "build/lifetime.h"

#include <algorithm>

namespace tenon {

void Lifetime::add(size_t step, const HappensBefore& order) {
  streams_.resize(order.stream_count());
  Span& span = streams_[order.stream(step)];
  const auto s = static_cast<int64_t>(step);
  span.first = span.first < 0 ? s : std::min(span.first, s);
  span.last = std::max(span.last, s);
}

int64_t Lifetime::first() const {
  int64_t first = -1;
  for (const Span& span : streams_) {
    if (span.first >= 0 && (first < 0 || span.first < first)) first = span.first;
  }
  return first;
}

int64_t Lifetime::last() const {
  int64_t last = -1;
  for (const Span& span : streams_) last = std::max(last, span.last);
  return last;
}

bool Lifetime::ends_before(const Lifetime& other, const HappensBefore& order) const {
  return std::ranges::all_of(streams_, [&](const Span& a) {
    return a.last < 0 || std::ranges::all_of(other.streams_, [&](const Span& b) {
             return b.first < 0 || order(static_cast<size_t>(a.last), static_cast<size_t>(b.first));
           });
  });
}

// The step is on one of the streams: there it must be the last.
bool Lifetime::ends_with(size_t step, const HappensBefore& order) const {
  return std::ranges::all_of(streams_, [&](const Span& span) {
    return span.last < 0 || static_cast<size_t>(span.last) == step ||
           order(static_cast<size_t>(span.last), step);
  });
}

bool Lifetime::begins_with(size_t step, const HappensBefore& order) const {
  return std::ranges::all_of(streams_, [&](const Span& span) {
    return span.first < 0 || static_cast<size_t>(span.first) == step ||
           order(step, static_cast<size_t>(span.first));
  });
}

}  // namespace tenon

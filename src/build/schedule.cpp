#include "build/schedule.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace tenon {

Schedule serial_schedule(const std::vector<double>& seconds) {
  Schedule schedule;
  schedule.order.resize(seconds.size());
  std::iota(schedule.order.begin(), schedule.order.end(), size_t{0});
  schedule.streams.assign(seconds.size(), 0);
  schedule.waits.resize(seconds.size());
  schedule.seconds = std::accumulate(seconds.begin(), seconds.end(), 0.0);
  return schedule;
}

namespace {

class ListScheduler {
 public:
  ListScheduler(const std::vector<double>& seconds, const std::vector<std::vector<size_t>>& after,
                int auxiliary_streams, double handover)
      : seconds_(seconds),
        after_(after),
        handover_(handover),
        path_(seconds),
        finish_(seconds.size(), 0),
        stream_(seconds.size(), 0),
        free_(1 + static_cast<size_t>(auxiliary_streams), handover) {
    free_[0] = 0;
    std::vector<double> longest(seconds.size(), 0);
    for (size_t i = seconds.size(); i-- > 0;) {
      path_[i] = seconds[i] + longest[i];
      for (const size_t p : after[i]) longest[p] = std::max(longest[p], path_[i]);
    }
  }

  Schedule run() {
    const size_t count = seconds_.size();
    std::vector<size_t> missing(count);
    std::vector<std::vector<size_t>> before(count);
    std::vector<size_t> ready;
    for (size_t i = 0; i < count; ++i) {
      missing[i] = after_[i].size();
      for (const size_t p : after_[i]) before[p].push_back(i);
      if (missing[i] == 0) ready.push_back(i);
    }
    while (!ready.empty()) {
      const auto next = std::min_element(ready.begin(), ready.end(), [&](size_t a, size_t b) {
        return path_[a] != path_[b] ? path_[a] > path_[b] : a < b;
      });
      const size_t step = *next;
      ready.erase(next);
      place(step);
      for (const size_t s : before[step]) {
        if (--missing[s] == 0) ready.push_back(s);
      }
    }
    return finish();
  }

 private:
  double begin_on(size_t step, size_t stream) const {
    double begin = free_[stream];
    for (const size_t p : after_[step]) {
      begin = std::max(begin, finish_[p] + (stream_[p] == stream ? 0 : handover_));
    }
    return begin;
  }

  // The stream of the step that ends last of those it follows.
  size_t home_of(size_t step) const {
    size_t home = 0;
    double latest = -1;
    for (const size_t p : after_[step]) {
      if (finish_[p] > latest) home = stream_[p];
      latest = std::max(latest, finish_[p]);
    }
    return home;
  }

  void place(size_t step) {
    size_t best = home_of(step);
    double begin = begin_on(step, best);
    double to_beat = begin - handover_;
    for (size_t s = 0; s < free_.size(); ++s) {
      const double other = begin_on(step, s);
      if (s == best || other >= to_beat) continue;
      best = s;
      begin = to_beat = other;
    }
    stream_[step] = best;
    finish_[step] = free_[best] = begin + seconds_[step];
    order_.push_back(step);
  }

  // Streams that are not used are left out.
  Schedule finish() const {
    Schedule schedule{.order = order_};
    std::vector<int64_t> number(free_.size(), -1);
    number[0] = 0;
    for (const size_t step : order_) {
      const size_t s = stream_[step];
      if (number[s] < 0) number[s] = ++schedule.auxiliary_streams;
      schedule.streams.push_back(number[s]);
      schedule.seconds = std::max(schedule.seconds, finish_[step] + (s == 0 ? 0 : handover_));
    }
    add_waits(schedule);
    return schedule;
  }

  // Of what a step needs, the last one on each other stream, unless it is known to be done by then.
  void add_waits(Schedule& schedule) const {
    std::vector<size_t> place_of(order_.size());
    for (size_t i = 0; i < order_.size(); ++i) place_of[order_[i]] = i;
    HappensBefore known(static_cast<size_t>(schedule.auxiliary_streams) + 1);
    for (size_t i = 0; i < order_.size(); ++i) {
      known.add_step(schedule.streams[i]);
      std::vector<int64_t> needed;
      for (const size_t p : after_[order_[i]]) needed.push_back(static_cast<int64_t>(place_of[p]));
      // Later ones first: they may know of the others.
      std::ranges::sort(needed, std::greater());
      std::vector<int64_t>& waits = schedule.waits.emplace_back();
      for (const int64_t step : needed) {
        if (known(static_cast<size_t>(step), i)) continue;
        known.add_wait(step);
        waits.push_back(step);
      }
      std::ranges::sort(waits);
    }
  }

  const std::vector<double>& seconds_;
  const std::vector<std::vector<size_t>>& after_;
  double handover_;
  std::vector<double> path_;  // from the step's begin to the end of everything
  std::vector<double> finish_;
  std::vector<size_t> stream_;
  std::vector<double> free_;  // when each stream has nothing to do
  std::vector<size_t> order_;
};

}  // namespace

Schedule schedule_steps(const std::vector<double>& seconds,
                        const std::vector<std::vector<size_t>>& after, int auxiliary_streams,
                        double handover) {
  return ListScheduler(seconds, after, auxiliary_streams, handover).run();
}

HappensBefore::HappensBefore(const Schedule& schedule)
    : HappensBefore(static_cast<size_t>(schedule.auxiliary_streams) + 1) {
  for (size_t i = 0; i < schedule.streams.size(); ++i) {
    add_step(schedule.streams[i]);
    for (const int64_t step : schedule.waits[i]) add_wait(step);
  }
}

void HappensBefore::add_step(int64_t stream) {
  streams_.push_back(stream);
  done_.resize(done_.size() + stream_count_, -1);
  int64_t& latest = latest_[static_cast<size_t>(stream)];
  if (latest >= 0) add_wait(latest);
  latest = static_cast<int64_t>(streams_.size()) - 1;
}

void HappensBefore::add_wait(int64_t step) {
  int64_t* known = &done_[(streams_.size() - 1) * stream_count_];
  const int64_t* more = &done_[static_cast<size_t>(step) * stream_count_];
  for (size_t s = 0; s < stream_count_; ++s) known[s] = std::max(known[s], more[s]);
  int64_t& on_its_stream = known[stream(static_cast<size_t>(step))];
  on_its_stream = std::max(on_its_stream, step);
}

}  // namespace tenon

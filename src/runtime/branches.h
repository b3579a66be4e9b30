#pragma once

#include <memory>
#include <vector>

#include "device/device.h"
#include "plan/plan.h"

namespace tenon {

// What the runs of a context need to do steps at the same time: auxiliary streams, and the fences
// between them and the caller's stream. Made once; used by one enqueue at a time, as a context is.
class Branches {
 public:
  // For the program of a plan that wants most.
  Branches(Device& device, const Plan& plan);

  size_t size() const { return own_.size(); }
  // The program's streams in place of the first ones of our own; fewer give back those.
  void use(std::vector<std::unique_ptr<Stream>> streams);
  // 1 to size(), as PlanStep::stream.
  Stream& stream(size_t number) const;
  // A stream for runs that are given none; nullptr where they gain nothing by a stream: neither by
  // auxiliary ones nor by recordings.
  Stream* main() const { return main_.get(); }

  // What the first `streams` streams are given from now on follows what `main` holds.
  void fork(Stream& main, size_t streams);
  // What `main` is given from now on follows what they hold.
  void join(Stream& main, size_t streams);
  // The fence of a step; numbers count from 0.
  void set(size_t fence, Stream& stream) { fences_->set(fence + first_of_steps(), stream); }
  void wait(size_t fence, Stream& stream) { fences_->wait(fence + first_of_steps(), stream); }

 private:
  // The first fence is for forks, one for each stream for joins.
  size_t first_of_steps() const { return 1 + own_.size(); }

  std::vector<std::unique_ptr<Stream>> own_;
  std::vector<std::unique_ptr<Stream>> users_;
  std::unique_ptr<Stream> main_;
  std::unique_ptr<Fences> fences_;
};

}  // namespace tenon

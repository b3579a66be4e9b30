#include "runtime/branches.h"

#include <algorithm>
#include <set>

namespace tenon {

// Steps that others wait for.
static size_t fences_of(const Program& program) {
  std::set<int64_t> awaited;
  for (const PlanStep& step : program.steps) awaited.insert(step.waits.begin(), step.waits.end());
  return awaited.size();
}

Branches::Branches(Device& device, const Plan& plan) {
  const int64_t streams = auxiliary_streams(plan);
  if (streams > 0 || device.gains_by_recording()) main_ = device.make_stream();
  if (streams == 0) return;
  size_t fences = 0;
  for (const Program& program : plan.programs) fences = std::max(fences, fences_of(program));
  for (int64_t i = 0; i < streams; ++i) own_.push_back(device.make_stream());
  fences_ = device.make_fences(first_of_steps() + fences);
}

void Branches::use(std::vector<std::unique_ptr<Stream>> streams) {
  users_ = std::move(streams);
  if (users_.size() > own_.size()) users_.resize(own_.size());
}

Stream& Branches::stream(size_t number) const {
  return number <= users_.size() ? *users_[number - 1] : *own_.at(number - 1);
}

void Branches::fork(Stream& main, size_t streams) {
  fences_->set(0, main);
  for (size_t i = 1; i <= streams; ++i) fences_->wait(0, stream(i));
}

void Branches::join(Stream& main, size_t streams) {
  for (size_t i = 1; i <= streams; ++i) {
    fences_->set(i, stream(i));
    fences_->wait(i, main);
  }
}

}  // namespace tenon

#include "runtime/recordings.h"

#include <algorithm>

namespace tenon {
namespace {

constexpr int kRunsToRecord = 3;
// A recording that was not used for so many runs makes room for another.
constexpr uint64_t kOutOfUse = 64;

bool same(const std::shared_ptr<const Resolved>& resolved, const std::vector<void*>& pointers,
          const Run& run) {
  return resolved == run.resolved && pointers == run.pointers;
}

bool older(uint64_t a, uint64_t b) { return a < b; }

}  // namespace

void Recordings::reserve(const Resolved& program) {
  for (Seen& seen : seen_) seen.pointers.reserve(program.slots.size());
}

// What is known of the run, in place of what was seen longest ago when it is new.
Recordings::Seen& Recordings::watch(const Run& run) {
  auto it = std::find_if(seen_.begin(), seen_.end(),
                         [&](const Seen& s) { return same(s.resolved, s.pointers, run); });
  if (it == seen_.end()) {
    it = std::ranges::min_element(seen_, older, &Seen::latest);
    it->resolved = run.resolved;
    it->pointers = run.pointers;
    it->count = 0;
  }
  it->latest = clock_;
  return *it;
}

// Where another recording may go; nullptr while all are in use.
Recordings::Recorded* Recordings::place() {
  Recorded& oldest = *std::ranges::min_element(recorded_, older, &Recorded::latest);
  return oldest.run == nullptr || clock_ - oldest.latest > kOutOfUse ? &oldest : nullptr;
}

void Recordings::record(const Run& run, Branches& branches, Recorded& to) {
  to.recording.reset();
  to.run = std::make_unique<Run>();
  to.run->take(run.resolved);
  to.run->pointers = run.pointers;
  to.run->annotation = Annotation::kNone;
  to.run->recorded = true;
  struct Job {
    Run* run;
    Branches* branches;
  } job{to.run.get(), &branches};
  const auto enqueue = [](void* arg, Stream& stream) {
    const Job& j = *static_cast<Job*>(arg);
    j.run->enqueue(stream, *j.branches);
  };
  to.recording = device_.record({enqueue, &job});
}

bool Recordings::replay(const Run& run, Stream& stream, Branches& branches) {
  ++clock_;
  auto* found = std::ranges::find_if(recorded_, [&](const Recorded& r) {
    return r.run != nullptr && same(r.run->resolved, r.run->pointers, run);
  });
  if (found == recorded_.end()) {
    Seen& seen = watch(run);
    if (++seen.count < kRunsToRecord) return false;
    found = place();
    if (found == nullptr) return false;
    record(run, branches, *found);
    seen.count = 0;
  }
  found->latest = clock_;
  if (!found->recording) return false;
  found->recording->replay(stream);
  return true;
}

}  // namespace tenon

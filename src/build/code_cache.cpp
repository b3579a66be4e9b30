#include "build/code_cache.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "base/error.h"

namespace tenon {

// What is made of a problem, and all of the problem but its dims.
static std::string key_without_dims(std::string_view what, int version, const Problem& problem) {
  std::string key =
      fmt::format("{}.{} {}({})", what, version, problem.op.name(), problem.op.attribute_text());
  for (const OperandDesc& d : problem.inputs) {
    key += fmt::format(" {}{}{:x}", name_of(d.dtype), name_of(d.layout),
                       d.constant ? d.constant->hash() : 0);
  }
  for (const OperandDesc& d : problem.outputs) {
    key += fmt::format(" {}{}", name_of(d.dtype), name_of(d.layout));
  }
  return key;
}

std::string packed_key(const Problem& problem, const Tactic& tactic) {
  return key_without_dims(tactic.packing(), tactic.version(), problem);
}

static std::string code_key(const Problem& problem, const Tactic& tactic) {
  if (!tactic.compiles_for_dims()) {
    return key_without_dims(tactic.name(), tactic.version(), problem);
  }
  return fmt::format("{}.{} {}", tactic.name(), tactic.version(), problem.key());
}

void CodeCache::compile(Entry& entry, const Problem& problem, const Tactic& tactic) {
  try {
    entry.code = tactic.compile(problem);
  } catch (...) {
    entry.failure = std::current_exception();
  }
  entry.done = true;
}

// Neighbours, as the ranks of one library problem, tend to wait for each other: they are moved
// apart.
void CodeCache::spread(std::vector<Job>& jobs) {
  constexpr size_t kApart = 61;
  std::vector<Job> order;
  for (size_t first = 0; first < std::min(kApart, jobs.size()); ++first) {
    for (size_t i = first; i < jobs.size(); i += kApart) order.push_back(jobs[i]);
  }
  jobs = std::move(order);
}

void CodeCache::compile_all(std::span<const Request> requests, int threads,
                            const Progress& progress, const std::function<void()>& enter_thread) {
  std::vector<Job> jobs;
  for (const Request& request : requests) {
    const auto [it, fresh] = entries_.try_emplace(code_key(request.problem, *request.tactic));
    if (fresh) jobs.push_back({&it->second, &request});
  }
  spread(jobs);
  std::atomic<size_t> next{0};
  std::atomic<bool> stop{false};
  std::atomic<size_t> finished{0};
  const auto work = [&] {
    if (enter_thread) enter_thread();
    for (size_t i = next.fetch_add(1); i < jobs.size() && !stop; i = next.fetch_add(1)) {
      compile(*jobs[i].entry, jobs[i].request->problem, *jobs[i].request->tactic);
      finished.fetch_add(1);
    }
  };
  const size_t workers = std::min(jobs.size(), static_cast<size_t>(std::max(threads, 1)));
  std::vector<std::jthread> pool;
  for (size_t i = 0; i < workers; ++i) pool.emplace_back(work);
  try {
    for (size_t done = 0; done < jobs.size();) {
      done = finished;
      progress(done, jobs.size());
      if (done < jobs.size()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  } catch (...) {
    stop = true;
    pool.clear();  // joins
    throw;
  }
}

std::span<const std::byte> CodeCache::code(const Problem& problem, const Tactic& tactic) {
  Entry& entry = entries_[code_key(problem, tactic)];
  if (!entry.done) compile(entry, problem, tactic);
  if (entry.failure) std::rethrow_exception(entry.failure);
  return entry.code;
}

void CodeCache::drop(const Problem& problem, const Tactic& tactic) {
  entries_.erase(code_key(problem, tactic));
}

}  // namespace tenon

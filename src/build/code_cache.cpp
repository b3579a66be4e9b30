#include "build/code_cache.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "base/error.h"

namespace tenon {

std::string packed_key(const Problem& problem, const Tactic& tactic) {
  std::string key = fmt::format("{}.{} {}({})", tactic.name(), tactic.version(), problem.op.name(),
                                problem.op.attribute_text());
  for (const OperandDesc& d : problem.inputs) {
    key += fmt::format(" {}{}{:x}", name_of(d.dtype), name_of(d.layout),
                       d.constant ? d.constant->hash() : 0);
  }
  for (const OperandDesc& d : problem.outputs) {
    key += fmt::format(" {}{}", name_of(d.dtype), name_of(d.layout));
  }
  return key;
}

static std::string code_key(const Problem& problem, const Tactic& tactic) {
  const std::string key = packed_key(problem, tactic);
  return tactic.compiles_for_dims() ? key + " " + problem.key() : key;
}

void CodeCache::compile(Entry& entry, const Problem& problem, const Tactic& tactic) {
  try {
    entry.code = tactic.compile(problem);
  } catch (...) {
    entry.failure = std::current_exception();
  }
  entry.done = true;
}

void CodeCache::compile_all(std::span<const Request> requests, int threads,
                            const Progress& progress) {
  struct Job {
    Entry* entry;
    const Request* request;
  };
  std::vector<Job> jobs;
  for (const Request& request : requests) {
    const auto [it, fresh] = entries_.try_emplace(code_key(request.problem, *request.tactic));
    if (fresh) jobs.push_back({&it->second, &request});
  }
  std::atomic<size_t> next{0};
  std::atomic<bool> stop{false};
  std::atomic<size_t> finished{0};
  const auto work = [&] {
    for (size_t i = next.fetch_add(1); i < jobs.size() && !stop; i = next.fetch_add(1)) {
      compile(*jobs[i].entry, jobs[i].request->problem, *jobs[i].request->tactic);
      finished.fetch_add(1);
    }
  };
  const size_t workers = std::min(jobs.size(), static_cast<size_t>(std::max(threads, 1)));
  std::vector<std::jthread> pool;
  for (size_t i = 0; i < workers; ++i) pool.emplace_back(work);
  try {
    while (finished < jobs.size()) {
      progress(finished, jobs.size());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
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

}  // namespace tenon

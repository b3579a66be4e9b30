#pragma once

#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "device/tactic.h"

namespace tenon {

// What Tactic::compile() made, once for equal problems and constants; where the tactic compiles for
// dims, once for equal problems.
class CodeCache {
 public:
  // Constants that the problem refers to need to live until the call that it is given to returns.
  struct Request {
    const Tactic* tactic;
    Problem problem;
  };
  using Progress = std::function<void(size_t done, size_t all)>;
  // Compiles what is not there yet on as many threads. A failure is kept for code(). Calls
  // `progress` on the calling thread now and then and when all is done; when it throws, what has
  // not begun is left out. Every other thread calls `enter_thread` first.
  void compile_all(std::span<const Request> requests, int threads, const Progress& progress,
                   const std::function<void()>& enter_thread = {});
  // Compiled now unless it has been. Valid until it is dropped. Throws what compile() threw.
  std::span<const std::byte> code(const Problem& problem, const Tactic& tactic);
  // Forgets the code, so that it takes no memory; asked for again, it is compiled again.
  void drop(const Problem& problem, const Tactic& tactic);

 private:
  struct Entry {
    std::vector<std::byte> code;
    std::exception_ptr failure;
    bool done = false;
  };
  struct Job {
    Entry* entry;
    const Request* request;
  };
  static void spread(std::vector<Job>& jobs);
  static void compile(Entry& entry, const Problem& problem, const Tactic& tactic);

  std::map<std::string, Entry> entries_;
};

// Names what Tactic::pack() makes of the problem: the packing, and types, layouts, contents.
std::string packed_key(const Problem& problem, const Tactic& tactic);

}  // namespace tenon

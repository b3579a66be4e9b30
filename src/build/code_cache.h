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

// What Tactic::compile() made, once for equal problems and constants.
class CodeCache {
 public:
  // Constants that the problem refers to need to live until the call that it is given to returns.
  struct Request {
    const Tactic* tactic;
    Problem problem;
  };
  using Progress = std::function<void(size_t done, size_t all)>;
  // Compiles what is not there yet on as many threads. A failure is kept for code(). Calls
  // `progress` on the calling thread now and then; when it throws, the rest is left out.
  void compile_all(std::span<const Request> requests, int threads, const Progress& progress);
  // Compiled now unless it has been. Valid as long as the cache. Throws what compile() threw.
  std::span<const std::byte> code(const Problem& problem, const Tactic& tactic);

 private:
  struct Entry {
    std::vector<std::byte> code;
    std::exception_ptr failure;
    bool done = false;
  };
  static void compile(Entry& entry, const Problem& problem, const Tactic& tactic);

  std::map<std::string, Entry> entries_;
};

// The tactic and all that its packed form depends on but dims: types, layouts, contents.
std::string packed_key(const Problem& problem, const Tactic& tactic);

}  // namespace tenon

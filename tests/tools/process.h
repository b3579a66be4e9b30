// Runs a program and keeps what it writes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tenon {

struct ProcessOptions {
  int64_t file_limit = -1;        // the largest file it may write, in bytes; -1: any
  std::string interrupt_at = {};  // sends SIGINT when this text has been written
  std::vector<std::pair<std::string, std::string>> environment = {};  // added to our own
};

struct ProcessResult {
  int status = -1;     // the exit status; -1 after a signal
  int signal = 0;      // that ended it
  std::string output;  // both of its outputs
};

// Throws std::runtime_error when it cannot be started.
ProcessResult run_process(const std::string& program, const std::vector<std::string>& arguments,
                          const ProcessOptions& options = {});

}  // namespace tenon

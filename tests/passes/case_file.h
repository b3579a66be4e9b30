#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tenon {

// One case of a test file, tests/passes/<pass>/<theme>.ir:
//
//   # what the case shows
//   graph(..) { .. }
//   =>
//   graph(..) { .. }          the graph after the pass, or the word "unchanged"
//
// Cases of a file are separated by lines of "---".
struct PassCase {
  std::string comment;  // the lines of comment before the graph, verbatim
  std::string before;   // the graph's text, verbatim
  std::string after;    // likewise
  int line = 1;         // where it begins
};

std::vector<PassCase> read_cases(const std::filesystem::path& path);
void write_cases(const std::filesystem::path& path, const std::vector<PassCase>& cases);

}  // namespace tenon

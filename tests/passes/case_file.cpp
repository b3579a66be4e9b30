#include "case_file.h"

#include <fstream>

namespace tenon {

std::vector<PassCase> read_cases(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<PassCase> cases(1);
  bool after = false;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    PassCase& current = cases.back();
    if (line == "---") {
      cases.push_back({.line = number + 1});
      after = false;
    } else if (line == "=>") {
      after = true;
    } else if (after) {
      current.after += line + "\n";
    } else if (current.before.empty() && (line.empty() || line[0] == '#')) {
      current.comment += line + "\n";
    } else {
      current.before += line + "\n";
    }
  }
  return cases;
}

void write_cases(const std::filesystem::path& path, const std::vector<PassCase>& cases) {
  std::ofstream file(path);
  for (size_t i = 0; i < cases.size(); ++i) {
    if (i > 0) file << "---\n";
    file << cases[i].comment << cases[i].before << "=>\n" << cases[i].after;
  }
}

}  // namespace tenon

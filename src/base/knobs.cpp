#include "base/knobs.h"

#include <algorithm>
#include <cstdlib>

#include "base/error.h"

extern char** environ;

namespace tenon {

const std::vector<Knob>& knobs() {
  static const std::vector<Knob> table = {
      {"TENON_THREADS", "threads of the CPU device (default: one a core)"},
      {"TENON_DISABLE", "passes, rules and tactics to leave out, by name, separated by commas"},
      {"TENON_DUMP", "folder that receives the graph before and after every pass"},
      {"TENON_CUDA_GRAPHS", "0: launch every layer of every run, also of runs that repeat"},
      {"TENON_CUDA_SYNC", "1: wait for each layer on the GPU, so that an error names the layer"},
      {"TENON_ISA", "highest instruction set the CPU kernels use: generic, avx2 or avx512"},
  };
  return table;
}

static bool listed(std::string_view name) {
  return std::any_of(knobs().begin(), knobs().end(), [&](const Knob& k) { return k.name == name; });
}

std::optional<std::string> knob(std::string_view name) {
  TENON_CHECK(listed(name));
  const char* value = std::getenv(std::string(name).c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

std::vector<std::string> knob_list(std::string_view name) {
  std::vector<std::string> items;
  const std::string value = knob(name).value_or("");
  size_t begin = 0;
  while (begin < value.size()) {
    const size_t end = std::min(value.find(',', begin), value.size());
    if (end > begin) items.push_back(value.substr(begin, end - begin));
    begin = end + 1;
  }
  return items;
}

void warn_unknown_knobs(const Log& log) {
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    if (name.starts_with("TENON_") && !listed(name)) {
      log.warning("unknown environment variable {}", name);
    }
  }
}

}  // namespace tenon

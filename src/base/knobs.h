#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"

namespace tenon {

// The environment variables that Tenon reads; any other TENON_* one is warned about.
struct Knob {
  std::string_view name;
  std::string_view meaning;
};
const std::vector<Knob>& knobs();

// The variable's value; TENON_CHECKs that the table lists the name.
std::optional<std::string> knob(std::string_view name);
// A comma-separated list (empty when unset).
std::vector<std::string> knob_list(std::string_view name);
// Logs a warning for each TENON_* variable that is not in the table.
void warn_unknown_knobs(const Log& log);

}  // namespace tenon

#pragma once

#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "device/tactic.h"

namespace tenon {

// A device's tactics by op.
class TacticTable {
 public:
  struct Row {
    std::string_view op;
    std::span<const Tactic* const> (*tactics)();
  };
  // Rows in the order of preference within an op; `reference` comes last for each op.
  TacticTable(std::span<const Row> rows, const Tactic& reference);
  // An op of an unknown name has the reference tactic only.
  std::span<const Tactic* const> find(std::string_view op) const;

 private:
  std::map<std::string_view, std::vector<const Tactic*>> table_;
  const Tactic* reference_;
};

}  // namespace tenon

#include "device/tactic_table.h"

namespace tenon {

TacticTable::TacticTable(std::span<const Row> rows, const Tactic& reference)
    : reference_(&reference) {
  for (const Row& row : rows) {
    const auto tactics = row.tactics();
    auto& list = table_[row.op];
    list.insert(list.end(), tactics.begin(), tactics.end());
  }
  for (auto& [op, list] : table_) list.push_back(reference_);
}

std::span<const Tactic* const> TacticTable::find(std::string_view op) const {
  const auto found = table_.find(op);
  if (found == table_.end()) return {&reference_, 1};
  return found->second;
}

}  // namespace tenon

#include <algorithm>
#include <map>

#include "onnx/node_context.h"

namespace tenon {
namespace {

using Table = std::multimap<std::string_view, const Importer*>;

const Table& table() {
  static const Table all = [] {
    Table rows;
    for (const auto family :
         {activation_importers(), conv_importers(), data_importers(), elementwise_importers(),
          matmul_importers(), normalization_importers(), pool_importers(), reduce_importers(),
          resize_importers(), shape_importers()}) {
      for (const Importer& row : family) rows.emplace(row.op, &row);
    }
    return rows;
  }();
  return all;
}

}  // namespace

const Importer* find_importer(std::string_view op, int64_t opset) {
  const auto [begin, end] = table().equal_range(op);
  for (auto it = begin; it != end; ++it) {
    if (it->second->since <= opset && opset <= it->second->until) return it->second;
  }
  return nullptr;
}

bool supports_operator(std::string_view op) { return table().contains(op); }

std::vector<std::string_view> supported_operators() {
  std::vector<std::string_view> names;
  for (const auto& [name, row] : table()) {
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

}  // namespace tenon

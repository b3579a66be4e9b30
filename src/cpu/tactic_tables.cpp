#include "cpu/tactic_tables.h"

#include <algorithm>
#include <map>
#include <vector>

#include "cpu/kernels/attention/attention_tactics.h"
#include "cpu/kernels/conv/conv_tactics.h"
#include "cpu/kernels/deconv/deconv_tactics.h"
#include "cpu/kernels/matmul/matmul_tactics.h"
#include "cpu/kernels/movement/movement_tactics.h"
#include "cpu/kernels/normalization/normalization_tactics.h"
#include "cpu/kernels/pointwise/pointwise_tactics.h"
#include "cpu/kernels/pool/pool_tactics.h"
#include "cpu/kernels/reduce/reduce_tactics.h"
#include "cpu/kernels/reformat/reformat_tactics.h"
#include "cpu/kernels/resize/resize_tactics.h"
#include "cpu/kernels/softmax/softmax_tactics.h"
#include "cpu/kernels/winograd/winograd_tactics.h"
#include "cpu/reference.h"

namespace tenon {
namespace {

using Tactics = std::span<const Tactic* const>;

struct Row {
  std::string_view op;
  Tactics (*tactics)();
};

// In the order of preference within an op.
constexpr Row kRows[] = {
    {"attention", attention_tactics},
    {"binary", pointwise_tactics},
    {"cast", cast_tactics},
    {"concat", concat_tactics},
    {"conv", winograd_tactics},
    {"conv", conv_tactics},
    {"deconv", deconv_tactics},
    {"expand", expand_tactics},
    {"fill", fill_tactics},
    {"flatten", view_tactics},
    {"gather", gather_tactics},
    {"identity", view_tactics},
    {"matmul", matmul_tactics},
    {"normalization", normalization_tactics},
    {"pad", pad_tactics},
    {"pointwise", pointwise_tactics},
    {"pool", pool_tactics},
    {"reduce", reduce_tactics},
    {"reformat", reformat_tactics},
    {"reformat", cast_tactics},
    {"reshape", view_tactics},
    {"resize", resize_tactics},
    {"scale", pointwise_tactics},
    {"select", pointwise_tactics},
    {"slice", slice_tactics},
    {"softmax", softmax_tactics},
    {"squeeze", view_tactics},
    {"transpose", transpose_tactics},
    {"unary", pointwise_tactics},
    {"unsqueeze", view_tactics},
};

using Table = std::map<std::string_view, std::vector<const Tactic*>>;

Table make_table() {
  Table table;
  for (const Row& row : kRows) {
    const Tactics tactics = row.tactics();
    auto& list = table[row.op];
    list.insert(list.end(), tactics.begin(), tactics.end());
  }
  for (auto& [op, list] : table) list.push_back(&reference_tactic());
  return table;
}

}  // namespace

Tactics cpu_tactics(std::string_view op) {
  static const Table table = make_table();
  static const Tactic* const reference[] = {&reference_tactic()};
  const auto found = table.find(op);
  return found != table.end() ? Tactics(found->second) : Tactics(reference);
}

}  // namespace tenon

#include "cuda/tactic_tables.h"

#include "cuda/host_reference.h"
#include "cuda/kernels/attention/attention_tactics.h"
#include "cuda/kernels/normalization/normalization_tactics.h"
#include "cuda/kernels/pool/pool_tactics.h"
#include "cuda/kernels/reduce/reduce_tactics.h"
#include "cuda/kernels/resize/resize_tactics.h"
#include "cuda/kernels/softmax/softmax_tactics.h"
#include "device/tactic_table.h"

namespace tenon {
namespace {

// In the order of preference within an op.
constexpr TacticTable::Row kRows[] = {
    {"attention", attention_tactics},
    {"normalization", normalization_tactics},
    {"pool", pool_tactics},
    {"reduce", reduce_tactics},
    {"resize", resize_tactics},
    {"softmax", softmax_tactics},
};

}  // namespace

std::span<const Tactic* const> cuda_tactics(std::string_view op) {
  static const TacticTable table(kRows, host_reference_tactic());
  return table.find(op);
}

}  // namespace tenon

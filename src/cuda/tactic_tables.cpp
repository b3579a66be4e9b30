#include "cuda/tactic_tables.h"

#include "cuda/host_reference.h"
#include "cuda/kernels/dnn/dnn_tactics.h"
#include "cuda/kernels/matmul/matmul_tactics.h"
#include "device/tactic_table.h"

namespace tenon {
namespace {

// In the order of preference within an op.
constexpr TacticTable::Row kRows[] = {
    {"conv", dnn_conv_tactics},
    {"conv", folded_conv_tactics},
    {"conv", lt_conv_tactics},
    {"deconv", dnn_deconv_tactics},
    {"matmul", lt_matmul_tactics},
};

}  // namespace

std::span<const Tactic* const> cuda_tactics(std::string_view op) {
  static const TacticTable table(kRows, host_reference_tactic());
  return table.find(op);
}

}  // namespace tenon

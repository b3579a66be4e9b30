#include "cuda/tactic_tables.h"

#include "cuda/host_reference.h"
#include "cuda/kernels/deconv/deconv_tactics.h"
#include "cuda/kernels/depthwise/depthwise_tactics.h"
#include "cuda/kernels/igemm/igemm_tactics.h"
#include "cuda/kernels/stem/stem_tactics.h"
#include "device/tactic_table.h"

namespace tenon {
namespace {

// In the order of preference within an op.
constexpr TacticTable::Row kRows[] = {
    {"conv", depthwise_conv_tactics}, {"conv", stem_conv_tactics},
    {"conv", igemm_conv_tactics},     {"deconv", igemm_deconv_tactics},
    {"deconv", deconv_tactics},       {"matmul", igemm_matmul_tactics},
};

}  // namespace

std::span<const Tactic* const> cuda_tactics(std::string_view op) {
  static const TacticTable table(kRows, host_reference_tactic());
  return table.find(op);
}

}  // namespace tenon

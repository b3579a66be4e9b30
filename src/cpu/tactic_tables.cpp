#include "cpu/tactic_tables.h"

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
#include "cpu/kernels/squeeze/squeeze_tactics.h"
#include "cpu/kernels/topk/topk_tactics.h"
#include "cpu/kernels/winograd/winograd_tactics.h"
#include "cpu/reference.h"
#include "device/tactic_table.h"

namespace tenon {
namespace {

constexpr TacticTable::Row kRows[] = {
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
    {"squeeze_excitation", squeeze_tactics},
    {"topk", topk_tactics},
    {"transpose", transpose_tactics},
    {"unary", pointwise_tactics},
    {"unsqueeze", view_tactics},
};

}  // namespace

std::span<const Tactic* const> cpu_tactics(std::string_view op) {
  static const TacticTable table(kRows, reference_tactic());
  return table.find(op);
}

}  // namespace tenon

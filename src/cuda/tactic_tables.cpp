#include "cuda/tactic_tables.h"

#include "cuda/host_reference.h"
#include "cuda/kernels/attention/attention_tactics.h"
#include "cuda/kernels/conv_depthwise/conv_depthwise_tactics.h"
#include "cuda/kernels/conv_pair/conv_pair_tactics.h"
#include "cuda/kernels/deconv/deconv_tactics.h"
#include "cuda/kernels/depthwise/depthwise_tactics.h"
#include "cuda/kernels/dnn/dnn_tactics.h"
#include "cuda/kernels/igemm/igemm_tactics.h"
#include "cuda/kernels/inverted_residual/inverted_residual_tactics.h"
#include "cuda/kernels/matmul/matmul_tactics.h"
#include "cuda/kernels/movement/movement_tactics.h"
#include "cuda/kernels/normalization/normalization_tactics.h"
#include "cuda/kernels/pointwise/pointwise_tactics.h"
#include "cuda/kernels/pool/pool_tactics.h"
#include "cuda/kernels/reduce/reduce_tactics.h"
#include "cuda/kernels/reformat/reformat_tactics.h"
#include "cuda/kernels/resize/resize_tactics.h"
#include "cuda/kernels/softmax/softmax_tactics.h"
#include "cuda/kernels/squeeze/squeeze_tactics.h"
#include "cuda/kernels/stem/stem_tactics.h"
#include "cuda/kernels/topk/topk_tactics.h"
#include "device/tactic_table.h"

namespace tenon {
namespace {

// In the order of preference within an op.
constexpr TacticTable::Row kRows[] = {
    {"attention", attention_tactics},
    {"binary", pointwise_tactics},
    {"cast", cast_tactics},
    {"concat", concat_tactics},
    {"conv", dnn_conv_tactics},
    {"conv", lt_conv_tactics},
    {"conv", folded_conv_tactics},
    {"conv", igemm_conv_tactics},
    {"conv", depthwise_conv_tactics},
    {"conv", stem_conv_tactics},
    {"conv", strip_tactics},
    {"conv_depthwise", conv_depthwise_tactics},
    {"conv_pair", conv_pair_tactics},
    {"conv_pool", strip_tactics},
    {"deconv", dnn_deconv_tactics},
    {"deconv", igemm_deconv_tactics},
    {"deconv", deconv_tactics},
    {"expand", expand_tactics},
    {"fill", fill_tactics},
    {"flatten", view_tactics},
    {"gather", gather_tactics},
    {"gather_elements", gather_elements_tactics},
    {"identity", view_tactics},
    {"inverted_residual", inverted_residual_tactics},
    {"iota", iota_tactics},
    {"matmul", lt_matmul_tactics},
    {"matmul", dnn_matmul_tactics},
    {"matmul", igemm_matmul_tactics},
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

std::span<const Tactic* const> cuda_tactics(std::string_view op) {
  static const TacticTable table(kRows, host_reference_tactic());
  return table.find(op);
}

}  // namespace tenon

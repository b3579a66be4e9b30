#pragma once

#include <optional>

#include "ir/rewriter.h"
#include "passes/affine.h"

namespace tenon {

// One view of the layers that multiply by weights (conv, deconv, matmul): which elements of the
// weights meet which input and output channel.
struct LayerWeights {
  NodeId node = kNone;
  const Tensor* weights = nullptr;  // nullptr: not constant
  int64_t in_channels = 0;
  int64_t out_channels = 0;
  int in_axis = 1;                          // of the input, and
  int out_axis = 1;                         // of the output: where the channels are
  std::optional<std::vector<double>> bias;  // zeros when absent, nullopt when not constant
  // A bias that is not per channel, an activation or a residual operand stand between the sum over
  // channels and the output.
  bool linear_output = true;
  bool residual = false;
};

// nullopt for other ops and for forms without plain channels (batched weights, vectors).
std::optional<LayerWeights> layer_weights(const Rewriter& r, NodeId node);

// The weights' elements multiplied by out[k] or in[c] (empty: by 1).
Tensor scaled_weights(const Rewriter& r, const LayerWeights& layer, const std::vector<double>& out,
                      const std::vector<double>& in);
// sum over the weights of output channel k of w * shift[c], for all k.
std::vector<double> weighted_shift(const Rewriter& r, const LayerWeights& layer,
                                   const std::vector<double>& shift);

}  // namespace tenon

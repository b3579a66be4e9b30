#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <variant>
#include <vector>

#include "cuda/kernels/dnn/backend.h"
#include "cuda/kernels/matmul/finish_kernels.h"
#include "device/tactic.h"
#include "ops/scalar_fn.h"

namespace tenon {

// How much of bias, skip connection and activation cuDNN's graph does; a finishing pass does the
// rest.
enum class ConvFusion : uint8_t { kAll, kBias, kNone };

// A convolution, or a transposed one as the backward pass of a convolution, as cuDNN sees it: two
// or three spatial axes; one axis counts as an image of height 1.
struct ConvSpec {
  DataType type = DataType::kF32;
  bool tf32 = false;  // by tensor cores that round to TF32
  bool transposed = false;
  bool channels_last = false;
  std::vector<int64_t> x, w, y;  // [N, C, spatial...], the weights [K, C/groups, ...]
  // Elements between pixels where they are not dense, else 0; channels last only.
  int64_t x_pitch = 0, residual_pitch = 0;
  std::vector<int64_t> stride, pad_begin, pad_end, dilation;
  bool bias = false;
  bool residual = false;
  Activation act;

  bool grouped() const { return w[1] != (transposed ? y[1] : x[1]); }
  bool is_dense() const { return x_pitch == 0 && residual_pitch == 0; }
  // The same over dense tensors.
  ConvSpec dense() const;
  std::string key() const;
};

// Operands of Conv and Deconv.
inline constexpr size_t kConvBias = 2;
inline constexpr size_t kConvResidual = 3;

// The spec of a problem in the layout of its input, or why there is none.
std::variant<ConvSpec, Refusal> conv_spec(const Problem& problem);

// What a fusion leaves to the finishing pass.
struct ConvRest {
  bool bias = false;
  bool residual = false;
  bool act = false;
  bool any() const { return bias || residual || act; }
  friend bool operator==(const ConvRest&, const ConvRest&) = default;
};
ConvRest rest_of(const ConvSpec& spec, ConvFusion fusion);
// Whether cuDNN has the activation.
bool cudnn_has(const Activation& act);
// The pass over y (product in y or elsewhere), without pointers.
FinishParams conv_finish(const ConvSpec& spec, const ConvRest& rest);

// Identifiers of the graph's tensors in a variant pack.
enum ConvTensor : int64_t { kTensorX = 1, kTensorW, kTensorBias, kTensorResidual, kTensorY };
// Those that a fusion has, in the order of their numbers.
std::vector<int64_t> conv_tensors(const ConvSpec& spec, ConvFusion fusion);

// An operation graph, finalized, and what it is made of: whether cuDNN copies that it does not say.
struct OperationGraph {
  std::deque<BackendDescriptor> parts;
  BackendDescriptor graph;
};
// Throws Error when cuDNN finds the graph ill-formed.
OperationGraph conv_graph(const ConvSpec& spec, ConvFusion fusion, cudnnHandle_t handle);

}  // namespace tenon

#pragma once

#include <cublasLt.h>
#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/dtype.h"

namespace tenon {

// Activations that cuBLASLt computes; its GELU is the tanh approximation.
enum class LtAct { kNone, kRelu, kGeluTanh };

// Row-major matrix products, one or a batch of them at regular distances:
//   y = act(alpha * op(a) op(b) + bias + c)
// with y and c [rows, columns], op(a) [rows, depth], op(b) [depth, columns], bias [columns].
struct LtGemmSpec {
  DataType type = DataType::kF32;
  bool tf32 = false;  // FP32 products may be rounded to TF32
  int64_t rows = 0, columns = 0, depth = 0;
  int64_t batches = 1;
  bool transpose_a = false, transpose_b = false;           // how they are stored
  int64_t a_row = 0, b_row = 0, c_row = 0, y_row = 0;      // elements between stored rows
  int64_t a_step = 0, b_step = 0, c_step = 0, y_step = 0;  // and between matrices of a batch
  bool bias = false;
  bool c = false;
  LtAct act = LtAct::kNone;
  int alignment = 64;  // bytes that all matrices begin at multiples of

  std::string key() const;
};

using LtAlgorithms = std::vector<cublasLtMatmulHeuristicResult_t>;

// The algorithms that cuBLASLt thinks best for the product on the current GPU, best first; none
// when it cannot do it. Asked for once a process and product.
std::shared_ptr<const LtAlgorithms> lt_algorithms(const LtGemmSpec& spec);
inline constexpr int kMostLtAlgorithms = 16;  // that lt_algorithms() gives

// The pointers of one call.
struct LtOperands {
  const void* a = nullptr;
  const void* b = nullptr;
  const void* bias = nullptr;
  const void* c = nullptr;  // may be y
  void* y = nullptr;
};

// A product bound to an algorithm.
class LtGemm {
 public:
  // `algorithm` must be for the spec (from lt_algorithms() or checked by usable()).
  LtGemm(const LtGemmSpec& spec, float alpha, const cublasLtMatmulHeuristicResult_t& algorithm);
  size_t workspace_bytes() const { return algorithm_.workspaceSize; }
  void run(const LtOperands& operands, void* workspace, cudaStream_t stream) const;

 private:
  LtGemmSpec spec_;
  float alpha_;
  cublasLtMatmulHeuristicResult_t algorithm_;
  cublasLtHandle_t handle_;
};

// An algorithm by its bytes, as a plan holds them, with what it asks of the product. False when the
// library does not take it for the product.
bool usable(const LtGemmSpec& spec, std::span<const std::byte> bytes,
            cublasLtMatmulHeuristicResult_t& result);

// The largest power of two, at most 64, that divides the number.
int alignment_of(int64_t bytes);

}  // namespace tenon

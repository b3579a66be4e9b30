#include "cuda/kernels/igemm/matmul_geometry.h"

#include "cuda/kernels/igemm/conv_geometry.h"
#include "ops/matmul.h"

namespace tenon {
namespace {

std::string refusal_of(const Problem& p, const MatMul& op) {
  const DataType type = p.inputs[0].dtype;
  for (const OperandDesc& d : p.inputs) {
    if (d.present && d.dtype != type) return "operands of different types";
  }
  if (p.inputs[0].is_constant) return "the left side is constant";
  if (!p.inputs[1].is_constant) return "the right side is not constant";
  if (p.inputs[1].dims.rank() != 2) return "the right side is no matrix";
  if (op.transpose_a && p.inputs[0].dims.rank() > 1) return "the left side is transposed";
  if (is_present(p, kResidualOperand) && p.inputs[kResidualOperand].is_constant) {
    return "the residual is constant";
  }
  if (!is_present(p, 2)) return {};
  if (!p.inputs[2].is_constant) return "the bias is not constant";
  const Dims& bias = p.inputs[2].dims;
  const Dims& y = p.outputs[0].dims;
  const int64_t last = bias.rank() == 0 ? 1 : bias[bias.rank() - 1];
  if (bias.volume() != last || (last != 1 && last != y[y.rank() - 1])) {
    return "the bias differs between rows";
  }
  return {};
}

}  // namespace

std::variant<MatMulGeometry, Refusal> matmul_geometry(const Problem& p) {
  const MatMul* op = p.op.as<MatMul>();
  if (op == nullptr) return Refusal{"not a matrix product"};
  if (!has_activation(op->act)) {
    return Refusal{fmt::format("no activation {}", name_of(op->act.fn))};
  }
  if (std::string reason = refusal_of(p, *op); !reason.empty()) return Refusal{reason};
  const Dims& a = p.inputs[0].dims;
  const Dims& b = p.inputs[1].dims;
  MatMulGeometry g{.rows = 1, .alpha = op->alpha, .has_bias = is_present(p, 2), .act = op->act};
  for (int i = 0; i + 1 < a.rank(); ++i) g.rows *= a[i];
  g.depth = a[a.rank() - 1];
  g.columns = op->transpose_b ? b[0] : b[1];
  g.b_row = op->transpose_b ? 1 : b[1];
  g.b_column = op->transpose_b ? b[1] : 1;
  return g;
}

}  // namespace tenon

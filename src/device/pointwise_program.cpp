#include "device/pointwise_program.h"

#include "device/iteration.h"
#include "ops/binary.h"
#include "ops/scale.h"
#include "ops/select.h"
#include "ops/unary.h"

namespace tenon {

std::vector<PointwiseInstruction> program_of(const Op& op) {
  using Kind = PointwiseKind;
  if (const auto* pointwise = op.as<Pointwise>()) return pointwise->program;
  if (const auto* unary = op.as<Unary>()) {
    return {{.kind = Kind::kUnary,
             .unary = unary->fn,
             .a = 0,
             .alpha = unary->alpha,
             .beta = unary->beta}};
  }
  if (const auto* binary = op.as<Binary>()) {
    return {{.kind = Kind::kBinary, .binary = binary->fn, .a = 0, .b = 1}};
  }
  if (op.is<Scale>()) {
    return {{.kind = Kind::kBinary, .binary = BinaryFn::kMul, .a = 0, .b = 1},
            {.kind = Kind::kBinary, .binary = BinaryFn::kAdd, .a = 3, .b = 2}};
  }
  if (op.is<Select>()) return {{.kind = Kind::kSelect, .a = 0, .b = 1, .c = 2}};
  return {};
}

int operands_of(const PointwiseInstruction& instruction) {
  switch (instruction.kind) {
    case PointwiseKind::kUnary: return 1;
    case PointwiseKind::kBinary: return 2;
    case PointwiseKind::kSelect: return 3;
    default: return 0;
  }
}

Dims pointwise_operand_dims(const Problem& problem, size_t i) {
  const int rank = problem.outputs[0].dims.rank();
  const Dims& dims = problem.inputs[i].dims;
  const auto* scale = problem.op.as<Scale>();
  if (scale == nullptr || i == 0 || dims.volume() == 1) return right_aligned(dims, rank);
  Dims aligned = right_aligned({}, rank);
  aligned[static_cast<int>(scale->axis < 0 ? scale->axis + rank : scale->axis)] = dims.volume();
  return aligned;
}

}  // namespace tenon

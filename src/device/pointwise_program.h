#pragma once

#include <vector>

#include "device/problem.h"
#include "ops/pointwise.h"

namespace tenon {

// The straight-line program that an elementwise op amounts to: a Pointwise's own, or the one of a
// unary, binary, scale or select op. Values are numbered as in Pointwise: inputs, then results.
// Empty when the op is none of these.
std::vector<PointwiseInstruction> program_of(const Op& op);

// How many of a, b and c an instruction reads.
int operands_of(const PointwiseInstruction& instruction);

// The dims of operand i aligned to the output's rank: ones in front, or the scale and shift of a
// Scale put on its axis.
Dims pointwise_operand_dims(const Problem& problem, size_t i);

}  // namespace tenon

#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "device/problem.h"

namespace tenon {

// Constants as they are, for tactics that need no other form: the bytes of every constant operand
// in operand order, each at a multiple of 64.
std::vector<std::byte> pack_constants(const Problem& problem);

// Where pack_constants() put operand i: nullptr when it is no constant.
const void* packed_constant(const Problem& problem, std::span<const std::byte> packed, size_t i);

// The integers of a shape operand, constant or not; empty when it is absent.
std::vector<int64_t> shape_elements(const Problem& problem, std::span<const std::byte> packed,
                                    size_t i);

// The same for devices whose bind() cannot read packed constants: compile() keeps the constant
// shape operands in host memory, bind() finds them in the packed code.
std::vector<std::byte> pack_shape_constants(const Problem& problem);
std::vector<int64_t> packed_shape_elements(const Problem& problem, std::span<const std::byte> code,
                                           size_t i);

}  // namespace tenon

#include "device/packed_constants.h"

#include <cstring>

#include "base/error.h"
#include "base/rounding.h"

namespace tenon {

static size_t aligned(size_t bytes) { return round_up(bytes, size_t{64}); }

static size_t constant_bytes(const OperandDesc& d) {
  return d.present && d.is_constant ? bytes_of(d.dtype, d.dims.volume()) : 0;
}

std::vector<std::byte> pack_constants(const Problem& problem) {
  std::vector<std::byte> packed;
  for (const OperandDesc& d : problem.inputs) {
    const size_t bytes = constant_bytes(d);
    if (bytes == 0) continue;
    TENON_CHECK(d.constant != nullptr && d.constant->bytes().size() == bytes);
    const size_t offset = packed.size();
    packed.resize(offset + aligned(bytes));
    std::memcpy(packed.data() + offset, d.constant->bytes().data(), bytes);
  }
  return packed;
}

const void* packed_constant(const Problem& problem, std::span<const std::byte> packed, size_t i) {
  static constexpr std::byte kEmpty{};
  const OperandDesc& wanted = problem.inputs.at(i);
  if (!wanted.present || !wanted.is_constant) return nullptr;
  if (constant_bytes(wanted) == 0) return &kEmpty;
  size_t offset = 0;
  for (size_t j = 0; j < i; ++j) offset += aligned(constant_bytes(problem.inputs[j]));
  if (offset + constant_bytes(wanted) > packed.size()) {
    fail("the packed constants of {} are too short", problem.op.name());
  }
  return packed.data() + offset;
}

std::vector<int64_t> shape_elements(const Problem& problem, std::span<const std::byte> packed,
                                    size_t i) {
  if (i >= problem.inputs.size() || !problem.inputs[i].present) return {};
  const OperandDesc& d = problem.inputs[i];
  if (d.is_shape) return d.elements;
  const void* data = packed_constant(problem, packed, i);
  if (data == nullptr) fail("operand {} of {} is not known when it is bound", i, problem.op.name());
  const TensorView view{d.dtype, d.dims, const_cast<void*>(data)};
  std::vector<int64_t> elements(static_cast<size_t>(d.dims.volume()));
  for (size_t e = 0; e < elements.size(); ++e) {
    elements[e] = integer_element(view, static_cast<int64_t>(e));
  }
  return elements;
}

// The problem with its shape operands as the only constants.
static Problem shape_constants_only(const Problem& problem) {
  Problem shapes = problem;
  const uint32_t shape_operands = problem.op.traits().shape_operands;
  for (size_t i = 0; i < shapes.inputs.size(); ++i) {
    const bool is_shape = i < 32 && (shape_operands >> i & 1) != 0;
    if (!is_shape) shapes.inputs[i].is_constant = false;
  }
  return shapes;
}

std::vector<std::byte> pack_shape_constants(const Problem& problem) {
  return pack_constants(shape_constants_only(problem));
}

std::vector<int64_t> packed_shape_elements(const Problem& problem, std::span<const std::byte> code,
                                           size_t i) {
  return shape_elements(shape_constants_only(problem), code, i);
}

}  // namespace tenon

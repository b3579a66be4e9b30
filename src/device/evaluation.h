#pragma once

#include <vector>

#include "device/tactic.h"

namespace tenon {

// A problem bound to Op::eval on host memory: what the reference tactics run. Operands lie in
// kLinear. Constants are those of pack_constants(), in host memory that outlives the object.
class Evaluation {
 public:
  Evaluation(const Problem& problem, std::span<const std::byte> packed);
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  // Pointers in the problem's operand order; those of constants and shape operands are ignored.
  // Allocates as the op's evaluation likes.
  void run(std::span<const void* const> inputs, std::span<void* const> outputs) const;

 private:
  void* store_shape(size_t i, const OperandDesc& d);

  Op op_;
  std::vector<TensorView> inputs_;
  std::vector<TensorView> outputs_;
  std::vector<bool> given_;  // inputs whose pointers come with the arguments
  std::vector<std::vector<std::byte>> shape_data_;
};

// A guess of its time in seconds, in nobody's favour.
double evaluation_seconds(const Problem& problem);

}  // namespace tenon

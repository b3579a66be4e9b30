#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "plan/plan.h"

namespace tenon {

// Values of the symbols in the dims of a program: what one set of input dims amounts to.
class Symbols {
 public:
  // Matches an input's dims against its shape, in which a dim is a number or a symbol. Throws Error
  // naming the input when a number differs or a symbol would have two values.
  void bind(std::string_view input, const Shape& shape, const Dims& dims);

  int64_t evaluate(const Dim& dim) const;
  Dims evaluate(const Shape& shape) const;  // throws Error on a negative dim
  std::vector<int64_t> evaluate_all(std::span<const Dim> dims) const;

 private:
  std::map<std::string, int64_t, std::less<>> values_;
};

// Throws Error naming the constraint that does not hold.
void check_constraints(std::span<const Constraint> constraints, const Symbols& symbols);

// The problem that a step poses under the symbols' values. Constants have no contents.
Problem problem_of(const Program& program, const PlanStep& step, const Op& op,
                   const Symbols& symbols);

// Bytes from the start of its buffer that a tensor reaches to, and to where it begins.
uint64_t extent_bytes(const PlanTensor& tensor, const Symbols& symbols);
uint64_t offset_bytes(const PlanTensor& tensor, const Symbols& symbols);

}  // namespace tenon

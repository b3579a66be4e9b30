#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/op.h"

namespace tenon {

// One operand or result of a case. A tensor with contents is a constant; a type alone is a tensor
// that exists only at run time; "=[...]" gives contents that inference tracks.
struct CaseValue {
  bool present = false;
  TensorType type;
  std::optional<Tensor> tensor;
  std::optional<std::vector<Dim>> elements;

  Fact fact() const;
};

// A line of a case file:
//   op attributes : operand ; operand ; ... => result ; ...
// operand   -  |  f32[2]{1,2}  |  f32[N,3]  |  i64[2]=[N,3]
// result    an operand, with "where a==b" behind the last for constraints  |  error text of the
//           message
struct OpCase {
  int line = 0;
  std::string text;
  std::string op;
  std::string attributes;
  std::vector<CaseValue> operands;
  std::string error;  // empty: no error is expected
  std::vector<CaseValue> results;
  std::vector<std::pair<Dim, Dim>> constraints;
};

// The cases of a file; lines that begin with # and empty ones aside. Throws Error with the line's
// number.
std::vector<OpCase> read_cases(const std::string& path);

}  // namespace tenon

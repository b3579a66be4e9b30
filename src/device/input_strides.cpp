#include "device/input_strides.h"

#include "device/iteration.h"
#include "ops/transpose.h"

namespace tenon {

std::vector<int64_t> transposed_strides(const Problem& problem) {
  const std::vector<int64_t> of_input = axis_strides(problem.inputs[0]);
  const std::vector<int64_t>& perm = problem.op.as<Transpose>()->perm;
  const auto rank = static_cast<int64_t>(of_input.size());
  std::vector<int64_t> strides;
  for (int64_t i = 0; i < rank; ++i) {
    const int64_t axis = perm.empty() ? rank - 1 - i : perm.at(static_cast<size_t>(i));
    strides.push_back(of_input.at(static_cast<size_t>(axis < 0 ? axis + rank : axis)));
  }
  return strides;
}

std::vector<int64_t> expanded_strides(const Problem& problem) {
  const OperandDesc& in = problem.inputs[0];
  const std::vector<int64_t> of_input = axis_strides(in);
  std::vector<int64_t> strides(static_cast<size_t>(problem.outputs[0].dims.rank()), 0);
  const size_t first = strides.size() - of_input.size();
  for (size_t i = 0; i < of_input.size(); ++i) {
    if (in.dims[static_cast<int>(i)] != 1) strides[first + i] = of_input[i];
  }
  return strides;
}

}  // namespace tenon

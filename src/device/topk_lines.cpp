#include "device/topk_lines.h"

#include <algorithm>

#include "device/iteration.h"
#include "device/offers.h"
#include "ops/topk.h"

namespace tenon {

TopKLines topk_lines(const Problem& problem) {
  const OperandDesc& x = problem.inputs[0];
  const int64_t wanted = problem.op.as<TopK>()->axis;
  const int axis = static_cast<int>(wanted < 0 ? wanted + x.dims.rank() : wanted);
  TopKLines lines{.n = x.dims[axis], .k = problem.outputs[0].dims[axis]};
  if (lines.k > lines.n) fail("k is {}, but axis {} has {} elements", lines.k, axis, lines.n);
  bool behind = false;
  for (const int a : memory_order(x.dims.rank(), x.layout)) {
    if (a == axis) {
      behind = true;
    } else {
      (behind ? lines.inner : lines.outer) *= x.dims[a];
    }
  }
  return lines;
}

std::optional<Refusal> refuse_topk(const Problem& problem) {
  constexpr DataType kTypes[] = {DataType::kF32, DataType::kF16, DataType::kBF16, DataType::kI32,
                                 DataType::kI64};
  const OperandDesc& x = problem.inputs.at(0);
  if (std::find(std::begin(kTypes), std::end(kTypes), x.dtype) == std::end(kTypes)) {
    return Refusal{"compares f32, f16, bf16, i32 and i64 only"};
  }
  if (!is_tensor(x)) return Refusal{"takes no constant"};
  return std::nullopt;
}

}  // namespace tenon

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "cpu/kernels/movement/movement_tactics.h"
#include "cpu/launch.h"
#include "cpu/offers.h"
#include "device/packed_constants.h"
#include "ops/gather.h"

namespace tenon {
namespace {

struct GatherLoops {
  int64_t outer = 1;   // places before the axis
  int64_t extent = 0;  // of the axis
  int64_t count = 0;   // of the indices
  int64_t bytes = 0;   // of what one index picks
  bool wide = false;   // i64 indices
};

GatherLoops loops_of(const Problem& problem) {
  const Dims& x = problem.inputs[0].dims;
  const int64_t axis = problem.op.as<Gather>()->axis;
  const int at = static_cast<int>(axis < 0 ? axis + x.rank() : axis);
  GatherLoops l;
  for (int i = 0; i < at; ++i) l.outer *= x[i];
  l.extent = x[at];
  l.count = problem.inputs[1].dims.volume();
  l.bytes = static_cast<int64_t>(bytes_of(problem.inputs[0].dtype, 1));
  for (int i = at + 1; i < x.rank(); ++i) l.bytes *= x[i];
  l.wide = problem.inputs[1].dtype == DataType::kI64;
  return l;
}

int64_t index_at(const GatherLoops& l, const void* indices, int64_t i) {
  const int64_t index =
      l.wide ? static_cast<const int64_t*>(indices)[i] : static_cast<const int32_t*>(indices)[i];
  return index < 0 ? index + l.extent : index;
}

// Throws on an index out of range, before anything is copied.
void check_indices(const GatherLoops& l, const void* indices) {
  for (int64_t i = 0; i < l.count; ++i) {
    const int64_t index = index_at(l, indices, i);
    if (index < 0 || index >= l.extent) {
      fail(ErrorCode::kExecution, "gather: index {} (number {}) is outside of an axis of extent {}",
           index < 0 ? index - l.extent : index, i, l.extent);
    }
  }
}

class GatherRuns final : public Tactic {
 public:
  std::string_view name() const override { return "gather_runs"; }
  Offer offer(const Problem& problem) const override {
    if (bits_of(problem.inputs.at(0).dtype) < 8) {
      return Refusal{"moves no elements smaller than a byte"};
    }
    return linear_offer(problem);
  }
  double estimate(const Problem& problem) const override { return memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const GatherLoops l = loops_of(problem);
    const void* fixed_data = packed_constant(problem, packed, 0);
    const void* fixed_indices = packed_constant(problem, packed, 1);
    if (fixed_indices != nullptr) check_indices(l, fixed_indices);
    const int64_t items = problem.outputs[0].dims.volume() == 0 ? 0 : l.outer * l.count;
    const int64_t grain = std::max<int64_t>(1, (16 << 10) / std::max<int64_t>(l.bytes, 1));
    return make_launch([=](const LaunchArgs& args) {
      const void* indices = fixed_indices ? fixed_indices : args.inputs[1];
      if (fixed_indices == nullptr) check_indices(l, indices);
      const auto* data = static_cast<const char*>(fixed_data ? fixed_data : args.inputs[0]);
      pool_of(args).run(items, grain, [&](int64_t begin, int64_t end, int) {
        for (int64_t i = begin; i < end; ++i) {
          const int64_t index = index_at(l, indices, i % l.count);
          std::memcpy(output<char>(args) + i * l.bytes,
                      data + (i / l.count * l.extent + index) * l.bytes,
                      static_cast<size_t>(l.bytes));
        }
      });
    });
  }
};

}  // namespace

std::span<const Tactic* const> gather_tactics() {
  static const GatherRuns runs;
  static const Tactic* const table[] = {&runs};
  return table;
}

}  // namespace tenon

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "base/error.h"
#include "cpu/kernels/movement/movement_tactics.h"
#include "cpu/launch.h"
#include "cpu/offers.h"
#include "device/packed_constants.h"
#include "ops/cast.h"
#include "ops/identity.h"

namespace tenon {
namespace {

// A boolean in memory: any byte but 0 is true.
struct Bool {
  uint8_t byte;
};
struct Half {
  uint16_t bits;
};
struct BFloat {
  uint16_t bits;
};

template <typename T>
auto number(T x) {
  if constexpr (std::is_same_v<T, Bool>)
    return static_cast<uint8_t>(x.byte != 0);
  else if constexpr (std::is_same_v<T, Half>)
    return f16_to_f32(x.bits);
  else if constexpr (std::is_same_v<T, BFloat>)
    return bf16_to_f32(x.bits);
  else
    return x;
}

template <typename To, typename From>
To converted(From x) {
  if constexpr (std::is_same_v<To, Bool>) {
    return {static_cast<uint8_t>(x != From(0))};
  } else if constexpr (std::is_same_v<To, Half>) {
    return {f32_to_f16(static_cast<float>(x))};
  } else if constexpr (std::is_same_v<To, BFloat>) {
    return {f32_to_bf16(static_cast<float>(x))};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Truncated towards zero, saturated, NaN as 0.
    if (std::isnan(x)) return 0;
    if (x <= static_cast<From>(std::numeric_limits<To>::min())) {
      return std::numeric_limits<To>::min();
    }
    if (x >= static_cast<From>(std::numeric_limits<To>::max())) {
      return std::numeric_limits<To>::max();
    }
    return static_cast<To>(x);
  } else {
    return static_cast<To>(x);
  }
}

using Convert = void (*)(const void* in, void* out, int64_t begin, int64_t end);

template <typename From, typename To>
void convert(const void* in, void* out, int64_t begin, int64_t end) {
  const From* from = static_cast<const From*>(in);
  To* to = static_cast<To*>(out);
  for (int64_t i = begin; i < end; ++i) to[i] = converted<To>(number(from[i]));
}

template <typename From>
Convert convert_to(DataType to) {
  switch (to) {
    case DataType::kF32: return convert<From, float>;
    case DataType::kF16: return convert<From, Half>;
    case DataType::kBF16: return convert<From, BFloat>;
    case DataType::kI64: return convert<From, int64_t>;
    case DataType::kI32: return convert<From, int32_t>;
    case DataType::kI8: return convert<From, int8_t>;
    case DataType::kU8: return convert<From, uint8_t>;
    case DataType::kBool: return convert<From, Bool>;
    default: return nullptr;
  }
}

// nullptr where the reference has to do it.
Convert conversion(DataType from, DataType to) {
  switch (from) {
    case DataType::kF32: return convert_to<float>(to);
    case DataType::kF16: return convert_to<Half>(to);
    case DataType::kBF16: return convert_to<BFloat>(to);
    case DataType::kI64: return convert_to<int64_t>(to);
    case DataType::kI32: return convert_to<int32_t>(to);
    case DataType::kI8: return convert_to<int8_t>(to);
    case DataType::kU8: return convert_to<uint8_t>(to);
    case DataType::kBool: return convert_to<Bool>(to);
    default: return nullptr;
  }
}

// Element by element: cast, and reformat between types.
class CastElements final : public Tactic {
 public:
  std::string_view name() const override { return "cast_elements"; }
  Offer offer(const Problem& problem) const override {
    if (problem.op.is<Reformat>() && problem.inputs.at(0).dtype == problem.outputs.at(0).dtype) {
      return Refusal{"moves nothing within a type"};
    }
    if (conversion(problem.inputs.at(0).dtype, problem.outputs.at(0).dtype) == nullptr) {
      return Refusal{"does not convert between these types"};
    }
    return linear_offer(problem);
  }
  double estimate(const Problem& problem) const override { return 2 * memory_seconds(problem); }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    const Convert convert = conversion(problem.inputs[0].dtype, problem.outputs[0].dtype);
    TENON_CHECK(convert != nullptr);
    const void* fixed = packed_constant(problem, packed, 0);
    return make_launch([=, n = problem.outputs[0].dims.volume()](const LaunchArgs& args) {
      constexpr int64_t kGrain = 8192;
      pool_of(args).run(n, kGrain, [&](int64_t begin, int64_t end, int) {
        convert(fixed ? fixed : args.inputs[0], args.outputs[0], begin, end);
      });
    });
  }
};

}  // namespace

std::span<const Tactic* const> cast_tactics() {
  static const CastElements elements;
  static const Tactic* const table[] = {&elements};
  return table;
}

}  // namespace tenon

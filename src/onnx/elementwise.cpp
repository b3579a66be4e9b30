// Functions of two or more tensors, element by element with broadcasting.
#include <array>
#include <utility>

#include "onnx/node_context.h"
#include "ops/binary.h"
#include "ops/cast.h"
#include "ops/identity.h"
#include "ops/select.h"

namespace tenon {
namespace {

constexpr auto kFunctions = std::to_array<std::pair<std::string_view, BinaryFn>>({
    {"Add", BinaryFn::kAdd},
    {"Sub", BinaryFn::kSub},
    {"Mul", BinaryFn::kMul},
    {"Div", BinaryFn::kDiv},
    {"Max", BinaryFn::kMax},
    {"Min", BinaryFn::kMin},
    {"Sum", BinaryFn::kAdd},
    {"PRelu", BinaryFn::kPrelu},
    {"And", BinaryFn::kAnd},
    {"Or", BinaryFn::kOr},
    {"Xor", BinaryFn::kXor},
    {"Equal", BinaryFn::kEqual},
    {"Greater", BinaryFn::kGreater},
    {"GreaterOrEqual", BinaryFn::kGreaterOrEqual},
    {"Less", BinaryFn::kLess},
    {"LessOrEqual", BinaryFn::kLessOrEqual},
});

BinaryFn function_of(const NodeContext& c) {
  for (const auto& [name, fn] : kFunctions) {
    if (name == c.op()) return fn;
  }
  c.invalid("is no function of two tensors");
}

void import_binary(NodeContext& c) { c.result(Binary{function_of(c)}, {c.input(0), c.input(1)}); }

// x^y, where the exponent may have another type (since opset 12): it is taken in x's.
void import_pow(NodeContext& c) {
  ValueId exponent = c.input(1);
  if (c.dtype(1) != c.dtype(0)) exponent = c.add("exponent", Cast{c.dtype(0)}, {exponent});
  c.result(Binary{BinaryFn::kPow}, {c.input(0), exponent});
}

// Integers take the divisor's sign, or the dividend's with fmod = 1, which floats must have.
void import_mod(NodeContext& c) {
  const bool fmod = c.flag("fmod", false);
  if (!fmod && is_float(c.dtype(0))) c.invalid("fmod must be 1 for floating-point operands");
  c.result(Binary{fmod ? BinaryFn::kFmod : BinaryFn::kMod}, {c.input(0), c.input(1)});
}

// All but the last application; returns the operands of the last one.
std::vector<ValueId> fold_all_but_last(NodeContext& c, BinaryFn fn) {
  ValueId total = c.input(0);
  for (size_t i = 1; i + 1 < c.input_count(); ++i) {
    total = c.add("partial", Binary{fn}, {total, c.input(i)});
  }
  return {total, c.input(c.input_count() - 1)};
}

// Max, Min, Sum of any number of tensors.
void import_variadic(NodeContext& c) {
  if (c.input_count() == 1) {
    c.result(Identity{}, {c.input(0)});
    return;
  }
  const BinaryFn fn = function_of(c);
  c.result(Binary{fn}, fold_all_but_last(c, fn));
}

void import_mean(NodeContext& c) {
  if (c.input_count() == 1) {
    c.result(Identity{}, {c.input(0)});
    return;
  }
  const ValueId sum = c.add("sum", Binary{BinaryFn::kAdd}, fold_all_but_last(c, BinaryFn::kAdd));
  const auto count = static_cast<double>(c.input_count());
  const ValueId divisor = c.add_scalar("count", c.dtype(0), count);
  c.result(Binary{BinaryFn::kDiv}, {sum, divisor});
}

void import_where(NodeContext& c) { c.result(Select{}, {c.input(0), c.input(1), c.input(2)}); }

constexpr Importer kImporters[] = {
    {"Add", 7, kNoEnd, import_binary},     {"And", 7, kNoEnd, import_binary},
    {"Div", 7, kNoEnd, import_binary},     {"Equal", 7, kNoEnd, import_binary},
    {"Greater", 7, kNoEnd, import_binary}, {"GreaterOrEqual", 12, kNoEnd, import_binary},
    {"Less", 7, kNoEnd, import_binary},    {"LessOrEqual", 12, kNoEnd, import_binary},
    {"Max", 6, kNoEnd, import_variadic},   {"Mean", 6, kNoEnd, import_mean},
    {"Min", 6, kNoEnd, import_variadic},   {"Mod", 10, kNoEnd, import_mod},
    {"Mul", 7, kNoEnd, import_binary},     {"Or", 7, kNoEnd, import_binary},
    {"PRelu", 7, kNoEnd, import_binary},   {"Pow", 7, kNoEnd, import_pow},
    {"Sub", 7, kNoEnd, import_binary},     {"Sum", 6, kNoEnd, import_variadic},
    {"Where", 9, kNoEnd, import_where},    {"Xor", 7, kNoEnd, import_binary},
};

}  // namespace

std::span<const Importer> elementwise_importers() { return kImporters; }

}  // namespace tenon

#include "ir/op_text.h"

#include "ops/binary.h"
#include "ops/registry.h"
#include "ops/unary.h"

namespace tenon {
namespace {

// The function's name, unless an op of the same name exists ("identity").
template <typename OpWithFn>
std::string_view function_name(const OpWithFn& op) {
  const std::string_view name = name_of(op.fn);
  return find_op(name) == nullptr ? name : OpWithFn::kName;
}

template <typename OpWithFn>
std::string without_function(OpWithFn op) {
  op.fn = OpWithFn{}.fn;
  return print_attributes(op);
}

}  // namespace

std::string_view text_name(const Op& op) {
  if (const auto* unary = op.as<Unary>()) return function_name(*unary);
  if (const auto* binary = op.as<Binary>()) return function_name(*binary);
  return op.name();
}

std::string text_attributes(const Op& op) {
  if (text_name(op) == op.name()) return op.attribute_text();
  if (const auto* unary = op.as<Unary>()) return without_function(*unary);
  return without_function(*op.as<Binary>());
}

Op op_from_text(std::string_view name, std::string_view attributes) {
  if (find_op(name) != nullptr) return Op::parse(name, attributes);
  if (UnaryFn fn{}; parse_enum(name, fn)) {
    auto unary = parse_attributes<Unary>(attributes);
    unary.fn = fn;
    return unary;
  }
  if (BinaryFn fn{}; parse_enum(name, fn)) {
    auto binary = parse_attributes<Binary>(attributes);
    binary.fn = fn;
    return binary;
  }
  fail("unknown op '{}'", name);
}

}  // namespace tenon

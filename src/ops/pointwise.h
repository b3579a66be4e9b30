#pragma once

#include "ops/op.h"
#include "ops/scalar_fn.h"

namespace tenon {

// One instruction of a pointwise region: computes a new register from earlier ones.
enum class PointwiseKind : uint8_t { kUnary, kBinary, kSelect, kConstant };
constexpr auto names(PointwiseKind) {
  using enum PointwiseKind;
  return std::to_array<std::pair<PointwiseKind, std::string_view>>(
      {{kUnary, "unary"}, {kBinary, "binary"}, {kSelect, "select"}, {kConstant, "constant"}});
}

struct PointwiseInstruction {
  PointwiseKind kind = PointwiseKind::kUnary;
  UnaryFn unary = UnaryFn::kIdentity;
  BinaryFn binary = BinaryFn::kAdd;
  int64_t a = 0;    // register numbers: 0 .. inputs-1 are the op's inputs, then one an instruction
  int64_t b = 0;    // of kBinary and kSelect
  int64_t c = 0;    // of kSelect: a ? b : c
  float alpha = 0;  // parameters of the unary function; the value of kConstant
  float beta = 0;
  static constexpr auto fields = std::tuple{field<1>("kind", &PointwiseInstruction::kind),
                                            field<2>("unary", &PointwiseInstruction::unary),
                                            field<3>("binary", &PointwiseInstruction::binary),
                                            field<4>("a", &PointwiseInstruction::a),
                                            field<5>("b", &PointwiseInstruction::b),
                                            field<6>("c", &PointwiseInstruction::c),
                                            field<7>("alpha", &PointwiseInstruction::alpha),
                                            field<8>("beta", &PointwiseInstruction::beta)};
  friend bool operator==(const PointwiseInstruction&, const PointwiseInstruction&) = default;
};

// A fused region of elementwise ops: every output element is computed from the inputs' broadcast
// elements by a straight-line program; the last register is the output. All inputs and the output
// are floating point of one type.
struct Pointwise {
  std::vector<PointwiseInstruction> program;

  static constexpr std::string_view kName = "pointwise";
  static constexpr Traits kTraits{.min_inputs = 1, .max_inputs = -1, .elementwise = true};
  static constexpr auto fields = std::tuple{field<1>("program", &Pointwise::program)};
  friend bool operator==(const Pointwise&, const Pointwise&) = default;
  void infer(InferContext& c) const;
  void eval(Views in, Views out) const;
};

}  // namespace tenon

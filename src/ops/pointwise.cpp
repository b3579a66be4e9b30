#include "ops/pointwise.h"

#include "ops/arithmetic.h"
#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {
namespace {

void check_register(const InferContext& c, size_t at, int64_t number, size_t known) {
  if (number < 0 || number >= static_cast<int64_t>(known)) {
    c.error("instruction {} reads register {}, but {} are set", at, number, known);
  }
}

// How many of a, b and c an instruction reads.
int operands(const InferContext& c, size_t at, const PointwiseInstruction& step) {
  switch (step.kind) {
    case PointwiseKind::kConstant: return 0;
    case PointwiseKind::kUnary:
      if (name_of(step.unary) == "invalid") c.error("instruction {}: unknown function", at);
      return 1;
    case PointwiseKind::kBinary:
      if (name_of(step.binary) == "invalid") c.error("instruction {}: unknown function", at);
      return 2;
    case PointwiseKind::kSelect: return 3;
  }
  c.error("instruction {} is of an unknown kind", at);
}

double execute(const PointwiseInstruction& step, const double* registers, int64_t lanes,
               int64_t lane) {
  const auto reg = [&](int64_t r) { return registers[r * lanes + lane]; };
  switch (step.kind) {
    case PointwiseKind::kUnary: return apply(step.unary, reg(step.a), step.alpha, step.beta);
    case PointwiseKind::kBinary: return apply(step.binary, reg(step.a), reg(step.b));
    case PointwiseKind::kSelect: return reg(step.a) != 0 ? reg(step.b) : reg(step.c);
    case PointwiseKind::kConstant: return step.alpha;
  }
  return 0;
}

constexpr int64_t kLanes = 64;  // elements computed at a time

template <typename T>
void run_program(const Pointwise& op, Views in, const TensorView& out) {
  std::vector<Strides> strides;
  std::vector<ReadElements<T>> inputs;
  for (const TensorView& view : in) {
    strides.push_back(broadcast_strides(view.dims, out.dims));
    inputs.emplace_back(view);
  }
  WriteElements<T> y(out);
  std::vector<double> registers((in.size() + op.program.size()) * kLanes);
  for_each_row(out.dims, strides, [&](int64_t first, int64_t count, std::span<const int64_t> at) {
    for (int64_t begin = 0; begin < count; begin += kLanes) {
      const int64_t lanes = std::min(kLanes, count - begin);
      double* target = registers.data();
      for (size_t k = 0; k < in.size(); ++k, target += kLanes) {
        const int64_t step = row_step(strides[k], out.dims);
        for (int64_t i = 0; i < lanes; ++i) target[i] = inputs[k][at[k] + (begin + i) * step];
      }
      for (const PointwiseInstruction& step : op.program) {
        for (int64_t i = 0; i < lanes; ++i) target[i] = execute(step, registers.data(), kLanes, i);
        target += kLanes;
      }
      target -= kLanes;
      for (int64_t i = 0; i < lanes; ++i) y[first + begin + i] = static_cast<T>(target[i]);
    }
  });
  y.commit();
}

}  // namespace

void Pointwise::infer(InferContext& c) const {
  if (program.empty()) c.error("the program is empty");
  require_float(c, 0);
  Shape dims = c.dims(0);
  for (size_t i = 1; i < c.input_count(); ++i) {
    c.require_same_dtype(0, i);
    dims = c.broadcast(dims, c.dims(i));
  }
  for (size_t i = 0; i < program.size(); ++i) {
    const PointwiseInstruction& step = program[i];
    const int64_t numbers[] = {step.a, step.b, step.c};
    const int count = operands(c, i, step);
    for (int k = 0; k < count; ++k) check_register(c, i, numbers[k], c.input_count() + i);
  }
  c.set(0, c.dtype(0), std::move(dims));
}

void Pointwise::eval(Views in, Views out) const {
  with_float_arithmetic(in[0].dtype,
                        [&](auto zero) { run_program<decltype(zero)>(*this, in, out[0]); });
}

}  // namespace tenon

#include "cpu/kernels/pointwise/pointwise_executor.h"

#include "device/pointwise_program.h"

namespace tenon {

static int64_t operand(const PointwiseInstruction& i, int which) {
  return which == 0 ? i.a : which == 1 ? i.b : i.c;
}

// Input i owns slot i for tiles of it that have to be gathered. A result takes a slot whose value
// was last used before it, or a new one.
PointwiseExecutor::PointwiseExecutor(std::vector<PointwiseInstruction> program, int inputs,
                                     const PointwiseKernels& kernels)
    : inputs_(inputs), slots_(inputs), kernels_(kernels) {
  std::vector<size_t> last_use(static_cast<size_t>(inputs) + program.size(), 0);
  for (size_t s = 0; s < program.size(); ++s) {
    for (int o = 0; o < operands_of(program[s]); ++o) {
      last_use.at(static_cast<size_t>(operand(program[s], o))) = s;
    }
  }
  std::vector<int> slot_of(last_use.size(), -1);
  std::vector<int> free;
  for (size_t s = 0; s < program.size(); ++s) {
    Step step{.instruction = program[s]};
    const PointwiseInstruction& i = program[s];
    if (i.kind == PointwiseKind::kUnary) step.unary = kernels.unary(i.unary);
    for (int form = 0; i.kind == PointwiseKind::kBinary && form < kBinaryForms; ++form) {
      step.binary[form] = kernels.binary(i.binary, static_cast<BinaryForm>(form));
    }
    if (free.empty()) free.push_back(slots_++);
    step.slot = free.back();
    free.pop_back();
    const size_t value = static_cast<size_t>(inputs) + s;
    slot_of[value] = step.slot;
    for (int o = 0; o < operands_of(i); ++o) {
      const auto used = static_cast<size_t>(operand(i, o));
      if (used < static_cast<size_t>(inputs) || last_use[used] != s || slot_of[used] < 0) continue;
      free.push_back(slot_of[used]);
      slot_of[used] = -1;
    }
    steps_.push_back(step);
  }
  slots_ += 3;  // where run_select spreads scalars
}

// Puts a scalar into every element of a tile; other values stay where they are.
static const float* spread(const PointwiseKernels& kernels, TileValue value, float* tile,
                           int64_t n) {
  if (!value.scalar) return value.data;
  kernels.fill(tile, *value.data, n);
  return tile;
}

void PointwiseExecutor::run_select(const Step& step, const TileValue* values, float* scratch,
                                   float* out, int64_t n) const {
  const PointwiseInstruction& i = step.instruction;
  float* spare = scratch + (slots_ - 3) * kPointwiseTile;
  const float* condition = spread(kernels_, values[i.a], spare, n);
  const float* a = spread(kernels_, values[i.b], spare + kPointwiseTile, n);
  const float* b = spread(kernels_, values[i.c], spare + 2 * kPointwiseTile, n);
  kernels_.select(out, condition, a, b, n);
}

void PointwiseExecutor::run_step(const Step& step, const TileValue* values, float* scratch,
                                 float* out, int64_t n) const {
  const PointwiseInstruction& i = step.instruction;
  switch (i.kind) {
    case PointwiseKind::kConstant: *out = i.alpha; return;
    case PointwiseKind::kUnary: step.unary(out, values[i.a].data, n, i.alpha, i.beta); return;
    case PointwiseKind::kSelect: run_select(step, values, scratch, out, n); return;
    case PointwiseKind::kBinary: break;
  }
  BinaryForm form = BinaryForm::kBoth;
  if (n > 1 && values[i.b].scalar) form = BinaryForm::kScalarB;
  if (n > 1 && values[i.a].scalar) form = BinaryForm::kScalarA;
  step.binary[static_cast<int>(form)](out, values[i.a].data, values[i.b].data, n);
}

void PointwiseExecutor::run(TileValue* values, float* scratch, float* out, int64_t n) const {
  for (size_t s = 0; s < steps_.size(); ++s) {
    const Step& step = steps_[s];
    bool scalar = true;  // of scalars alone comes a scalar
    for (int o = 0; o < operands_of(step.instruction); ++o) {
      scalar = scalar && values[operand(step.instruction, o)].scalar;
    }
    const bool last = s + 1 == steps_.size();
    float* to = last && !scalar ? out : scratch + step.slot * kPointwiseTile;
    run_step(step, values, scratch, to, scalar ? 1 : n);
    if (last && scalar) kernels_.fill(out, *to, n);
    values[static_cast<size_t>(inputs_) + s] = {to, scalar};
  }
}

float PointwiseExecutor::at_zero() const {
  std::vector<TileValue> values(static_cast<size_t>(this->values()));
  std::vector<float> scratch(static_cast<size_t>(slots_ * kPointwiseTile));
  const float zero = 0;
  for (int i = 0; i < inputs_; ++i) values[static_cast<size_t>(i)] = {&zero, true};
  float result = 0;
  run(values.data(), scratch.data(), &result, 1);
  return result;
}

}  // namespace tenon

#include "cuda/kernels/pointwise/pointwise_form.h"

#include <fmt/format.h>

#include <algorithm>

#include "cuda/kernels/pointwise/scalar_source.h"
#include "device/pointwise_program.h"
#include "ops/cast.h"
#include "ops/identity.h"

namespace tenon {

static bool is_known(DataType type) {
  switch (type) {
    case DataType::kF32:
    case DataType::kF16:
    case DataType::kBF16:
    case DataType::kBool:
    case DataType::kI8:
    case DataType::kU8:
    case DataType::kI32:
    case DataType::kI64: return true;
    default: return false;
  }
}

bool computes_integers(const PointwiseForm& form) {
  return std::any_of(form.inputs.begin(), form.inputs.end(), is_integer);
}

PointwiseForm pointwise_form(const Problem& problem) {
  PointwiseForm form;
  for (const OperandDesc& d : problem.inputs) form.inputs.push_back(d.dtype);
  form.output = problem.outputs.at(0).dtype;
  form.program = program_of(problem.op);
  if (problem.op.is<Cast>() || problem.op.is<Reformat>()) form.program = {PointwiseInstruction{}};
  return form;
}

std::optional<std::string> pointwise_refusal(const PointwiseForm& form) {
  if (form.program.empty()) return "computes nothing";
  if (form.inputs.size() > kMaxPointwiseInputs) {
    return fmt::format("more than {} inputs", kMaxPointwiseInputs);
  }
  const auto unknown = std::find_if_not(form.inputs.begin(), form.inputs.end(), is_known);
  if (unknown != form.inputs.end() || !is_known(form.output)) {
    const DataType type = unknown != form.inputs.end() ? *unknown : form.output;
    return fmt::format("does not compute {}", name_of(type));
  }
  if (!computes_integers(form)) return std::nullopt;
  if (std::any_of(form.inputs.begin(), form.inputs.end(), is_float)) {
    return "takes floating-point numbers or integers, not both";
  }
  for (const PointwiseInstruction& i : form.program) {
    const bool undefined = i.kind == PointwiseKind::kConstant ||
                           (i.kind == PointwiseKind::kUnary && !has_integer_expression(i.unary));
    if (undefined) return "has no such function of integers";
  }
  return std::nullopt;
}

std::vector<int> pointwise_widths(const PointwiseForm& form) {
  int widest = bits_of(form.output) / 8;
  for (const DataType type : form.inputs) widest = std::max(widest, bits_of(type) / 8);
  const int full = std::min(16 / widest, 8);
  std::vector<int> widths = {full};
  if (full >= 8 && form.inputs.size() == 1) widths.push_back(2);  // others have the flat kernel
  widths.push_back(1);
  return widths;
}

std::string pointwise_kernel_name(int width) { return fmt::format("tenon_pointwise_{}", width); }

bool has_flat_kernel(const PointwiseForm& form) {
  return form.inputs.size() > 1 && pointwise_widths(form).front() > 1;
}

}  // namespace tenon

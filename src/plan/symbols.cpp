#include "plan/symbols.h"

namespace tenon {

void Symbols::bind(std::string_view input, const Shape& shape, const Dims& dims) {
  if (static_cast<size_t>(dims.rank()) != shape.size()) {
    fail("input {} has rank {}, dims {} were given", input, shape.size(), to_string(dims));
  }
  for (int i = 0; i < dims.rank(); ++i) {
    const Dim& dim = shape[static_cast<size_t>(i)];
    if (dim.is_constant()) {
      if (dim.value() != dims[i]) {
        fail("input {}: axis {} is {}, {} was given", input, i, dim.value(), dims[i]);
      }
      continue;
    }
    const auto [it, fresh] = values_.try_emplace(dim.to_string(), dims[i]);
    if (!fresh && it->second != dims[i]) {
      fail("input {}: axis {} must be {} as elsewhere ({}), {} was given", input, i, it->second,
           it->first, dims[i]);
    }
  }
}

int64_t Symbols::evaluate(const Dim& dim) const {
  if (dim.is_constant()) return dim.value();
  return dim.evaluate([this](std::string_view name) -> std::optional<int64_t> {
    const auto it = values_.find(name);
    if (it == values_.end()) return std::nullopt;
    return it->second;
  });
}

Dims Symbols::evaluate(const Shape& shape) const {
  Dims dims;
  for (const Dim& dim : shape) {
    const int64_t d = evaluate(dim);
    if (d < 0) fail("dimension {} is negative: {}", dim.to_string(), d);
    dims.push_back(d);
  }
  return dims;
}

std::vector<int64_t> Symbols::evaluate_all(std::span<const Dim> dims) const {
  std::vector<int64_t> values;
  values.reserve(dims.size());
  for (const Dim& dim : dims) values.push_back(evaluate(dim));
  return values;
}

void check_constraints(std::span<const Constraint> constraints, const Symbols& symbols) {
  for (const Constraint& c : constraints) {
    const int64_t a = symbols.evaluate(c.a);
    const int64_t b = symbols.evaluate(c.b);
    if (a != b) {
      fail("{}: {} is {} and {} is {}, which must be equal", c.reason, c.a.to_string(), a,
           c.b.to_string(), b);
    }
  }
}

static OperandDesc desc_of(const PlanTensor& tensor, const Symbols& symbols) {
  OperandDesc desc;
  desc.dtype = tensor.dtype;
  desc.layout = tensor.layout;
  desc.dims = symbols.evaluate(tensor.dims);
  desc.batch_stride = symbols.evaluate(tensor.batch_stride);
  return desc;
}

Problem problem_of(const Program& program, const PlanStep& step, const Op& op,
                   const Symbols& symbols) {
  Problem problem{.op = op};
  for (const PlanOperand& operand : step.inputs) {
    if (operand.kind == OperandKind::kTensor) {
      problem.inputs.push_back(
          desc_of(program.tensors.at(static_cast<size_t>(operand.tensor)), symbols));
      continue;
    }
    OperandDesc desc;
    desc.dtype = operand.dtype;
    desc.dims = operand.dims;
    desc.present = operand.kind != OperandKind::kAbsent;
    desc.is_constant = operand.kind == OperandKind::kConstant;
    desc.is_shape = operand.kind == OperandKind::kShape;
    desc.elements = symbols.evaluate_all(operand.elements);
    problem.inputs.push_back(std::move(desc));
  }
  for (const int64_t output : step.outputs) {
    problem.outputs.push_back(desc_of(program.tensors.at(static_cast<size_t>(output)), symbols));
  }
  return problem;
}

uint64_t offset_bytes(const PlanTensor& tensor, const Symbols& symbols) {
  const int64_t offset = symbols.evaluate(tensor.offset);
  if (offset < 0) fail("tensor {} begins before its buffer", tensor.name);
  return bytes_of(tensor.dtype, offset);
}

// Of a tensor that has elements.
static void check_stride(const std::string& name, const OperandDesc& desc) {
  const int64_t dense = dense_batch_stride(desc.dims, desc.layout);
  if (desc.dims.rank() < 2 || desc.batch_stride < dense) {
    fail("tensor {}: images of {} elements lie {} apart", name, dense, desc.batch_stride);
  }
  const int64_t pixels = dense / desc.dims[1];
  if (desc.layout == Layout::kChannelsLast && desc.batch_stride % pixels != 0) {
    fail("tensor {}: a stride of {} elements for {} pixels", name, desc.batch_stride, pixels);
  }
}

uint64_t extent_bytes(const PlanTensor& tensor, const Symbols& symbols) {
  const OperandDesc desc = desc_of(tensor, symbols);
  const uint64_t begin = offset_bytes(tensor, symbols);
  if (desc.dims.volume() == 0) return begin;
  if (desc.batch_stride != 0) check_stride(tensor.name, desc);
  return begin + bytes_of(desc.dtype, desc.extent());
}

}  // namespace tenon

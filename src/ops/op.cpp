#include "ops/op.h"

#include <algorithm>

#include "ops/arithmetic.h"
#include "ops/registry.h"

namespace tenon {

const Fact& InferContext::input(size_t i) const {
  if (!has(i)) error("input {} is missing", i);
  return inputs_[i];
}

const std::vector<Dim>& InferContext::elements(size_t i) const {
  const Fact& fact = input(i);
  if (!fact.elements) {
    error("input {} ({}) is a shape operand, but its contents are not known before inference", i,
          to_string(fact.type));
  }
  return *fact.elements;
}

int InferContext::axis(int64_t axis, int rank) const {
  if (axis < -rank || axis >= rank) error("axis {} is outside of rank {}", axis, rank);
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

Shape InferContext::broadcast(const Shape& a, const Shape& b) {
  const size_t rank = std::max(a.size(), b.size());
  Shape result(rank);
  for (size_t i = 0; i < rank; ++i) {
    const Dim da = i + a.size() >= rank ? a[i + a.size() - rank] : Dim(1);
    const Dim db = i + b.size() >= rank ? b[i + b.size() - rank] : Dim(1);
    if (da == Dim(1)) {
      result[i] = db;
    } else if (db == Dim(1) || da == db) {
      result[i] = da;
    } else if (da.is_constant() && db.is_constant()) {
      error("dims {} and {} do not broadcast", to_string(a), to_string(b));
    } else {
      require_equal(da, db, "broadcast dims");
      result[i] = db.is_constant() ? db : da;
    }
  }
  return result;
}

void InferContext::require_equal(const Dim& a, const Dim& b, std::string_view what) {
  const Dim difference = a - b;
  if (difference == Dim(0)) return;
  if (difference.is_constant()) {
    error("{} differ: {} and {}", what, a.to_string(), b.to_string());
  }
  constraints_.push_back({a, b, fmt::format("{}: {}", op_, what)});
}

void InferContext::require_same_dtype(size_t i, size_t j) const {
  if (dtype(i) != dtype(j)) {
    error("inputs {} and {} differ in type: {} and {}", i, j, name_of(dtype(i)), name_of(dtype(j)));
  }
}

// Throws Error when the constant dims alone make more elements than a tensor may have, whatever the
// order of the dims and even when one is 0: strides count too.
static void check_volume(const Shape& dims) {
  int64_t volume = 1;
  for (const Dim& d : dims) {
    if (!d.is_constant()) continue;
    if (d.value() < 0) fail("a dim is negative: {}", to_string(dims));
    if (d.value() > kMaxElements / volume)
      fail("a tensor of dims {} is too large", to_string(dims));
    volume *= std::max<int64_t>(d.value(), 1);
  }
}

void InferContext::set(size_t output, DataType dtype, Shape dims) {
  if (dims.size() > kMaxRank) {
    error("an output of rank {} is over the maximum of {}", dims.size(), kMaxRank);
  }
  check_volume(dims);
  outputs_.at(output) = Fact{.present = true, .type = {dtype, std::move(dims)}};
}

// Whether a tensor of the type holds the number as it is.
static bool represents(DataType dtype, int64_t value) {
  constexpr int64_t kExact = 1 << 24;  // whole numbers up to here are exact in f32
  if (dtype == DataType::kF32 || dtype == DataType::kF64)
    return value >= -kExact && value <= kExact;
  if (dtype == DataType::kF16 || dtype == DataType::kBF16) return false;
  const IntegerRange range = integer_range(dtype);
  return value >= range.least && value <= range.greatest;
}

void InferContext::set_elements(size_t output, std::vector<Dim> elements) {
  Fact& fact = outputs_.at(output);
  const Shape& dims = fact.type.dims;
  if (dims.size() > 1 || elements.size() > kMaxTrackedElements) return;
  for (const Dim& e : elements) {
    if (!represents(fact.type.dtype, e.is_constant() ? e.value() : 0)) return;
  }
  TENON_CHECK(dims.empty() || !dims[0].is_constant() || dims[0] == Dim(elements.size()));
  fact.elements = std::move(elements);
}

void InferContext::set_broadcast_elements(size_t output,
                                          const std::optional<std::vector<Dim>>& elements) {
  const Shape& dims = outputs_.at(output).type.dims;
  if (!elements || dims.size() > 1 || !is_static(dims)) return;
  const int64_t n = dims.empty() ? 1 : dims[0].value();
  if (n > static_cast<int64_t>(kMaxTrackedElements)) return;
  if (static_cast<int64_t>(elements->size()) == n) return set_elements(output, *elements);
  if (elements->size() != 1) return;
  set_elements(output, std::vector<Dim>(static_cast<size_t>(n), elements->front()));
}

void InferContext::set_constant(size_t output, const Tensor& value) {
  set(output, value.dtype(), to_shape(value.dims()));
  outputs_[output] = fact_of(&value);
}

Fact fact_of(const Tensor* tensor) {
  if (tensor == nullptr) return {};
  Fact fact{.present = true, .type = tensor->type(), .constant = tensor};
  const DataType dtype = tensor->dtype();
  const bool whole = dtype == DataType::kBool || (is_integer(dtype) && bits_of(dtype) >= 8);
  if (whole && tensor->dims().rank() <= 1 &&
      tensor->volume() <= static_cast<int64_t>(kMaxTrackedElements)) {
    const auto values = to_integers(*tensor);
    fact.elements = std::vector<Dim>(values.begin(), values.end());
  }
  return fact;
}

Inference infer(const Op& op, std::span<const Fact> inputs) {
  const Traits& traits = op.traits();
  const auto count = static_cast<int>(inputs.size());
  InferContext context(op.name(), inputs, static_cast<size_t>(traits.outputs));
  if (count < traits.min_inputs || (traits.max_inputs >= 0 && count > traits.max_inputs)) {
    context.error("takes {} to {} inputs, {} given", traits.min_inputs, traits.max_inputs, count);
  }
  for (int i = 0; i < traits.min_inputs; ++i) context.input(static_cast<size_t>(i));
  try {
    for (const Fact& fact : inputs) check_volume(fact.type.dims);
    op.infer(context);
  } catch (const Error& error) {
    // Dim arithmetic and attribute checks below the context do not know the op.
    if (error.where() == op.name()) throw;
    throw at(std::string(op.name()), error);
  }
  return {context.take_outputs(), context.take_constraints()};
}

std::vector<Tensor> evaluate(const Op& op, std::span<const Tensor* const> inputs) {
  std::vector<Fact> facts;
  std::vector<TensorView> in;
  for (const Tensor* tensor : inputs) {
    facts.push_back(fact_of(tensor));
    in.push_back(tensor ? tensor->view() : TensorView{});
  }
  std::vector<Tensor> results;
  std::vector<TensorView> out;
  for (const Fact& fact : infer(op, facts).outputs) {
    results.push_back(Tensor::zeros(fact.type.dtype, to_dims(fact.type.dims)));
    out.push_back(results.back().view());
  }
  op.eval(in, out);
  return results;
}

void Op::write(ArchiveWriter& archive) const {
  archive.write(std::string(name()));
  info_->write(attributes_.get(), archive);
}

Op Op::read(ArchiveReader& archive) {
  const auto name = archive.read<std::string>();
  const OpInfo* info = find_op(name);
  if (info == nullptr) fail(ErrorCode::kUnsupported, "unknown op '{}'", name);
  return info->read(archive);
}

Op Op::parse(std::string_view name, std::string_view attributes) {
  const OpInfo* info = find_op(name);
  if (info == nullptr) fail("unknown op '{}'", name);
  return info->parse(attributes);
}

}  // namespace tenon

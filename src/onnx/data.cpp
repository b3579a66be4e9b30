// Constants, and moving elements about: gather, concatenate, split, slice, pad, cast.
#include <algorithm>
#include <cmath>

#include "onnx/node_context.h"
#include "onnx/tensor_data.h"
#include "ops/binary.h"
#include "ops/cast.h"
#include "ops/concat.h"
#include "ops/constant.h"
#include "ops/fill.h"
#include "ops/gather.h"
#include "ops/gather_elements.h"
#include "ops/identity.h"
#include "ops/iota.h"
#include "ops/pad.h"
#include "ops/shape_of.h"
#include "ops/slice.h"

namespace tenon {
namespace {

// ---- constants

void import_constant(NodeContext& c) {
  const auto list = [](const auto& values) { return Dims{static_cast<int64_t>(values.size())}; };
  if (auto value = c.tensor("value")) {
    c.result(Constant{*std::move(value)}, {});
  } else if (c.has_attribute("value_float")) {
    c.result(Constant{Tensor::f32({}, {c.number("value_float", 0)})}, {});
  } else if (c.has_attribute("value_int")) {
    c.result(Constant{Tensor::i64({}, {c.integer("value_int")})}, {});
  } else if (c.has_attribute("value_floats")) {
    const auto values = c.numbers("value_floats");
    c.result(Constant{Tensor::f32(list(values), values)}, {});
  } else if (c.has_attribute("value_ints")) {
    const auto values = c.integers("value_ints");
    c.result(Constant{Tensor::i64(list(values), values)}, {});
  } else {
    c.unsupported(ImportFault::kUnsupportedAttribute,
                  "holds no dense tensor of numbers (attributes: {})",
                  fmt::join(c.unread_attributes(), ", "));
  }
}

void import_constant_of_shape(NodeContext& c) {
  Fill fill;
  if (const auto value = c.tensor("value")) {
    if (value->volume() != 1) c.invalid("attribute value has {} elements", value->volume());
    fill.dtype = value->dtype();
    fill.value = element(value->view(), 0);
  }
  c.result(fill, {c.input(0)});
}

constexpr double kMaxRange = 1 << 16;

void import_constant_range(NodeContext& c) {
  const Tensor start = c.constant_input(0, "start");
  const Tensor limit = c.constant_input(1, "limit");
  const Tensor delta = c.constant_input(2, "delta");
  const double first = element(start.view(), 0);
  const double step = element(delta.view(), 0);
  const double count = std::ceil((element(limit.view(), 0) - first) / step);
  if (step == 0 || std::isnan(count)) c.invalid("delta is {}", step);
  if (count > kMaxRange) {
    c.unsupported(ImportFault::kUnsupportedShape, "has {:.0f} elements, the maximum is {:.0f}",
                  count, kMaxRange);
  }
  const auto n = static_cast<int64_t>(std::max(count, 0.0));
  const Tensor values = Tensor::make(start.dtype(), {n}, [&](const TensorView& view) {
    for (int64_t i = 0; i < n; ++i) set_element(view, i, first + static_cast<double>(i) * step);
  });
  c.set_output(0, c.add_constant("", values));
}

// The number of elements of a range with bounds that follow from dims: max(0, ceil((limit - start)
// / delta)), as shape arithmetic.
ValueId range_count(NodeContext& c, ValueId start, ValueId limit, ValueId delta) {
  const ValueId none = c.add_scalar("none", c.type(start).dtype, 0);
  const ValueId span = c.add("span", Binary{BinaryFn::kSub}, {start, limit});
  const ValueId steps = c.add("steps", Binary{BinaryFn::kFloorDiv}, {span, delta});
  const ValueId count = c.add("count", Binary{BinaryFn::kSub}, {none, steps});
  return c.add("length", Binary{BinaryFn::kMax}, {count, none});
}

// start, start + delta, ... up to limit. Bounds that are not constant must be integers that follow
// from the dims of the inputs.
void import_range(NodeContext& c) {
  const std::string_view names[] = {"start", "limit", "delta"};
  bool known = true;
  for (size_t i = 0; i < 3; ++i) {
    const Dim elements = volume(c.dims(i));
    if (elements != Dim(1))
      c.invalid("input {} ({}) has {} elements", i, names[i], elements.to_string());
    known = known && c.constant(c.input(i)).has_value();
  }
  if (known) {
    import_constant_range(c);
    return;
  }
  const DataType dtype = c.dtype(0);
  if (!is_integer(dtype)) c.constant_input(1, "limit");
  const ValueId length = range_count(c, c.input(0), c.input(1), c.input(2));
  const auto number = [&](size_t i) { return c.constant(c.input(i)); };
  Iota iota{.dtype = dtype};
  if (number(0)) iota.start = element(number(0)->view(), 0);
  if (number(2)) iota.step = element(number(2)->view(), 0);
  if (number(0) && number(2)) {
    c.result(iota, {length});
    return;
  }
  ValueId y = c.add("numbers", Iota{.dtype = dtype}, {length});
  y = c.add("scaled", Binary{BinaryFn::kMul}, {y, c.input(2)});
  c.result(Binary{BinaryFn::kAdd}, {y, c.input(0)});
}

void import_identity(NodeContext& c) { c.result(Identity{}, {c.input(0)}); }

void import_dropout(NodeContext& c) {
  c.ignore("ratio");
  c.ignore("seed");
  const auto training = c.has_input(2) ? c.constant(c.input(2)) : std::nullopt;
  if (c.has_input(2) && (!training || element(training->view(), 0) != 0)) {
    c.unsupported(ImportFault::kUnsupportedInput, "input 2 (training_mode) must be false");
  }
  c.result(Identity{}, {c.input(0)});
  if (c.wants_output(1)) {  // the mask: nothing is dropped
    const ValueId shape = c.add("shape", ShapeOf{}, {c.input(0)});
    const DataType dtype = c.opset() >= 10 ? DataType::kBool : c.dtype(0);
    c.set_output(1, c.add("mask", Fill{.dtype = dtype, .value = 1}, {shape}));
  }
}

// ---- types

DataType target_type(NodeContext& c, int64_t onnx_type) {
  try {
    const DataType dtype = element_type(static_cast<int>(onnx_type));
    if (!is_native_type(static_cast<int>(onnx_type))) {
      c.warn(fmt::format("{} is computed as {}", onnx_type_name(static_cast<int>(onnx_type)),
                         name_of(dtype)));
    }
    return dtype;
  } catch (const Error& error) {
    c.unsupported(ImportFault::kUnsupportedDataType, "{}", error.what());
  }
}

void import_cast(NodeContext& c) {
  c.ignore("saturate");  // of FP8
  c.ignore("round_mode");
  c.result(Cast{target_type(c, c.integer("to"))}, {c.input(0)});
}

void import_cast_like(NodeContext& c) {
  c.ignore("saturate");
  c.ignore("round_mode");
  c.result(Cast{c.dtype(1)}, {c.input(0)});
}

// ---- moving elements

void import_gather(NodeContext& c) {
  c.result(Gather{.axis = c.axis(c.integer("axis", 0), c.rank(0))}, {c.input(0), c.input(1)});
}

void import_gather_elements(NodeContext& c) {
  c.result(GatherElements{.axis = c.axis(c.integer("axis", 0), c.rank(0))},
           {c.input(0), c.input(1)});
}

void import_concat(NodeContext& c) {
  if (c.input_count() == 0) c.invalid("has no inputs");
  for (size_t i = 0; i < c.input_count(); ++i) c.input(i);
  c.result(Concat{.axis = c.axis(c.integer("axis"), c.rank(0))}, c.inputs());
}

// The extents of the parts: given, or equal ones of which the last may be smaller.
std::vector<int64_t> split_extents(const NodeContext& c, int64_t axis) {
  std::vector<int64_t> extents =
      c.opset() < 13 ? c.integers("split")
                     : (c.has_input(1) ? c.constant_integers(1, "split") : std::vector<int64_t>());
  const auto parts = static_cast<int64_t>(c.output_count());
  if (parts == 0) c.invalid("has no outputs");
  if (c.opset() >= 18 && c.integer("num_outputs", parts) != parts) {
    c.invalid("num_outputs is {}, but {} outputs are listed", c.integer("num_outputs", 0), parts);
  }
  const Dim& extent = c.dims(0)[static_cast<size_t>(axis)];
  if (extents.empty()) {
    if (!extent.is_constant()) {
      c.unsupported(ImportFault::kUnsupportedDynamic,
                    "an even split needs axis {} to be known, it is {}", axis, extent.to_string());
    }
    if (c.opset() < 18 && extent.value() % parts != 0) {
      c.invalid("{} elements cannot be split into {} equal parts", extent.value(), parts);
    }
    const int64_t each = (extent.value() + parts - 1) / parts;
    for (int64_t i = 0; i < parts; ++i) {
      extents.push_back(std::clamp<int64_t>(extent.value() - i * each, 0, each));
    }
  }
  int64_t sum = 0;
  for (const int64_t e : extents) {
    if (e < 0 || __builtin_add_overflow(sum, e, &sum)) c.invalid("a part has {} elements", e);
  }
  if (static_cast<int64_t>(extents.size()) != parts) {
    c.invalid("{} extents for {} outputs", extents.size(), parts);
  }
  if (extent.is_constant() && sum != extent.value()) {
    c.invalid("the parts [{}] do not add up to {}", fmt::join(extents, ","), extent.value());
  }
  return extents;
}

// One slice a part.
void import_split(NodeContext& c) {
  const int64_t axis = c.axis(c.integer("axis", 0), c.rank(0));
  const auto extents = split_extents(c, axis);
  const ValueId axes = c.add_integers("axes", {axis});
  int64_t begin = 0;
  for (size_t i = 0; i < extents.size(); ++i) {
    const int64_t end = begin + extents[i];
    if (c.wants_output(i)) {
      const ValueId starts = c.add_integers("starts", {begin});
      const ValueId ends = c.add_integers("ends", {end});
      // Parts count from 1 in names: the first carries the layer's own.
      const std::string part = i == 0 ? "" : fmt::format("part{}", i + 1);
      c.set_output(i, c.add(part, Slice{}, {c.input(0), starts, ends, axes}));
    }
    begin = end;
  }
}

void import_slice_attributes(NodeContext& c) {
  const auto starts = c.integers("starts");
  const auto ends = c.integers("ends");
  if (starts.size() != ends.size()) c.invalid("{} starts, {} ends", starts.size(), ends.size());
  std::vector<ValueId> operands{c.input(0), c.add_integers("starts", starts),
                                c.add_integers("ends", ends)};
  const auto axes = c.integers("axes");
  if (!axes.empty()) operands.push_back(c.add_integers("axes", axes));
  c.result(Slice{}, std::move(operands));
}

void import_slice(NodeContext& c) {
  std::vector<ValueId> operands = c.inputs();
  while (operands.size() > 3 && operands.back() == kNone) operands.pop_back();
  for (size_t i = 0; i < 3; ++i) c.input(i);
  c.result(Slice{}, std::move(operands));
}

// ---- Pad

PadMode pad_mode(const NodeContext& c) {
  const std::string text = c.text("mode", "constant");
  PadMode mode{};
  if (!parse_enum(text, mode)) c.invalid("attribute mode is '{}'", text);
  return mode;
}

void import_pad_attributes(NodeContext& c) {
  const ValueId pads = c.add_integers("pads", c.integers("pads"));
  c.result(Pad{.mode = pad_mode(c), .value = c.number("value", 0)}, {c.input(0), pads});
}

// Pads that are given for some axes only, as pads for all.
ValueId pads_of_all_axes(NodeContext& c) {
  const auto pads = c.constant_integers(1, "pads");
  const auto axes = c.constant_integers(3, "axes");
  const auto rank = static_cast<size_t>(c.rank(0));
  if (pads.size() != 2 * axes.size()) c.invalid("{} pads for {} axes", pads.size(), axes.size());
  std::vector<int64_t> all(2 * rank, 0);
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<size_t>(c.axis(axes[i], c.rank(0)));
    all[axis] = pads[i];
    all[axis + rank] = pads[i + axes.size()];
  }
  return c.add_integers("pads", all);
}

void import_pad(NodeContext& c) {
  Pad pad{.mode = pad_mode(c)};
  if (c.has_input(2)) {
    const auto value = c.constant_numbers(2, "constant_value");
    if (value.size() != 1) c.invalid("constant_value has {} elements", value.size());
    pad.value = value[0];
  }
  c.result(pad, {c.input(0), c.has_input(3) ? pads_of_all_axes(c) : c.input(1)});
}

constexpr Importer kImporters[] = {
    {"Cast", 6, kNoEnd, import_cast},
    {"CastLike", 15, kNoEnd, import_cast_like},
    {"Concat", 4, kNoEnd, import_concat},
    {"Constant", 1, kNoEnd, import_constant},
    {"ConstantOfShape", 9, kNoEnd, import_constant_of_shape},
    {"Dropout", 7, kNoEnd, import_dropout},
    {"Gather", 1, kNoEnd, import_gather},
    {"GatherElements", 11, kNoEnd, import_gather_elements},
    {"Identity", 1, kNoEnd, import_identity},
    {"Pad", 2, 10, import_pad_attributes},
    {"Pad", 11, kNoEnd, import_pad},
    {"Range", 11, kNoEnd, import_range},
    {"Slice", 1, 9, import_slice_attributes},
    {"Slice", 10, kNoEnd, import_slice},
    {"Split", 2, kNoEnd, import_split},
};

}  // namespace

std::span<const Importer> data_importers() { return kImporters; }

}  // namespace tenon

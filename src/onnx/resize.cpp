// Interpolation: Resize, and Upsample before it.
#include "ops/resize.h"

#include "onnx/node_context.h"
#include "ops/concat.h"
#include "ops/gather.h"

namespace tenon {
namespace {

template <NamedEnum E>
E read_enum(const NodeContext& c, std::string_view attribute, std::string_view otherwise) {
  const std::string text = c.text(attribute, otherwise);
  E value{};
  if (!parse_enum(text, value)) {
    c.unsupported(ImportFault::kUnsupportedAttribute, "attribute {} = '{}' is not supported",
                  attribute, text);
  }
  return value;
}

ResizeMode read_mode(const NodeContext& c) {
  // What opset 7 calls bilinear is linear over the axes that change.
  return c.text("mode", "nearest") == "bilinear" ? ResizeMode::kLinear
                                                 : read_enum<ResizeMode>(c, "mode", "nearest");
}

std::vector<float> checked_scales(const NodeContext& c, std::vector<float> scales) {
  if (scales.size() != static_cast<size_t>(c.rank(0))) {
    c.invalid("{} scales for a tensor of rank {}", scales.size(), c.rank(0));
  }
  for (const float s : scales) {
    if (!(s > 0) || s > 1e6F) c.invalid("has the scale {}", s);
  }
  return scales;
}

// Upsample, and Resize as opset 10 has it: coordinates are divided by the scale, and rounded down.
void resize_by(NodeContext& c, std::vector<float> scales) {
  c.result(Resize{.mode = read_mode(c),
                  .coordinates = ResizeCoordinates::kAsymmetric,
                  .rounding = ResizeRounding::kFloor,
                  .scales = checked_scales(c, std::move(scales))},
           {c.input(0)});
}

void import_upsample_attributes(NodeContext& c) { resize_by(c, c.numbers("scales")); }

void import_resize_10(NodeContext& c) { resize_by(c, c.constant_numbers(1, "scales")); }

// The axes that scales or sizes are given for: all of them, or those listed (since opset 18).
std::vector<int64_t> resized_axes(const NodeContext& c) {
  std::vector<int64_t> axes = c.integers("axes");
  if (!axes.empty()) {
    for (int64_t& a : axes) a = c.axis(a, c.rank(0));
  } else {
    for (int64_t i = 0; i < c.rank(0); ++i) axes.push_back(i);
  }
  return axes;
}

std::vector<float> scales_of_all_axes(const NodeContext& c, const std::vector<int64_t>& axes) {
  const auto given = c.constant_numbers(2, "scales");
  if (given.size() != axes.size()) c.invalid("{} scales for {} axes", given.size(), axes.size());
  std::vector<float> scales(static_cast<size_t>(c.rank(0)), 1);
  for (size_t i = 0; i < axes.size(); ++i) scales[static_cast<size_t>(axes[i])] = given[i];
  return checked_scales(c, std::move(scales));
}

ValueId sizes_of_all_axes(NodeContext& c, const std::vector<int64_t>& axes) {
  const ValueId given = c.input(3);
  const Shape count = c.dims(3);
  if (count.size() != 1 || !count[0].is_constant() ||
      count[0].value() != static_cast<int64_t>(axes.size())) {
    c.invalid("sizes has the shape {}, {} elements expected", to_string(count), axes.size());
  }
  if (!c.has_attribute("axes")) return given;
  std::vector<ValueId> parts;
  for (int i = 0; i < c.rank(0); ++i) {
    ValueId part = kNone;
    for (size_t k = 0; k < axes.size(); ++k) {
      if (axes[k] != i) continue;
      const ValueId index = c.add_integers("sizes/index", {static_cast<int64_t>(k)});
      part = c.add("sizes/size", Gather{.axis = 0}, {given, index});
    }
    parts.push_back(part != kNone ? part : c.add_shape("sizes/kept", c.input(0), {{i}}));
  }
  return c.add("sizes", Concat{.axis = 0}, parts);
}

bool has_elements(const NodeContext& c, size_t i) {
  return c.has_input(i) && c.dims(i) != Shape{Dim(0)};
}

void import_resize(NodeContext& c) {
  if (c.flag("antialias", false)) {
    c.unsupported(ImportFault::kUnsupportedAttribute, "antialias is not supported");
  }
  if (const auto policy = c.text("keep_aspect_ratio_policy", "stretch"); policy != "stretch") {
    c.unsupported(ImportFault::kUnsupportedAttribute,
                  "attribute keep_aspect_ratio_policy = '{}' is not supported", policy);
  }
  c.ignore("extrapolation_value");  // of tf_crop_and_resize
  Resize op{.mode = read_mode(c),
            .coordinates =
                read_enum<ResizeCoordinates>(c, "coordinate_transformation_mode", "half_pixel"),
            .rounding = read_enum<ResizeRounding>(c, "nearest_mode", "round_prefer_floor"),
            .cubic_coefficient = c.number("cubic_coeff_a", -0.75F),
            .exclude_outside = c.flag("exclude_outside", false)};
  const auto axes = resized_axes(c);
  if (has_elements(c, 2)) {
    op.scales = scales_of_all_axes(c, axes);
    c.result(std::move(op), {c.input(0)});
  } else if (has_elements(c, 3)) {
    c.result(std::move(op), {c.input(0), sizes_of_all_axes(c, axes)});
  } else {
    c.invalid("has neither scales nor sizes");
  }
}

constexpr Importer kImporters[] = {
    {"Resize", 10, 10, import_resize_10},
    {"Resize", 11, kNoEnd, import_resize},
    {"Upsample", 7, 8, import_upsample_attributes},
    {"Upsample", 9, 9, import_resize_10},
};

}  // namespace

std::span<const Importer> resize_importers() { return kImporters; }

}  // namespace tenon

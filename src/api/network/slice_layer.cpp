#include "api/network/slice_layer.h"

#include <algorithm>
#include <numeric>

#include "ops/binary.h"
#include "ops/cast.h"
#include "ops/pad.h"
#include "ops/reshape.h"
#include "ops/slice.h"

namespace tenon::api {

namespace nv = nvinfer1;

void SliceLayer::start(const nv::Dims& start, const nv::Dims& size, const nv::Dims& stride) {
  std::vector<int64_t> starts = numbers(start, INT64_MIN, "the start");
  std::vector<int64_t> sizes = numbers(size, 0, "the size");
  std::vector<int64_t> strides = numbers(stride, INT64_MIN, "the stride");
  start_ = std::move(starts);
  size_ = std::move(sizes);
  stride_ = std::move(strides);
}

void SliceLayer::adopt(const std::vector<int64_t>& start, const std::vector<int64_t>& size,
                       const std::vector<int64_t>& stride) {
  start_ = start;
  size_ = size;
  stride_ = stride;
}

nv::Dims SliceLayer::shown(const Numbers& numbers) {
  return numbers ? to_public(*numbers) : invalid_dims();
}

void SliceLayer::setStart(const nv::Dims& start) noexcept {
  edit("setStart", [&] {
    start_ = numbers(start, INT64_MIN, "the start");
    drop_input(1);
  });
}

void SliceLayer::setSize(const nv::Dims& size) noexcept {
  edit("setSize", [&] {
    size_ = numbers(size, 0, "the size");
    drop_input(2);
  });
}

void SliceLayer::setStride(const nv::Dims& stride) noexcept {
  edit("setStride", [&] {
    stride_ = numbers(stride, INT64_MIN, "the stride");
    drop_input(3);
  });
}

void SliceLayer::setMode(nv::SampleMode mode) noexcept {
  edit("setMode", [&] {
    require_enum(mode, "sample mode");
    mode_ = mode;
  });
}

void SliceLayer::setAxes(const nv::Dims& axes) noexcept {
  edit("setAxes", [&] {
    axes_ = numbers(axes, INT64_MIN, "an axis");
    drop_input(5);
  });
}

void SliceLayer::input_was_set(size_t index) {
  if (index == 1) start_.reset();
  if (index == 2) size_.reset();
  if (index == 3) stride_.reset();
  if (index == 5) axes_.reset();
}

SliceLayer::Numbers SliceLayer::known(const NodeWriter& w, const Numbers& set, size_t input) const {
  if (set) return set;
  const auto& elements = w.elements(w.input(input));
  if (!elements) return std::nullopt;
  std::vector<int64_t> values;
  for (const Dim& d : *elements) {
    if (!d.is_constant()) return std::nullopt;
    values.push_back(d.value());
  }
  return values;
}

std::vector<int64_t> SliceLayer::axes(const NodeWriter& w, size_t rank) const {
  std::vector<int64_t> all(rank);
  std::iota(all.begin(), all.end(), 0);
  if (!axes_ && !has_input(5)) return all;
  Numbers axes = known(w, axes_, 5);
  if (!axes) fail("the axes must be constant");
  for (int64_t& a : *axes) {
    if (a < 0) a += static_cast<int64_t>(rank);
    if (a < 0 || a >= static_cast<int64_t>(rank)) fail("axis {} is out of range", a);
  }
  return *axes;
}

void SliceLayer::write(NodeWriter& w) {
  const ValueId x = w.input(0);
  const std::vector<int64_t> axes = this->axes(w, w.dims(x).size());
  const Numbers start = known(w, start_, 1);
  const Numbers size = known(w, size_, 2);
  const Numbers stride = known(w, stride_, 3);
  for (const Numbers* n : {&start, &size, &stride}) {
    if (*n && (*n)->size() != axes.size()) {
      fail("there are {} numbers for {} axes", (*n)->size(), axes.size());
    }
  }
  if (stride && std::count(stride->begin(), stride->end(), 0) > 0) {
    fail(ErrorCode::kUnsupported, "a stride of 0 is not supported");
  }
  const bool is_known = start && size && stride;
  if (mode_ != nv::SampleMode::kSTRICT_BOUNDS) {
    if (!is_known) {
      fail(ErrorCode::kUnsupported, "reading outside of the tensor needs constant start and size");
    }
    write_beyond(w, x, axes, {*start, *size, *stride});
  } else if (is_known) {
    write_inside(w, x, axes, {*start, *size, *stride});
  } else {
    write_by_tensor(w, x, axes);
  }
}

void SliceLayer::write_inside(NodeWriter& w, ValueId x, const std::vector<int64_t>& axes,
                              const Box& box) {
  const Shape dims = w.dims(x);
  std::vector<int64_t> ends;
  Shape out = dims;
  bool depends = false;  // whether clamping could give another size
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<size_t>(axes[i]);
    const int64_t start = box.start[i];
    const int64_t size = box.size[i];
    const int64_t last = size == 0 ? start : start + (size - 1) * box.stride[i];
    const int64_t highest = std::max(start, last);
    if (start < 0 || last < 0 ||
        (size > 0 && dims[axis].is_constant() && highest >= dims[axis].value())) {
      fail("axis {}: {} elements from {} by {} are not inside of {}", axis, size, start,
           box.stride[i], to_string(dims));
    }
    const int64_t end = size == 0 ? start : last + (box.stride[i] > 0 ? 1 : -1);
    ends.push_back(end < 0 ? INT64_MIN : end);  // negative ends would count from the end
    out[axis] = size;
    depends |= !dims[axis].is_constant();
  }
  const Slice op;
  const std::vector<ValueId> operands = {x, w.integers("start", box.start), w.integers("end", ends),
                                         w.integers("axes", axes),
                                         w.integers("stride", box.stride)};
  if (!depends) {
    w.result(op, operands);
    return;
  }
  // States the size as a condition on the input's dims.
  const ValueId sliced = w.add("slice", op, operands);
  std::vector<int64_t> shape;
  for (const Dim& d : out) shape.push_back(d.is_constant() ? d.value() : -1);
  if (std::count(shape.begin(), shape.end(), -1) > 1) {
    fail(ErrorCode::kUnsupported, "two axes that are not sliced have unknown extents");
  }
  w.result(Reshape{true}, {sliced, w.integers("size", shape)});
}

void SliceLayer::write_beyond(NodeWriter& w, ValueId x, const std::vector<int64_t>& axes,
                              const Box& box) {
  const Shape& dims = w.dims(x);
  std::vector<int64_t> pads(2 * dims.size(), 0);
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto axis = static_cast<size_t>(axes[i]);
    if (box.stride[i] != 1 || !dims[axis].is_constant()) {
      fail(ErrorCode::kUnsupported,
           "reading outside of the tensor needs a stride of 1 and known dims: axis {}", axis);
    }
    pads[axis] = -box.start[i];
    pads[dims.size() + axis] = box.start[i] + box.size[i] - dims[axis].value();
  }
  Pad op;
  switch (mode_) {
    case nv::SampleMode::kWRAP: op.mode = PadMode::kWrap; break;
    case nv::SampleMode::kCLAMP: op.mode = PadMode::kEdge; break;
    case nv::SampleMode::kREFLECT: op.mode = PadMode::kReflect; break;
    default:
      if (has_input(4)) {
        const Tensor* fill = w.graph().constant(w.input(4));
        if (fill == nullptr || fill->volume() != 1) {
          fail(ErrorCode::kUnsupported, "the fill value must be a constant");
        }
        op.value = static_cast<float>(element(fill->view(), 0));
      }
  }
  w.result(op, {x, w.integers("pads", pads)});
}

// end = start + size * stride, computed from the operands; strides are positive.
void SliceLayer::write_by_tensor(NodeWriter& w, ValueId x, const std::vector<int64_t>& axes) {
  const auto operand = [&](const char* tag, const Numbers& set, size_t input) {
    if (set) return w.integers(tag, *set);
    const ValueId value = w.input(input);
    return w.type(value).dtype == DataType::kI64 ? value
                                                 : w.add(tag, Cast{DataType::kI64}, {value});
  };
  const Numbers stride = known(w, stride_, 3);
  if (!stride || std::any_of(stride->begin(), stride->end(), [](int64_t s) { return s < 1; })) {
    fail(ErrorCode::kUnsupported,
         "with start or size computed the stride must be constant and positive");
  }
  const ValueId start = operand("start", start_, 1);
  const ValueId size = operand("size", size_, 2);
  const ValueId strides = w.integers("stride", *stride);
  const ValueId extent = w.add("extent", Binary{BinaryFn::kMul}, {size, strides});
  const ValueId end = w.add("end", Binary{BinaryFn::kAdd}, {start, extent});
  w.result(Slice{}, {x, start, end, w.integers("axes", axes), strides});
}

}  // namespace tenon::api

#include "ops/pad.h"

#include <algorithm>

#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {

void Pad::infer(InferContext& c) const {
  if (name_of(mode) == "invalid") c.error("unknown mode {}", static_cast<int>(mode));
  const std::vector<Dim>& pads = shape_elements(c, 1);
  const auto rank = static_cast<size_t>(c.rank(0));
  if (pads.size() != 2 * rank) {
    c.error("{} pads for input 0 of {}: two an axis are needed", pads.size(),
            to_string(c.input(0).type));
  }
  for (const Dim& pad : pads) {
    if (pad.is_constant() && (pad.value() > kMaxElements || pad.value() < -kMaxElements)) {
      c.error("a pad of {} is out of range", pad.value());
    }
  }
  Shape dims;
  for (size_t i = 0; i < rank; ++i) {
    const Dim& d = c.dims(0)[i];
    dims.push_back(d + pads[i] + pads[i + rank]);
    // What negative pads leave of the axis is where the other modes take their values from.
    const Dim kept = d + min(pads[i], 0) + min(pads[i + rank], 0);
    if (mode != PadMode::kConstant && kept.is_constant() && kept.value() <= 0 &&
        dims[i] != Dim(0)) {
      c.error("axis {} of {} has no elements to pad with", i, to_string(c.dims(0)));
    }
  }
  c.set(0, c.dtype(0), std::move(dims));
}

namespace {

// The place in [0, n) whose value pads place `at`.
int64_t mirrored(int64_t at, int64_t n, PadMode mode) {
  if (mode == PadMode::kEdge || n == 1) return std::clamp<int64_t>(at, 0, n - 1);
  const int64_t period = mode == PadMode::kWrap ? n : 2 * (n - 1);
  const int64_t within = (at % period + period) % period;
  return within < n ? within : period - within;
}

// For every output place of one axis the input place; -1 is the pad value.
std::vector<int64_t> places(int64_t extent, int64_t begin, int64_t end, int64_t out, PadMode mode) {
  const int64_t low = std::max<int64_t>(0, -begin);
  const int64_t kept = extent + std::min<int64_t>(0, begin) + std::min<int64_t>(0, end);
  std::vector<int64_t> from(static_cast<size_t>(out));
  for (int64_t i = 0; i < out; ++i) {
    const int64_t at = i - std::max<int64_t>(0, begin);
    const bool inside = at >= 0 && at < kept;
    if (!inside && mode != PadMode::kConstant && kept <= 0)
      fail("an axis has no elements to pad with");
    int64_t& place = from[static_cast<size_t>(i)];
    if (inside) {
      place = low + at;
    } else {
      place = mode == PadMode::kConstant ? -1 : low + mirrored(at, kept, mode);
    }
  }
  return from;
}

template <typename T>
void pad_as(const TensorView& x, const TensorView& y, const std::vector<std::vector<int64_t>>& from,
            T value) {
  const int rank = y.dims.rank();
  const Strides dense = dense_strides(x.dims);
  const T* source = x.as<T>();
  T* target = y.as<T>();
  std::array<int64_t, kMaxRank> index{};
  for (int64_t i = 0; i < y.volume(); ++i) {
    int64_t at = 0;
    bool inside = true;
    for (size_t a = 0; a < static_cast<size_t>(rank); ++a) {
      const int64_t place = from[a][static_cast<size_t>(index[a])];
      inside = inside && place >= 0;
      at += place * dense[a];
    }
    target[i] = inside ? source[at] : value;
    for (int a = rank - 1; a >= 0; --a) {
      if (++index[static_cast<size_t>(a)] < y.dims[a]) break;
      index[static_cast<size_t>(a)] = 0;
    }
  }
}

template <typename T>
void pad_with(const TensorView& x, const TensorView& y,
              const std::vector<std::vector<int64_t>>& from, double value) {
  T element{};
  set_element({y.dtype, Dims{}, &element}, 0, value);
  pad_as<T>(x, y, from, element);
}

}  // namespace

void Pad::eval(Views in, Views out) const {
  const int rank = in[0].dims.rank();
  std::vector<std::vector<int64_t>> from;
  for (int i = 0; i < rank; ++i) {
    from.push_back(places(in[0].dims[i], integer_element(in[1], i),
                          integer_element(in[1], i + rank), out[0].dims[i], mode));
  }
  switch (element_bytes(out[0].dtype)) {
    case 1: return pad_with<uint8_t>(in[0], out[0], from, value);
    case 2: return pad_with<uint16_t>(in[0], out[0], from, value);
    case 4: return pad_with<uint32_t>(in[0], out[0], from, value);
    default: return pad_with<uint64_t>(in[0], out[0], from, value);
  }
}

}  // namespace tenon

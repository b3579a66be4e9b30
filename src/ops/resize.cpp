#include "ops/resize.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ops/arithmetic.h"
#include "ops/broadcast_index.h"
#include "ops/infer_checks.h"

namespace tenon {
namespace {

// A scale as the fraction that the exporter meant: 0.6F is 3/5.
struct Fraction {
  int64_t numerator;
  int64_t denominator;
};

std::optional<Fraction> fraction_of(float scale) {
  constexpr int64_t kLargestDenominator = 512;
  for (int64_t q = 1; q <= kLargestDenominator; ++q) {
    const auto p =
        static_cast<int64_t>(std::llround(static_cast<double>(scale) * static_cast<double>(q)));
    if (p > 0 && static_cast<float>(static_cast<double>(p) / static_cast<double>(q)) == scale) {
      return Fraction{p, q};
    }
  }
  return std::nullopt;
}

Dim scaled_dim(const InferContext& c, const Dim& d, float scale) {
  if (!(scale > 0) || scale > static_cast<float>(kMaxElements))
    c.error("scale {} is out of range", scale);
  if (const auto f = fraction_of(scale)) return floor_div(d * f->numerator, f->denominator);
  if (!d.is_constant()) {
    c.error("dim {} cannot be scaled by {}, which is no simple fraction", d.to_string(), scale);
  }
  return static_cast<int64_t>(
      std::floor(static_cast<double>(d.value()) * static_cast<double>(scale)));
}

}  // namespace

void Resize::infer(InferContext& c) const {
  if (name_of(mode) == "invalid" || name_of(coordinates) == "invalid" ||
      name_of(rounding) == "invalid") {
    c.error("unknown mode, coordinates or rounding");
  }
  if (mode == ResizeMode::kNearest) {
    arithmetic_of(c.dtype(0));
  } else {
    require_number(c, 0);
  }
  const Shape& x = c.dims(0);
  Shape dims;
  if (c.has(1)) {
    if (!scales.empty()) c.error("both scales and sizes are given");
    dims = shape_elements(c, 1);
  } else {
    if (scales.size() != x.size()) {
      c.error("{} scales for input 0 of {}", scales.size(), to_string(c.input(0).type));
    }
    for (size_t i = 0; i < x.size(); ++i) dims.push_back(scaled_dim(c, x[i], scales[i]));
  }
  if (dims.size() != x.size()) {
    c.error("{} sizes for input 0 of {}", dims.size(), to_string(c.input(0).type));
  }
  for (size_t i = 0; i < x.size(); ++i) {
    if (x[i] == Dim(0) && dims[i] != Dim(0)) c.error("axis {} of {} is empty", i, to_string(x));
  }
  c.set(0, c.dtype(0), std::move(dims));
}

namespace {

// Output per input extent, as exactly as it is known.
struct Ratio {
  double out;
  double in;
};

ResizeLine line_of(ResizeCoordinates mode, Ratio ratio, int64_t in, int64_t out) {
  const ResizeLine half_pixel{0.5, ratio.in, ratio.out, -0.5, 0};
  const ResizeLine zero{.factor = 0};
  switch (mode) {
    case ResizeCoordinates::kHalfPixel: return half_pixel;
    case ResizeCoordinates::kPytorchHalfPixel: return out > 1 ? half_pixel : zero;
    case ResizeCoordinates::kAlignCorners:
      return out > 1 ? ResizeLine{.factor = static_cast<double>(in - 1),
                                  .divisor = static_cast<double>(out - 1)}
                     : zero;
    case ResizeCoordinates::kAsymmetric: return {.factor = ratio.in, .divisor = ratio.out};
    case ResizeCoordinates::kHalfPixelSymmetric: {
      // Keeps the image's centre where rounding the output extent down moved it.
      const double exact = static_cast<double>(in) * ratio.out / ratio.in;
      const double centre = static_cast<double>(in) / 2;
      ResizeLine line = half_pixel;
      line.centre = centre * (1 - static_cast<double>(out) / exact);
      return line;
    }
  }
  return half_pixel;
}

double rounded(ResizeRounding mode, double x) {
  switch (mode) {
    case ResizeRounding::kRoundPreferFloor: return std::ceil(x - 0.5);
    case ResizeRounding::kRoundPreferCeil: return std::floor(x + 0.5);
    case ResizeRounding::kFloor: return std::floor(x);
    case ResizeRounding::kCeil: return std::ceil(x);
  }
  return x;
}

// Keys' cubic convolution kernel at distances 1+t, t, 1-t, 2-t.
std::array<double, 4> cubic_weights(double t, double a) {
  const auto near = [a](double d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
  const auto far = [a](double d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; };
  return {far(1 + t), near(t), near(1 - t), far(2 - t)};
}

ResizeTaps taps_of(const Resize& op, int64_t in, int64_t out, const ResizeLine& line) {
  ResizeTaps axis;
  axis.taps = op.mode == ResizeMode::kNearest ? 1 : op.mode == ResizeMode::kLinear ? 2 : 4;
  for (int64_t o = 0; o < out; ++o) {
    const double at = line.at(o);
    if (op.mode == ResizeMode::kNearest) {
      const double place = std::clamp(rounded(op.rounding, at), 0.0, static_cast<double>(in - 1));
      axis.places.push_back(static_cast<int64_t>(place));
      axis.weights.push_back(1);
      continue;
    }
    const double t = at - std::floor(at);
    std::array<double, 4> weights{1 - t, t};
    if (op.mode == ResizeMode::kCubic) weights = cubic_weights(t, op.cubic_coefficient);
    const auto first = static_cast<int64_t>(std::floor(at)) - (axis.taps / 2 - 1);
    double total = 0;
    for (int64_t k = 0; k < axis.taps; ++k) {
      double& weight = weights[static_cast<size_t>(k)];
      if (op.exclude_outside && (first + k < 0 || first + k >= in)) weight = 0;
      total += weight;
    }
    for (int64_t k = 0; k < axis.taps; ++k) {
      const double weight = weights[static_cast<size_t>(k)];
      axis.places.push_back(std::clamp<int64_t>(first + k, 0, in - 1));
      axis.weights.push_back(op.exclude_outside && total != 0 ? weight / total : weight);
    }
  }
  return axis;
}

}  // namespace

ResizeLine resize_line(const Resize& op, const Dims& in, const Dims& out, int i) {
  Ratio ratio{static_cast<double>(out[i]), static_cast<double>(in[i])};
  if (!op.scales.empty()) {
    const float scale = op.scales[static_cast<size_t>(i)];
    const auto f = fraction_of(scale);
    ratio = f ? Ratio{static_cast<double>(f->numerator), static_cast<double>(f->denominator)}
              : Ratio{scale, 1.0};
  }
  return line_of(op.coordinates, ratio, in[i], out[i]);
}

ResizeTaps resize_taps(const Resize& op, const Dims& in, const Dims& out, int i) {
  return taps_of(op, in[i], out[i], resize_line(op, in, out, i));
}

namespace {

// Resizes axis i of dense elements of dims `dims`.
std::vector<double> resize_axis(const std::vector<double>& x, const Dims& dims, int i,
                                const ResizeTaps& axis) {
  int64_t outer = 1;
  int64_t inner = 1;
  for (int a = 0; a < i; ++a) outer *= dims[a];
  for (int a = i + 1; a < dims.rank(); ++a) inner *= dims[a];
  const auto out = static_cast<int64_t>(axis.places.size()) / axis.taps;
  std::vector<double> y(static_cast<size_t>(outer * out * inner), 0.0);
  double* to = y.data();
  for (int64_t n = 0; n < outer; ++n) {
    for (int64_t o = 0; o < out; ++o, to += inner) {
      for (int64_t k = o * axis.taps; k < (o + 1) * axis.taps; ++k) {
        const double weight = axis.weights[static_cast<size_t>(k)];
        if (weight == 0) continue;
        const double* from = x.data() + (n * dims[i] + axis.places[static_cast<size_t>(k)]) * inner;
        for (int64_t j = 0; j < inner; ++j) to[j] += weight * from[j];
      }
    }
  }
  return y;
}

void interpolate(const TensorView& in, const TensorView& out, const std::vector<ResizeTaps>& axes) {
  const ReadElements<double> source(in);
  std::vector<double> values(source.data(), source.data() + in.volume());
  Dims dims = in.dims;
  for (int i = 0; i < dims.rank(); ++i) {
    if (in.dims[i] == out.dims[i] && in.dims[i] == 1) continue;
    values = resize_axis(values, dims, i, axes[static_cast<size_t>(i)]);
    dims[i] = out.dims[i];
  }
  WriteElements<double> y(out);
  std::copy(values.begin(), values.end(), y.data());
  y.commit();
}

template <typename T>
void pick(const TensorView& in, const TensorView& out, const std::vector<ResizeTaps>& axes) {
  const Strides dense = dense_strides(in.dims);
  const int rank = in.dims.rank();
  std::array<int64_t, kMaxRank> index{};
  for (int64_t i = 0; i < out.volume(); ++i) {
    int64_t at = 0;
    for (size_t a = 0; a < static_cast<size_t>(rank); ++a) {
      at += axes[a].places[static_cast<size_t>(index[a])] * dense[a];
    }
    out.as<T>()[i] = in.as<T>()[at];
    for (int a = rank - 1; a >= 0; --a) {
      if (++index[static_cast<size_t>(a)] < out.dims[a]) break;
      index[static_cast<size_t>(a)] = 0;
    }
  }
}

}  // namespace

void Resize::eval(Views in, Views out) const {
  if (out[0].volume() == 0) return;
  std::vector<ResizeTaps> axes;
  for (int i = 0; i < in[0].dims.rank(); ++i) {
    axes.push_back(resize_taps(*this, in[0].dims, out[0].dims, i));
  }
  if (mode != ResizeMode::kNearest) return interpolate(in[0], out[0], axes);
  switch (element_bytes(out[0].dtype)) {
    case 1: return pick<uint8_t>(in[0], out[0], axes);
    case 2: return pick<uint16_t>(in[0], out[0], axes);
    case 4: return pick<uint32_t>(in[0], out[0], axes);
    default: return pick<uint64_t>(in[0], out[0], axes);
  }
}

}  // namespace tenon

#include "device/problem.h"

#include <algorithm>

#include "ops/attention.h"
#include "ops/conv.h"
#include "ops/conv_depthwise.h"
#include "ops/conv_pair.h"
#include "ops/conv_pool.h"
#include "ops/deconv.h"
#include "ops/inverted_residual.h"
#include "ops/matmul.h"

namespace tenon {

size_t OperandDesc::bytes() const { return bytes_of(dtype, stored_volume(dims, layout)); }

static int64_t pixels_of(const Dims& dims) {
  int64_t pixels = 1;
  for (int i = 2; i < dims.rank(); ++i) pixels *= dims[i];
  return pixels;
}

int64_t OperandDesc::pixel_pitch() const {
  const int64_t pixels = pixels_of(dims);
  if (batch_stride != 0 && pixels != 0) return batch_stride / pixels;
  return dims.rank() > 1 ? dims[1] : 1;
}

int64_t OperandDesc::extent() const {
  if (dims.volume() == 0) return 0;
  const int64_t last_image = dims.rank() > 0 ? (dims[0] - 1) * stride0() : 0;
  if (layout != Layout::kChannelsLast || batch_stride == 0) {
    return last_image + dense_batch_stride(dims, layout);
  }
  return last_image + (pixels_of(dims) - 1) * pixel_pitch() + dims[1];
}

static std::string operand_key(const OperandDesc& d) {
  if (!d.present) return "-";
  std::string key = fmt::format("{}{}", name_of(d.dtype), to_string(d.dims));
  if (d.is_constant) return key + "c";
  if (d.is_shape) return key + to_string(Shape(d.elements.begin(), d.elements.end()));
  if (d.layout != Layout::kLinear) key += fmt::format("@{}", name_of(d.layout));
  if (d.batch_stride != 0) key += fmt::format("+{}", d.batch_stride);
  return key;
}

std::string Problem::key() const {
  std::string key = fmt::format("{}({})", op.name(), op.attribute_text());
  for (const auto& d : inputs) key += " " + operand_key(d);
  key += " ->";
  for (const auto& d : outputs) key += " " + operand_key(d);
  return key;
}

double flops_of(const Problem& problem) {
  const auto volume = static_cast<double>(problem.outputs.at(0).dims.volume());
  // Of a convolution with such a result and weights.
  const auto of_windows = [&](const Dims& y, size_t weights) {
    const Dims& w = problem.inputs.at(weights).dims;
    return 2 * static_cast<double>(y.volume()) * static_cast<double>(w.volume()) /
           static_cast<double>(std::max<int64_t>(w[0], 1));
  };
  const auto output = [&](size_t i) -> const Dims& { return problem.outputs.at(i).dims; };
  if (problem.op.is<Conv>()) return of_windows(output(0), 1);
  if (problem.op.is<ConvPair>()) {
    return of_windows(output(0), 1) + of_windows(output(1), ConvPair::kSecondWeights);
  }
  if (const auto* both = problem.op.as<ConvDepthwise>()) {
    return of_windows(both->expanded(problem.inputs.at(0).dims, problem.inputs.at(1).dims), 1) +
           of_windows(output(0), ConvDepthwise::kSecondWeights);
  }
  if (problem.op.is<InvertedResidual>()) {  // whose expansion and projection are of 1x1
    const auto of_pixels = [&](const Dims& dims, size_t weights) {
      if (!problem.inputs.at(weights).present) return 0.0;
      const auto pixels =
          static_cast<double>(dims.volume()) / static_cast<double>(std::max<int64_t>(dims[1], 1));
      return 2 * pixels * static_cast<double>(problem.inputs[weights].dims.volume());
    };
    return of_pixels(problem.inputs.at(0).dims, InvertedResidual::kWeights1) +
           of_pixels(problem.outputs.at(0).dims, InvertedResidual::kWeights2) +
           of_pixels(problem.outputs.at(0).dims, InvertedResidual::kWeights3);
  }
  if (const auto* both = problem.op.as<ConvPool>()) {
    return of_windows(both->between(problem.inputs.at(0).dims, problem.inputs.at(1).dims), 1);
  }
  if (problem.op.is<Deconv>()) {
    const Dims& w = problem.inputs.at(1).dims;
    const auto inputs = static_cast<double>(problem.inputs.at(0).dims.volume());
    return 2 * inputs * static_cast<double>(w.volume()) /
           static_cast<double>(std::max<int64_t>(w[0], 1));
  }
  if (const auto* matmul = problem.op.as<MatMul>()) {
    const Dims& a = problem.inputs.at(0).dims;
    const int k = a.rank() >= 2 && matmul->transpose_a ? a.rank() - 2 : a.rank() - 1;
    return 2 * volume * static_cast<double>(a[k]);
  }
  if (const auto* attention = problem.op.as<Attention>()) {
    const auto e =
        attention_extents(*attention, problem.inputs.at(0).dims, problem.inputs.at(1).dims);
    const auto queries = static_cast<double>(e.queries), keys = static_cast<double>(e.keys);
    double seen = queries * keys;  // pairs of a query and a key that it sees
    if (attention->causal) {
      const double triangle = std::min(queries, keys);
      seen = triangle * (triangle + 1) / 2 + (queries - triangle) * keys;
    }
    const double scores = static_cast<double>(e.batch * attention->heads) * seen;
    return 4 * scores * static_cast<double>(attention->size);
  }
  double most = volume;
  for (const auto& d : problem.inputs) {
    if (d.present) most = std::max(most, static_cast<double>(d.dims.volume()));
  }
  return most;
}

double bytes_moved(const Problem& problem) {
  double bytes = 0;
  for (const auto& d : problem.inputs) bytes += d.present ? static_cast<double>(d.bytes()) : 0;
  for (const auto& d : problem.outputs) bytes += static_cast<double>(d.bytes());
  return bytes;
}

}  // namespace tenon

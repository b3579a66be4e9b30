#include "cuda/kernels/inverted_residual/residual_geometry.h"

#include <algorithm>
#include <limits>

namespace tenon {
namespace {

using Block = InvertedResidual;

OperandDesc operand(const Problem& p, size_t i) {
  return is_present(p, i) ? p.inputs[i] : OperandDesc{.present = false};
}

// A tensor between the convolutions.
OperandDesc between(const Problem& p, int64_t channels, int64_t height, int64_t width) {
  const OperandDesc& x = p.inputs[0];
  return {.dtype = x.dtype, .layout = x.layout, .dims = {x.dims[0], channels, height, width}};
}

// The convolutions as problems of their own, the last one first. The expansion, being of 1x1, keeps
// the height and width, and so does the projection.
std::vector<Problem> parts_of(const Problem& p, const Block& op) {
  const Dims &x = p.inputs[0].dims, &y = p.outputs[0].dims;
  const bool expands = is_present(p, Block::kWeights1);
  const OperandDesc expanded =
      expands ? between(p, p.inputs[Block::kWeights1].dims[0], x[2], x[3]) : p.inputs[0];
  const OperandDesc filtered = between(p, p.inputs[Block::kWeights2].dims[0], y[2], y[3]);
  std::vector<Problem> parts{
      {.op = op.projection,
       .inputs = {filtered, p.inputs[Block::kWeights3], operand(p, Block::kBias3),
                  operand(p, Block::kResidual)},
       .outputs = {p.outputs[0]}},
      {.op = op.depthwise,
       .inputs = {expanded, p.inputs[Block::kWeights2], operand(p, Block::kBias2)},
       .outputs = {filtered}}};
  if (expands) {
    parts.push_back({.op = op.expansion,
                     .inputs = {p.inputs[0], p.inputs[Block::kWeights1], operand(p, Block::kBias1)},
                     .outputs = {expanded}});
  }
  return parts;
}

bool is_plain(const ConvGeometry& g) { return g.pointwise() && g.groups == 1; }

std::string refusal_of_window(const ConvGeometry& g) {
  if (g.groups != g.c || g.groups != g.k) return "not one channel a group";
  if (g.kh != 3 || g.kw != 3 || g.dilation_h != 1 || g.dilation_w != 1) {
    return "the window is not a dense 3x3";
  }
  if (g.stride_h != g.stride_w || g.stride_h > 2) return "neither of stride 1 nor 2";
  return {};
}

// Of an activation between the convolutions.
std::string refusal_of_activation(const Activation& act) {
  switch (act.fn) {
    case UnaryFn::kIdentity:
    case UnaryFn::kRelu:
    case UnaryFn::kClip:
    case UnaryFn::kSwish:
    case UnaryFn::kHardSwish: return {};
    default: return fmt::format("no activation {} within a block", name_of(act.fn));
  }
}

std::string refusal_of_parts(std::span<const ConvGeometry> parts) {
  const ConvGeometry &projection = parts[0], &depthwise = parts[1], &first = parts.back();
  if (!is_plain(projection)) return "the projection is not plain and of 1x1";
  if (std::string reason = refusal_of_window(depthwise); !reason.empty()) return reason;
  if (parts.size() == 3 && !is_plain(first)) return "the expansion is not plain and of 1x1";
  if (first.c % 8 != 0 || projection.k % 8 != 0) return "channels are no multiple of 8";
  for (const ConvGeometry& part : parts.subspan(1)) {
    if (std::string reason = refusal_of_activation(part.act); !reason.empty()) return reason;
  }
  return {};
}

MiddleActivation middle_activation(const Activation& act, DataType type) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  MiddleActivation middle{.alpha = act.alpha, .beta = act.beta};
  float low = -kInfinity, high = kInfinity;
  if (act.fn == UnaryFn::kSwish) middle.kind = MiddleActivationKind::kSwish;
  if (act.fn == UnaryFn::kHardSwish) middle.kind = MiddleActivationKind::kHardSwish;
  if (act.fn == UnaryFn::kRelu) low = 0;
  if (act.fn == UnaryFn::kClip) low = act.alpha, high = act.beta;
  const auto pair = [&](float bound) {
    const uint32_t bits = type == DataType::kF16 ? f32_to_f16(bound) : f32_to_bf16(bound);
    return bits | bits << 16;
  };
  middle.low = pair(low);
  middle.high = pair(high);
  return middle;
}

// Rows of a matrix of `columns` columns, from (row, column) on, to rows of `pitch` bytes.
void put_rows(const Tensor& matrix, int64_t columns, int64_t row, int64_t rows, int64_t column,
              int64_t count, int64_t pitch, std::byte* to) {
  const auto words = words_of(matrix);
  for (int64_t r = 0; r < rows; ++r) {
    const uint16_t* from = words.data() + (row + r) * columns + column;
    std::copy_n(from, count, reinterpret_cast<uint16_t*>(to + r * pitch));
  }
}

void put_bias(const Problem& p, size_t operand, int64_t first, int64_t count, std::byte* to) {
  if (!is_present(p, operand)) return;
  const TensorView bias = p.inputs[operand].constant->view();
  for (int64_t i = 0; i < count; ++i) {
    reinterpret_cast<float*>(to)[i] = static_cast<float>(element(bias, first + i));
  }
}

int64_t up_to_16(int64_t n) { return (n + 15) / 16 * 16; }

}  // namespace

int64_t ResidualGeometry::x_pitch() const {  // an odd number of pieces of 16 bytes
  return expands ? (channels / 8 | 1) * 16 : 0;
}

ResidualChunk ResidualGeometry::chunk() const {
  constexpr int kTaps = kResidualChunk * 16,
                kFloats = kResidualChunk * static_cast<int>(sizeof(float));
  ResidualChunk c;
  c.projection = kResidualChunk * static_cast<int>(x_pitch());
  c.depthwise = c.projection + static_cast<int>(up_to_16(columns)) * kResidualPitch;
  c.last_taps = c.depthwise + kTaps;
  c.bias1 = c.last_taps + kFloats;
  c.bias2 = c.bias1 + kFloats;
  c.bytes = c.bias2 + kFloats;
  return c;
}

std::variant<ResidualGeometry, Refusal> residual_geometry(const Problem& problem) {
  const Block* op = problem.op.as<Block>();
  if (op == nullptr) return Refusal{"not an inverted residual block"};
  const DataType type = problem.inputs[0].dtype;
  if (type != DataType::kF16 && type != DataType::kBF16) return Refusal{"neither FP16 nor BF16"};
  if (problem.inputs[0].dims.rank() != 4) return Refusal{"not of two spatial axes"};
  std::vector<ConvGeometry> parts;
  for (const Problem& part : parts_of(problem, *op)) {
    auto read = conv_geometry(part);
    if (auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
    parts.push_back(std::get<ConvGeometry>(read));
  }
  if (std::string reason = refusal_of_parts(parts); !reason.empty()) return Refusal{reason};
  if (!fits_32_bits(problem)) return Refusal{"a tensor has 2^31 elements or more"};
  const ConvGeometry &projection = parts[0], &depthwise = parts[1], &first = parts.back();
  const bool expands = parts.size() == 3;
  return ResidualGeometry{.images = first.n,
                          .channels = first.c,
                          .expanded = depthwise.c,
                          .columns = projection.k,
                          .height = first.h,
                          .width = first.w,
                          .out_height = projection.oh,
                          .out_width = projection.ow,
                          .stride = depthwise.stride_h,
                          .pad_top = depthwise.pad_top,
                          .pad_left = depthwise.pad_left,
                          .expands = expands,
                          .act1 = expands ? first.act : Activation{},
                          .act2 = depthwise.act,
                          .act3 = projection.act};
}

InvertedResidualParams residual_params(const ResidualGeometry& g, DataType type) {
  InvertedResidualParams p;
  p.height = static_cast<int>(g.height);
  p.width = static_cast<int>(g.width);
  p.out_height = static_cast<int>(g.out_height);
  p.out_width = static_cast<int>(g.out_width);
  p.channels = static_cast<int>(g.channels);
  p.columns = static_cast<int>(g.columns);
  p.expands = g.expands;
  p.pad_top = static_cast<int>(g.pad_top);
  p.pad_left = static_cast<int>(g.pad_left);
  p.act1 = middle_activation(g.act1, type);
  p.act2 = middle_activation(g.act2, type);
  p.act3 = activation_params(g.act3);
  p.chunk_count = static_cast<int>(g.chunks());
  p.last_groups =
      static_cast<int>(up_to_16(g.expanded) / 16 - (g.chunks() - 1) * (kResidualChunk / 16));
  p.chunk = g.chunk();
  p.x_pitch = static_cast<int>(g.x_pitch());
  return p;
}

size_t residual_bias_offset(const ResidualGeometry& g) {
  return static_cast<size_t>(g.chunks()) * static_cast<size_t>(g.chunk().bytes);
}

std::vector<std::byte> pack_residual(const Problem& problem, const ResidualGeometry& g) {
  const ResidualChunk at = g.chunk();
  const size_t bias = residual_bias_offset(g);
  std::vector<std::byte> blob(bias + static_cast<size_t>(up_to_16(g.columns)) * sizeof(float));
  const auto& constant = [&](size_t i) -> const Tensor& { return *problem.inputs[i].constant; };
  for (int64_t chunk = 0; chunk < g.chunks(); ++chunk) {
    const int64_t first = chunk * kResidualChunk;
    const int64_t count = std::min<int64_t>(kResidualChunk, g.expanded - first);
    std::byte* to = blob.data() + chunk * at.bytes;
    if (g.expands) {
      put_rows(constant(Block::kWeights1), g.channels, first, count, 0, g.channels, g.x_pitch(),
               to);
    }
    put_rows(constant(Block::kWeights3), g.expanded, 0, g.columns, first, count, kResidualPitch,
             to + at.projection);
    put_rows(constant(Block::kWeights2), 9, first, count, 0, 8, 16, to + at.depthwise);
    put_rows(constant(Block::kWeights2), 9, first, count, 8, 1, 4, to + at.last_taps);
    if (g.expands) put_bias(problem, Block::kBias1, first, count, to + at.bias1);
    put_bias(problem, Block::kBias2, first, count, to + at.bias2);
  }
  put_bias(problem, Block::kBias3, 0, g.columns, blob.data() + bias);
  return blob;
}

}  // namespace tenon

#include "cuda/kernels/conv_depthwise/conv_depthwise_geometry.h"

#include <cstring>

namespace tenon {
namespace {

constexpr size_t kBias1 = 2, kWeights2 = ConvDepthwise::kSecondWeights, kBias2 = 4;

// The two as problems of their own.
Problem first_of(const Problem& p, const ConvDepthwise& op) {
  OperandDesc between = p.inputs[0];
  between.dims = op.expanded(p.inputs[0].dims, p.inputs[1].dims);
  return {.op = op.expansion,
          .inputs = {p.inputs.begin(), p.inputs.begin() + kWeights2},
          .outputs = {between}};
}
Problem second_of(const Problem& p, const ConvDepthwise& op, const OperandDesc& between) {
  Problem second{.op = op.depthwise, .inputs = {between}, .outputs = p.outputs};
  second.inputs.insert(second.inputs.end(), p.inputs.begin() + kWeights2, p.inputs.end());
  return second;
}

// Whether the kernels have the function.
bool is_inline(const Activation& act) {
  using enum UnaryFn;
  return act.fn == kIdentity || act.fn == kRelu || act.fn == kClip || act.fn == kSwish ||
         act.fn == kHardSwish;
}

std::string refusal_of(const ConvDepthwiseGeometry& geometry) {
  const auto& [first, second] = geometry;
  for (const Activation& act : {first.act, second.act}) {
    if (!is_inline(act)) return fmt::format("no activation {}", name_of(act.fn));
  }
  if (!first.pointwise() || first.groups != 1) return "the first is no 1x1 convolution";
  if (second.groups != second.c || second.c != second.k)
    return "the second is not of single channels";
  const bool square = second.kh == second.kw && second.stride_h == second.stride_w;
  if (!square || (second.kh != 3 && second.kh != 5) || second.stride_h > 2) {
    return "windows are neither 3x3 nor 5x5 at a stride of 1 or 2";
  }
  if (second.dilation_h != 1 || second.dilation_w != 1) return "dilated";
  if (first.c % 8 != 0 || first.k % 8 != 0) return "channels are no multiple of 8";
  return {};
}

// A chunk's bias, zeros where there is none.
template <typename PlaceOf>
void put_bias(const Problem& p, size_t operand, int64_t first, int count, PlaceOf place,
              float* to) {
  if (!is_present(p, operand)) return;
  const TensorView bias = p.inputs[operand].constant->view();
  for (int i = 0; i < count; ++i) to[place(i)] = static_cast<float>(element(bias, first + i));
}

}  // namespace

std::variant<ConvDepthwiseGeometry, Refusal> conv_depthwise_geometry(const Problem& problem) {
  const ConvDepthwise* op = problem.op.as<ConvDepthwise>();
  if (op == nullptr) return Refusal{"not an expansion and a depthwise convolution"};
  const DataType type = problem.inputs[0].dtype;
  if (type != DataType::kF16 && type != DataType::kBF16) return Refusal{"neither FP16 nor BF16"};
  const Problem first = first_of(problem, *op);
  ConvDepthwiseGeometry geometry;
  for (const bool second : {false, true}) {
    auto read = conv_geometry(second ? second_of(problem, *op, first.outputs[0]) : first);
    if (auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
    (second ? geometry.depthwise : geometry.expansion) = std::get<ConvGeometry>(read);
  }
  if (std::string reason = refusal_of(geometry); !reason.empty()) return Refusal{reason};
  if (!fits_32_bits(problem)) return Refusal{"a tensor has 2^31 elements or more"};
  return geometry;
}

std::vector<std::byte> pack_conv_depthwise(const Problem& problem,
                                           const ConvDepthwiseGeometry& geometry,
                                           const ConvDepthwiseShape& shape) {
  const ConvGeometry& first = geometry.expansion;
  const ChunkConstants at = geometry.constants(shape);
  const auto bytes = static_cast<size_t>(at.bytes());
  std::vector<std::byte> blob(static_cast<size_t>(geometry.chunks(at.chunk)) * bytes);
  const auto words = words_of(*problem.inputs[1].constant);
  const TensorView windows = problem.inputs[kWeights2].constant->view();
  for (int64_t c = 0; c < geometry.chunks(at.chunk); ++c) {
    std::byte* const begin = blob.data() + static_cast<size_t>(c) * bytes;
    auto* const weights = reinterpret_cast<uint16_t*>(begin);
    auto* const bias = reinterpret_cast<float*>(begin + at.weight_bytes());
    const int64_t from = c * at.chunk;
    const auto count = static_cast<int>(std::min<int64_t>(at.chunk, first.k - from));
    for (int i = 0; i < count; ++i) {
      for (int k = 0; k < first.c; ++k) {
        weights[at.weight_place(i, k)] = words[static_cast<size_t>((from + i) * first.c + k)];
      }
      for (int tap = 0; tap < at.taps; ++tap) {
        bias[(tap + 1) * at.chunk + at.place(i)] =
            static_cast<float>(element(windows, (from + i) * at.taps + tap));
      }
    }
    put_bias(
        problem, kBias1, from, count, [](int i) { return i; }, bias);
    put_bias(
        problem, kBias2, from, count, [&](int i) { return at.place(i); },
        bias + (at.taps + 1) * at.chunk);
  }
  return blob;
}

}  // namespace tenon

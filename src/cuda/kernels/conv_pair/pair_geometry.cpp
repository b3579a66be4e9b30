#include "cuda/kernels/conv_pair/pair_geometry.h"

#include "cuda/kernels/conv_pair/pair_params.h"
#include "cuda/kernels/igemm/igemm_launch.h"

namespace tenon {
namespace {

// One of the two as a problem of its own.
Problem first_of(const Problem& p, const ConvPair& op) {
  return {.op = op.first,
          .inputs = {p.inputs.begin(), p.inputs.begin() + ConvPair::kSecondWeights},
          .outputs = {p.outputs[0]}};
}
Problem second_of(const Problem& p, const ConvPair& op) {
  Problem second{.op = op.second, .inputs = {p.outputs[0]}, .outputs = {p.outputs[1]}};
  second.inputs.insert(second.inputs.end(), p.inputs.begin() + ConvPair::kSecondWeights,
                       p.inputs.end());
  return second;
}

// Copies a bias of any volume that Conv allows into `count` floats.
void put_bias(const Problem& p, size_t operand, int64_t count, std::byte* to) {
  if (!is_present(p, operand)) return;
  const Tensor& bias = *p.inputs[operand].constant;
  for (int64_t i = 0; i < count; ++i) {
    reinterpret_cast<float*>(to)[i] = static_cast<float>(element(bias.view(), i));
  }
}

// Rows of weights with the depth in the order in which lanes hold it, zeros behind it.
std::vector<uint16_t> in_lane_order(const Tensor& weights, int64_t rows, int64_t depth,
                                    int64_t padded_depth) {
  const auto words = words_of(weights);
  std::vector<uint16_t> ordered(static_cast<size_t>(rows * padded_depth));
  for (int64_t n = 0; n < rows; ++n) {
    for (int64_t k = 0; k < depth; ++k) {
      ordered[static_cast<size_t>(n * padded_depth + igemm_place(k))] =
          words[static_cast<size_t>(n * depth + k)];
    }
  }
  return ordered;
}

}  // namespace

int64_t PairGeometry::slabs() const { return (channels + kIgemmDepth - 1) / kIgemmDepth; }
int64_t PairGeometry::slices() const { return (middle + kPairSlice - 1) / kPairSlice; }

std::variant<PairGeometry, Refusal> pair_geometry(const Problem& problem) {
  const ConvPair* op = problem.op.as<ConvPair>();
  if (op == nullptr) return Refusal{"not a pair of convolutions"};
  const DataType type = problem.inputs[0].dtype;
  if (type != DataType::kF16 && type != DataType::kBF16) return Refusal{"neither FP16 nor BF16"};
  ConvGeometry geometry[2];
  for (const bool second : {false, true}) {
    auto read = conv_geometry(second ? second_of(problem, *op) : first_of(problem, *op));
    if (auto* refusal = std::get_if<Refusal>(&read)) return *refusal;
    const auto& g = geometry[second ? 1 : 0] = std::get<ConvGeometry>(read);
    if (!g.pointwise() || g.groups != 1) return Refusal{"not both are 1x1 convolutions"};
    if (g.c % 8 != 0 || g.k % 8 != 0) return Refusal{"channels are no multiple of 8"};
  }
  if (!fits_32_bits(problem)) return Refusal{"a tensor has 2^31 elements or more"};
  const auto& [first, second] = geometry;
  return PairGeometry{.rows = first.rows(),
                      .channels = first.c,
                      .middle = first.k,
                      .columns = second.k,
                      .has_residual = first.has_residual,
                      .first_act = first.act,
                      .second_act = second.act};
}

PairBlob::PairBlob(const PairGeometry& g, int tile_columns) {
  const auto slices = static_cast<size_t>(g.slices());
  weights2 = slices * static_cast<size_t>(g.slabs()) * kPairSlice * 128;
  bias1 = weights2 + slices * static_cast<size_t>(tile_columns) * 128;
  bias2 = bias1 + slices * kPairSlice * sizeof(float);
  end = bias2 + static_cast<size_t>(tile_columns) * sizeof(float);
}

std::vector<std::byte> pack_pair(const Problem& problem, const PairGeometry& g, int tile_columns) {
  const PairBlob at(g, tile_columns);
  std::vector<std::byte> blob;
  blob.reserve(at.end);
  const Tensor& first = *problem.inputs[1].constant;
  for (int64_t column = 0; column < g.middle; column += kPairSlice) {
    const IgemmWeights slice{1, g.channels, g.channels, kPairSlice};
    std::vector<std::byte> part = igemm_blob(slice, nullptr, 1);
    place_weights(slice, {first.bytes().data() + 2 * column * g.channels, 0, 1, g.channels}, 0,
                  std::min<int64_t>(kPairSlice, g.middle - column), part);
    blob.insert(blob.end(), part.begin(), part.end());
  }
  const IgemmWeights whole{1, g.slices() * kPairSlice, g.slices() * kPairSlice, tile_columns};
  std::vector<std::byte> part = igemm_blob(whole, nullptr, 1);
  const auto second = in_lane_order(*problem.inputs[ConvPair::kSecondWeights].constant, g.columns,
                                    g.middle, whole.channels);
  place_weights(whole, {std::as_bytes(std::span(second)).data(), 0, 1, whole.channels}, 0,
                g.columns, part);
  blob.insert(blob.end(), part.begin(), part.end());
  blob.resize(at.end);
  put_bias(problem, kPairBias1, g.middle, blob.data() + at.bias1);
  put_bias(problem, kPairBias2, g.columns, blob.data() + at.bias2);
  return blob;
}

}  // namespace tenon

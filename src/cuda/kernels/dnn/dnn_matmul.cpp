#include "cuda/kernels/dnn/dnn_matmul.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "base/tensor.h"
#include "cuda/kernels/dnn/conv_spec.h"
#include "cuda/kernels/igemm/conv_geometry.h"
#include "cuda/kernels/matmul/lt_matmul.h"
#include "device/offers.h"
#include "ops/conv.h"
#include "ops/matmul.h"

namespace tenon {
namespace {

// Whether the library of matrix products finishes with the activation by itself.
bool is_done_by_products(UnaryFn fn) {
  return fn == UnaryFn::kIdentity || fn == UnaryFn::kRelu || fn == UnaryFn::kGeluTanh;
}

std::string refusal_of(const Problem& p) {
  const MatMul& op = *p.op.as<MatMul>();
  const Dims& a = p.inputs[0].dims;
  const Dims& y = p.outputs[0].dims;
  if (is_done_by_products(op.act.fn)) return "products do the activation themselves";
  if (!cudnn_has(op.act)) return fmt::format("cuDNN has no {}", name_of(op.act.fn));
  if (op.alpha != 1) return "the product is scaled";
  if (op.transpose_a || a.rank() < 2) return "the left side is transposed or a vector";
  if (p.inputs[0].is_constant) return "the left side is constant";
  if (!p.inputs[1].is_constant || p.inputs[1].dims.rank() != 2) {
    return "the right side is no constant matrix";
  }
  const int64_t columns = y[y.rank() - 1];
  if (is_present(p, kMatMulBias)) {
    const Dims& bias = p.inputs[kMatMulBias].dims;
    const bool vector =
        bias.volume() == columns && bias.rank() > 0 && bias[bias.rank() - 1] == columns;
    if (!vector || !p.inputs[kMatMulBias].is_constant)
      return "the bias is no constant vector of columns";
  }
  if (is_present(p, kMatMulResidual) && p.inputs[kMatMulResidual].dims != y)
    return "the residual is broadcast";
  const auto strided = [](const OperandDesc& d) { return d.batch_stride != 0; };
  if (std::ranges::any_of(p.inputs, strided) || strided(p.outputs[0])) return "a tensor is a slice";
  return {};
}

// A tensor [..., C] as images of one pixel.
OperandDesc as_pixels(OperandDesc d) {
  if (!d.present) return d;
  const int64_t channels = d.dims[d.dims.rank() - 1];
  d.dims = {channels == 0 ? 0 : d.dims.volume() / channels, channels, 1, 1};
  d.layout = Layout::kChannelsLast;
  return d;
}

// The convolution without the contents of its constants.
Problem as_convolution(const Problem& p) {
  const MatMul& op = *p.op.as<MatMul>();
  Problem conv = p;
  conv.op = Conv{.act = op.act};
  conv.inputs[0] = as_pixels(p.inputs[0]);
  const Dims& b = p.inputs[1].dims;
  conv.inputs[1].dims = op.transpose_b ? Dims{b[0], b[1], 1, 1} : Dims{b[1], b[0], 1, 1};
  conv.inputs[1].constant = nullptr;
  if (is_present(p, kMatMulBias))
    conv.inputs[kMatMulBias].dims = {p.inputs[kMatMulBias].dims.volume()};
  if (is_present(p, kMatMulResidual))
    conv.inputs[kMatMulResidual] = as_pixels(p.inputs[kMatMulResidual]);
  conv.outputs[0] = as_pixels(p.outputs[0]);
  return conv;
}

template <typename T>
void transpose(const T* from, T* to, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < columns; ++c) to[c * rows + r] = from[r * columns + c];
  }
}

// The matrix [K, N], or [N, K] when transposed, as the filters [N, K, 1, 1].
Tensor filters_of(const Tensor& matrix, bool transposed, const Dims& filters) {
  return Tensor::make(matrix.dtype(), filters, [&](const TensorView& view) {
    const Dims& d = matrix.dims();
    if (transposed) {
      std::ranges::copy(matrix.bytes(), view.as<std::byte>());
    } else if (bytes_of(matrix.dtype(), 1) == sizeof(uint16_t)) {
      transpose(matrix.view().as<const uint16_t>(), view.as<uint16_t>(), d[0], d[1]);
    } else {
      transpose(matrix.view().as<const uint32_t>(), view.as<uint32_t>(), d[0], d[1]);
    }
  });
}

class MatMulByConvolution final : public Tactic {
 public:
  explicit MatMulByConvolution(const Tactic& convolution)
      : convolution_(convolution),
        packing_(fmt::format("matmul_{}", convolution.packing())),
        name_(fmt::format("matmul_{}", convolution.name())) {}

  std::string_view name() const override { return name_; }
  std::string_view packing() const override { return packing_; }
  int version() const override { return convolution_.version(); }
  bool compiles_for_dims() const override { return convolution_.compiles_for_dims(); }

  Offer offer(const Problem& problem) const override {
    if (std::string reason = refusal_of(problem); !reason.empty()) return Refusal{reason};
    const Offer offer = convolution_.offer(as_convolution(problem));
    if (const auto* refusal = std::get_if<Refusal>(&offer)) return *refusal;
    return linear_offer(problem);
  }
  double estimate(const Problem& problem) const override {
    return convolution_.estimate(as_convolution(problem));
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    Problem conv = as_convolution(problem);
    OperandDesc& w = conv.inputs[1];
    const Tensor filters =
        filters_of(*problem.inputs[1].constant, problem.op.as<MatMul>()->transpose_b, w.dims);
    w.constant = &filters;
    return convolution_.pack(conv);
  }
  std::vector<std::byte> compile(const Problem& problem) const override {
    return convolution_.compile(as_convolution(problem));
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return convolution_.bind(as_convolution(problem), packed);
  }

 private:
  const Tactic& convolution_;
  std::string packing_, name_;
};

}  // namespace

std::unique_ptr<const Tactic> matmul_by_convolution(const Tactic& convolution) {
  return std::make_unique<MatMulByConvolution>(convolution);
}

}  // namespace tenon

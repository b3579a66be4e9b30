// Matrix products.
#include "ops/matmul.h"

#include "onnx/node_context.h"
#include "ops/binary.h"

namespace tenon {
namespace {

void import_matmul(NodeContext& c) { c.result(MatMul{}, {c.input(0), c.input(1)}); }

// y = alpha * op(A) x op(B) + beta * C
void import_gemm(NodeContext& c) {
  if (c.rank(0) != 2 || c.rank(1) != 2) {
    c.invalid("operands have the shapes {} and {}, matrices expected", to_string(c.dims(0)),
              to_string(c.dims(1)));
  }
  const MatMul product{.transpose_a = c.flag("transA", false),
                       .transpose_b = c.flag("transB", false),
                       .alpha = c.number("alpha", 1)};
  const float beta = c.number("beta", 1);
  std::vector<ValueId> operands{c.input(0), c.input(1)};
  if (c.has_input(2)) {
    ValueId bias = c.input(2);
    if (beta != 1) {
      const ValueId factor = c.add_scalar("beta", c.dtype(2), beta);
      bias = c.add("bias", Binary{BinaryFn::kMul}, {bias, factor});
    }
    operands.push_back(bias);
  }
  c.result(product, std::move(operands));
}

constexpr Importer kImporters[] = {
    {"Gemm", 7, kNoEnd, import_gemm},
    {"MatMul", 1, kNoEnd, import_matmul},
};

}  // namespace

std::span<const Importer> matmul_importers() { return kImporters; }

}  // namespace tenon

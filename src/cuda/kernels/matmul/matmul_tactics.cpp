#include "cuda/kernels/matmul/matmul_tactics.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/error.h"
#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/estimates.h"
#include "cuda/kernels/igemm/igemm_tactics.h"
#include "cuda/kernels/matmul/finish.h"
#include "cuda/kernels/matmul/lt_conv.h"
#include "cuda/kernels/matmul/lt_matmul.h"
#include "cuda/kernels/matmul/lt_recipe.h"
#include "cuda/vector_access.h"
#include "device/offers.h"
#include "device/packed_constants.h"
#include "ops/matmul.h"

namespace tenon {
namespace {

// The problem with as much done by the product itself as cuBLASLt has an algorithm for.
std::variant<LtMatMul, Refusal> best_fused(const Problem& problem, bool tf32) {
  for (const LtFusion fusion : {LtFusion::kAll, LtFusion::kBias, LtFusion::kNone}) {
    auto m = lt_matmul(problem, fusion);
    auto* matmul = std::get_if<LtMatMul>(&m);
    if (matmul == nullptr) return m;
    matmul->gemm.tf32 = tf32;
    if (matmul->slices) {
      matmul->gemm.alignment = std::min(matmul->gemm.alignment, int{kVectorBytes});
    }
    if (!matmul->has_product() || !lt_algorithms(matmul->gemm)->empty()) return m;
  }
  return Refusal{"cuBLASLt has no algorithm for this product"};
}

// What was measured.
Problem dense(Problem problem) {
  for (OperandDesc& d : problem.inputs) d.batch_stride = 0;
  for (OperandDesc& d : problem.outputs) d.batch_stride = 0;
  return problem;
}

LtMatMul bound(const Problem& problem, bool tf32) {
  auto m = best_fused(problem, tf32);
  if (const auto* refusal = std::get_if<Refusal>(&m)) {
    fail(ErrorCode::kUnsupported, "{}", refusal->reason);
  }
  return std::get<LtMatMul>(std::move(m));
}

class LtMatMulLaunch final : public Launch {
 public:
  // `exchanged`: the launch's arguments have b before a.
  LtMatMulLaunch(const Problem& problem, const Packed& packed, bool tf32, bool exchanged)
      : m_(bound(problem, tf32)),
        element_(bytes_of(problem.outputs[0].dtype, 1)),
        exchanged_(exchanged) {
    for (size_t i = 0; i < problem.inputs.size(); ++i) {
      constants_[i] = packed_constant(problem, packed.constants, i);
    }
    if (!m_.has_product()) return;
    gemm_.emplace(m_.gemm, m_.alpha, lt_algorithm(m_.gemm, packed.code));
    if (!m_.slices) return;
    LtGemmSpec loose = m_.gemm;
    loose.alignment = static_cast<int>(element_);
    unaligned_.emplace(loose, m_.alpha, lt_algorithm(loose, {}));
  }

  size_t workspace_bytes() const override {
    return std::max(gemm_ ? gemm_->workspace_bytes() : 0,
                    unaligned_ ? unaligned_->workspace_bytes() : 0);
  }

  void run(const LaunchArgs& args) const override {
    if (m_.is_empty()) return;
    if (gemm_) multiply(args);
    if (m_.finish) finish(args);
  }

 private:
  const std::byte* operand(const LaunchArgs& args, size_t i) const {
    if (i >= args.inputs.size()) return nullptr;
    const size_t argument = exchanged_ && i < 2 ? 1 - i : i;
    const void* pointer = constants_[i] ? constants_[i] : args.inputs[argument];
    return static_cast<const std::byte*>(pointer);
  }

  void multiply(const LaunchArgs& args) const {
    const LtOperands whole{.a = operand(args, 0),
                           .b = operand(args, 1),
                           .bias = operand(args, kMatMulBias),
                           .c = m_.gemm.c ? operand(args, m_.c_input) : nullptr,
                           .y = args.outputs[0]};
    const bool aligned = begins_aligned(whole.a) && begins_aligned(whole.b) &&
                         begins_aligned(whole.c) && begins_aligned(whole.y);
    const LtGemm& gemm = unaligned_ && !aligned ? *unaligned_ : *gemm_;
    for (const LtMatMul::Call& call : m_.calls) {
      gemm.run({.a = moved(whole.a, call.a),
                .b = moved(whole.b, call.b),
                .bias = whole.bias,
                .c = whole.c ? moved(whole.c, call.c) : nullptr,
                .y = const_cast<void*>(moved(whole.y, call.y))},
               args.workspace, stream_of(args));
    }
  }

  void finish(const LaunchArgs& args) const {
    FinishParams p = m_.finish_params;
    p.y = args.outputs[0];
    p.product = gemm_ ? p.y : nullptr;
    p.bias = m_.finish_bias ? operand(args, kMatMulBias) : nullptr;
    p.residual = m_.finish_residual ? operand(args, kMatMulResidual) : nullptr;
    launch_finish(p, stream_of(args));
    check_launch("finishing a matrix product");
  }

  const void* moved(const void* from, int64_t elements) const {
    return static_cast<const std::byte*>(from) + elements * static_cast<int64_t>(element_);
  }

  LtMatMul m_;
  size_t element_;
  bool exchanged_;
  std::array<const void*, 4> constants_{};
  std::optional<LtGemm> gemm_;
  std::optional<LtGemm> unaligned_;  // for slices that begin anywhere
};

std::string name_of_rank(const char* prefix, size_t rank, bool tf32) {
  return fmt::format("{}_{}{}", prefix, rank, tf32 ? "_tf32" : "");
}

// The cuBLASLt algorithm of a rank in the library's own order.
class LtTactic : public Tactic {
 public:
  LtTactic(const char* prefix, size_t rank, bool tf32)
      : rank_(rank), tf32_(tf32), packing_(prefix), name_(name_of_rank(prefix, rank, tf32)) {}

  std::string_view name() const override { return name_; }
  std::string_view packing() const override { return packing_; }
  bool strided() const override { return true; }
  int in_place_input(const Problem& problem) const override {
    const bool residual =
        problem.inputs.size() > kMatMulResidual && is_tensor(problem.inputs[kMatMulResidual]);
    return residual ? static_cast<int>(kMatMulResidual) : -1;
  }
  double estimate(const Problem& problem) const override {
    const double rank_penalty = 1 + 0.02 * static_cast<double>(rank_);
    const double flops = flops_of(problem) / (tf32_ ? 4 : 1);
    return rank_penalty * std::max(gpu_memory_seconds(problem),
                                   gpu_compute_seconds(flops, problem.outputs[0].dtype, 0.6));
  }
  bool compiles_for_dims() const override { return true; }

 protected:
  // Why the product is not done at this rank; "" when it is.
  std::string refusal_of(const Problem& matmul) const {
    constexpr size_t kFew = 2;
    if (matmul.narrower_considered && rank_ >= kFew) return "two algorithms are enough here";
    if (serves_as_wide_variant(matmul)) return "own kernels do it beside narrower types";
    if (tf32_ && !(matmul.tf32 && matmul.outputs[0].dtype == DataType::kF32)) {
      return "TF32 is not allowed";
    }
    const UnaryFn act = matmul.op.as<MatMul>()->act.fn;
    if (tf32_ && !can_finish(act, DataType::kF16)) {
      return fmt::format("the activation {} is sensitive to TF32", name_of(act));
    }
    const auto m = best_fused(matmul, tf32_);
    if (const auto* refusal = std::get_if<Refusal>(&m)) return refusal->reason;
    const LtGemmSpec& gemm = std::get<LtMatMul>(m).gemm;
    const bool product = std::get<LtMatMul>(m).has_product();
    const size_t algorithms = product ? lt_algorithms(gemm)->size() : 1;
    return rank_ < algorithms ? "" : fmt::format("there are {} algorithms", algorithms);
  }
  std::vector<std::byte> recipe(const Problem& matmul) const {
    const LtMatMul m = bound(matmul, tf32_);
    if (!m.has_product()) return {};
    if (m.slices) return lt_recipe_like(m.gemm, bound(dense(matmul), tf32_).gemm, rank_);
    return rank_ < lt_algorithms(m.gemm)->size() ? lt_recipe(m.gemm, rank_)
                                                 : std::vector<std::byte>{};
  }
  bool has_algorithm(const Problem& matmul) const {
    return std::holds_alternative<LtMatMul>(best_fused(matmul, tf32_));
  }
  std::unique_ptr<Launch> launch(const Problem& matmul, const Packed& packed,
                                 bool exchanged) const {
    return std::make_unique<LtMatMulLaunch>(matmul, packed, tf32_, exchanged);
  }

 private:
  size_t rank_;
  bool tf32_;
  std::string packing_, name_;
};

class LtMatMulTactic final : public LtTactic {
 public:
  LtMatMulTactic(size_t rank, bool tf32) : LtTactic("cublaslt", rank, tf32) {}

  Offer offer(const Problem& problem) const override {
    if (std::string reason = refusal_of(problem); !reason.empty()) return Refusal{reason};
    return linear_offer(problem);
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::vector<std::byte> compile(const Problem& problem) const override { return recipe(problem); }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return launch(problem, packed, false);
  }
};

class LtConvTactic final : public LtTactic {
 public:
  LtConvTactic(size_t rank, bool tf32) : LtTactic("conv_cublaslt", rank, tf32) {}
  bool pitched(const Problem& problem) const override {
    const auto matmul = conv_as_matmul(problem);
    const auto* product = std::get_if<Problem>(&matmul);
    return product != nullptr && has_algorithm(*product);
  }

  Offer offer(const Problem& problem) const override {
    std::vector<LayoutOffer> offers;
    std::string why;
    for (const Layout layout : {Layout::kChannelsLast, Layout::kLinear}) {
      Problem laid = problem;
      laid.inputs[0].layout = layout;
      const auto matmul = conv_as_matmul(laid);
      if (const auto* refusal = std::get_if<Refusal>(&matmul)) return *refusal;
      std::string reason = refusal_of(std::get<Problem>(matmul));
      if (!reason.empty()) {
        why = reason;
        continue;
      }
      offers.push_back(uniform_offer(problem, layout));
      // Their bytes are the same in both layouts.
      offers.back().inputs[1] = Layout::kLinear;
      if (problem.inputs.size() > 2) offers.back().inputs[2] = Layout::kLinear;
    }
    if (offers.empty()) return Refusal{why};
    return offers;
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(as_matmul(problem));
  }
  std::vector<std::byte> compile(const Problem& problem) const override {
    return recipe(as_matmul(problem));
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return launch(as_matmul(problem), packed, problem.inputs[0].layout == Layout::kLinear);
  }

 private:
  static Problem as_matmul(const Problem& problem) {
    auto matmul = conv_as_matmul(problem);
    if (const auto* refusal = std::get_if<Refusal>(&matmul)) fail("{}", refusal->reason);
    return std::get<Problem>(std::move(matmul));
  }
};

// Ranks 0 to `ranks`, with TF32 and without.
template <typename T>
std::span<const Tactic* const> all_ranks(size_t ranks) {
  static const auto tactics = [&] {
    std::vector<std::unique_ptr<const T>> list;
    for (const bool tf32 : {true, false}) {
      for (size_t rank = 0; rank < ranks; ++rank) list.push_back(std::make_unique<T>(rank, tf32));
    }
    return list;
  }();
  static const auto table = [] {
    std::vector<const Tactic*> pointers;
    for (const auto& tactic : tactics) pointers.push_back(tactic.get());
    return pointers;
  }();
  return table;
}

}  // namespace

std::span<const Tactic* const> lt_matmul_tactics() {
  return all_ranks<LtMatMulTactic>(kMostLtAlgorithms);
}
std::span<const Tactic* const> lt_conv_tactics() { return all_ranks<LtConvTactic>(4); }

}  // namespace tenon

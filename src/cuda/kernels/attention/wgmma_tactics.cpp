#include "cuda/kernels/attention/wgmma_tactics.h"

#include <algorithm>
#include <cmath>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/dependent_tactic.h"
#include "cuda/device_facts.h"
#include "cuda/estimates.h"
#include "cuda/kernels/attention/attention_problem.h"
#include "cuda/kernels/attention/head_map.h"
#include "cuda/kernels/attention/wgmma_attention.h"
#include "cuda/tensor_map.h"
#include "device/offers.h"
#include "device/packed_constants.h"
#include "ops/attention.h"

namespace tenon {
namespace {

class WgmmaAttentionLaunch final : public Launch {
 public:
  WgmmaAttentionLaunch(const Problem& problem, std::span<const std::byte> packed, int groups)
      : operands_(problem, packed) {
    AttentionShape& s = params_.shape = attention_shape(problem);
    if (is_empty()) return;
    params_.groups = groups;
    const DeviceFacts& gpu = device_facts();
    kernel_ = prepare_wgmma_attention(params_, {gpu.multiprocessors, gpu.shared_bytes});
    check_launch("attention's shared memory");
    kernel_.shape.dependent = dependent_launches();
    const int64_t shared_heads = s.heads / s.sharing;
    params_.q = head_map(s.type, {s.batch, s.heads, s.queries, s.size}, s.q);
    params_.k = head_map(s.type, {s.batch, shared_heads, s.keys, s.size}, s.k);
    params_.v = head_map(s.type, {s.batch, shared_heads, s.keys, s.size}, s.v);
  }

  void run(const LaunchArgs& args) const override {
    if (is_empty()) return;
    WgmmaAttentionParams params = params_;
    params.pointers = operands_.pointers(args);
    set_address(params.q, params.pointers.q);
    set_address(params.k, params.pointers.k);
    set_address(params.v, params.pointers.v);
    launch_kernel(kernel_.function, kernel_.shape, &params, stream_of(args));
    check_launch("attention");
  }

 private:
  bool is_empty() const { return params_.shape.batch == 0 || params_.shape.queries == 0; }

  WgmmaAttentionParams params_;
  AttentionOperands operands_;
  WgmmaAttentionKernel kernel_;
};

// Blocks of so many groups of four warps, with 64 queries each.
class WgmmaAttention final : public DependentTactic {
 public:
  WgmmaAttention(std::string_view name, int groups) : name_(name), groups_(groups) {}
  std::string_view name() const override { return name_; }

  Offer offer(const Problem& problem) const override {
    if (const auto refusal = refuse_narrow_attention(problem)) return *refusal;
    if (device_facts().sm != kHopper) return Refusal{"needs a GPU of compute capability 9.0"};
    const auto size = static_cast<int>(problem.op.as<Attention>()->size);
    if (size > kWgmmaMostSize || groups_ > wgmma_most_groups(size)) {
      return Refusal{"takes no heads of this size"};
    }
    if (attention_shape(problem).keys == 0) return Refusal{"takes no attention to nothing"};
    return linear_offer(problem);
  }

  double estimate(const Problem& problem) const override {
    const AttentionShape s = attention_shape(problem);
    const double tiles =
        std::ceil(s.queries / (64.0 * groups_)) * static_cast<double>(s.batch) * s.heads;
    const double filled = std::min(1.0, tiles * groups_ / (2.0 * device_facts().multiprocessors));
    return gpu_memory_seconds(problem) +
           gpu_compute_seconds(flops_of(problem), s.type, std::max(0.6 * filled, 1e-3));
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return std::make_unique<WgmmaAttentionLaunch>(problem, packed, groups_);
  }

 private:
  std::string_view name_;
  int groups_;
};

}  // namespace

std::span<const Tactic* const> wgmma_attention_tactics() {
  static const WgmmaAttention one("attention_wgmma_64", 1);
  static const WgmmaAttention two("attention_wgmma_128", 2);
  static const WgmmaAttention three("attention_wgmma_192", 3);
  static const Tactic* const table[] = {&two, &one, &three};
  return table;
}

}  // namespace tenon

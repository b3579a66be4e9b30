#include "cpu/reference.h"

#include <cstring>

#include "base/error.h"
#include "cpu/launch.h"
#include "cpu/offers.h"
#include "device/packed_constants.h"

namespace tenon {
namespace {

class ReferenceLaunch final : public Launch {
 public:
  ReferenceLaunch(const Problem& problem, std::span<const std::byte> packed)
      : op_(problem.op), shape_data_(problem.inputs.size()) {
    for (size_t i = 0; i < problem.inputs.size(); ++i) {
      const OperandDesc& d = problem.inputs[i];
      TensorView view{d.dtype, d.dims, nullptr};
      if (d.present && d.is_shape) view.data = store_shape(i, d);
      if (d.present && d.is_constant) {
        view.data = const_cast<void*>(packed_constant(problem, packed, i));
      }
      given_.push_back(is_tensor(d));
      inputs_.push_back(view);
    }
    for (const OperandDesc& d : problem.outputs) outputs_.push_back({d.dtype, d.dims, nullptr});
  }

  // Op::eval allocates as it likes: this launch is the exception to run()'s promise.
  void run(const LaunchArgs& args) const override {
    std::vector<TensorView> in = inputs_;
    std::vector<TensorView> out = outputs_;
    for (size_t i = 0; i < in.size(); ++i) {
      if (given_[i]) in[i].data = const_cast<void*>(args.inputs[i]);
    }
    for (size_t i = 0; i < out.size(); ++i) out[i].data = args.outputs[i];
    op_.eval(in, out);
  }

 private:
  void* store_shape(size_t i, const OperandDesc& d) {
    const auto count = static_cast<int64_t>(d.elements.size());
    // At least one element, so that an empty operand is told from an absent one.
    shape_data_[i].resize(bytes_of(d.dtype, count) + sizeof(int64_t));
    const TensorView view{d.dtype, d.dims, shape_data_[i].data()};
    for (int64_t e = 0; e < count; ++e) {
      set_integer_element(view, e, d.elements[static_cast<size_t>(e)]);
    }
    return shape_data_[i].data();
  }

  Op op_;
  std::vector<TensorView> inputs_;
  std::vector<TensorView> outputs_;
  std::vector<bool> given_;  // inputs whose pointers come with the arguments
  std::vector<std::vector<std::byte>> shape_data_;
};

class Reference final : public Tactic {
 public:
  std::string_view name() const override { return "reference"; }
  Offer offer(const Problem& problem) const override { return linear_offer(problem); }
  double estimate(const Problem& problem) const override {
    constexpr double kSecondsPerOperation = 5e-9;
    return 1e-6 + flops_of(problem) * kSecondsPerOperation;
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    return pack_constants(problem);
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return std::make_unique<ReferenceLaunch>(problem, packed);
  }
};

}  // namespace

const Tactic& reference_tactic() {
  static const Reference tactic;
  return tactic;
}

}  // namespace tenon

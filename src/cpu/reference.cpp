#include "cpu/reference.h"

#include "device/evaluation.h"
#include "device/offers.h"
#include "device/packed_constants.h"

namespace tenon {
namespace {

class ReferenceLaunch final : public Launch {
 public:
  ReferenceLaunch(const Problem& problem, std::span<const std::byte> packed)
      : evaluation_(problem, packed) {}
  // Op::eval allocates as it likes: this launch is the exception to run()'s promise.
  void run(const LaunchArgs& args) const override { evaluation_.run(args.inputs, args.outputs); }

 private:
  Evaluation evaluation_;
};

class Reference final : public Tactic {
 public:
  std::string_view name() const override { return "reference"; }
  Offer offer(const Problem& problem) const override { return linear_offer(problem); }
  double estimate(const Problem& problem) const override { return evaluation_seconds(problem); }
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

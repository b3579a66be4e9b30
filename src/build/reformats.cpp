#include "build/reformats.h"

#include <algorithm>
#include <limits>

#include "ops/identity.h"

namespace tenon {

bool same_bytes(const Shape& dims, const Format& a, const Format& b) {
  if (a == b) return true;
  if (a.dtype != b.dtype || dims.size() < 2 || !dims[1].is_constant()) return false;
  for (size_t i = 2; i < dims.size(); ++i) {
    if (dims[i] != Dim(1)) return false;
  }
  return dims[1].value() % block_of(a.layout) == 0 && dims[1].value() % block_of(b.layout) == 0;
}

Problem reformat_problem(const Dims& dims, const Format& from, const Format& to) {
  return {.op = Reformat{.to = to.dtype},
          .inputs = {{.dtype = from.dtype, .layout = from.layout, .dims = dims}},
          .outputs = {{.dtype = to.dtype, .layout = to.layout, .dims = dims}}};
}

const Tactic* reformat_tactic(const Problem& problem, Device& device, Tuner& tuner,
                              double* seconds) {
  const Tactic* best = nullptr;
  double best_seconds = std::numeric_limits<double>::infinity();
  const LayoutOffer wanted{{problem.inputs[0].layout}, {problem.outputs[0].layout}};
  const auto tactics = device.tactics(Reformat::kName);
  for (const Tactic* tactic : tactics) {
    if (best != nullptr && tactic == tactics.back()) break;  // the reference does not compete
    const Offer offer = tactic->offer(problem);
    const auto* offers = std::get_if<std::vector<LayoutOffer>>(&offer);
    if (!offers || std::find(offers->begin(), offers->end(), wanted) == offers->end()) continue;
    const auto t = tuner.measure(problem, *tactic, best_seconds);
    if (t && *t < best_seconds) {
      best = tactic;
      best_seconds = *t;
    }
  }
  if (best == nullptr) {
    fail(ErrorCode::kUnsupported, "no tactic reformats {}", problem.key());
  }
  if (seconds) *seconds = best_seconds;
  return best;
}

}  // namespace tenon

#include "build/slices.h"

#include <algorithm>
#include <limits>

namespace tenon {

void SliceChoice::apply(DraftStep& step, Tuner& tuner) const {
  step.step.seconds = seconds;
  if (tactic == step.tactic) return;
  step.tactic = tactic;
  step.packed = tuner.packed(problem, *tactic);
}

Slices::Slices(const Draft& draft, size_t concat, const Dim& batch_stride, const Symbols& opt,
               Tuner& tuner)
    : draft_(draft),
      concat_(concat),
      batch_stride_(opt.evaluate(batch_stride)),
      opt_(opt),
      tuner_(tuner) {}

// The step's problem with all slices asked about at once.
Problem Slices::sliced(const DraftStep& step) const {
  Problem problem = *step.posed;
  const auto set = [&](OperandDesc& d, int64_t tensor) {
    const bool asked = std::ranges::count(asked_, tensor) > 0;
    d.batch_stride = asked ? batch_stride_ : opt_.evaluate(draft_.tensor(tensor).batch_stride);
  };
  for (size_t i = 0; i < step.step.inputs.size(); ++i) {
    const PlanOperand& o = step.step.inputs[i];
    if (o.kind == OperandKind::kTensor) set(problem.inputs[i], o.tensor);
  }
  for (size_t i = 0; i < step.step.outputs.size(); ++i) {
    set(problem.outputs[i], step.step.outputs[i]);
  }
  return problem;
}

// Whether other layouts' operands have strides.
static bool has_other_strides(const Problem& problem) {
  const auto strided = [](const OperandDesc& d) {
    return d.layout != Layout::kChannelsLast && d.batch_stride != 0;
  };
  return std::ranges::any_of(problem.inputs, strided) ||
         std::ranges::any_of(problem.outputs, strided);
}

std::optional<SliceChoice> Slices::choose(const DraftStep& step, double hopeless) const {
  if (step.tactic == nullptr || step.posed == nullptr) return std::nullopt;
  const Problem problem = sliced(step);
  const bool other_strides = has_other_strides(problem);
  std::optional<SliceChoice> best;
  double least = std::numeric_limits<double>::infinity();
  const auto consider = [&](const Tactic& tactic) {
    if (!tactic.pitched(problem) || (other_strides && !tactic.strided())) return;
    const auto seconds = tuner_.measure(problem, tactic, least);
    if (!seconds || *seconds >= least) return;
    least = *seconds;
    best = {&tactic, problem, least};
  };
  consider(*step.tactic);
  for (const Candidate& rival : step.rivals) {
    // Slices make no tactic faster.
    if (rival.seconds >= std::min(least, hopeless)) break;
    consider(*rival.tactic);
  }
  return best;
}

std::optional<double> Slices::extra(const std::vector<int64_t>& tensors, double worth) {
  asked_ = accepted_;
  asked_.insert(asked_.end(), tensors.begin(), tensors.end());
  asked_choices_ = choices_;
  double extra = 0;
  for (size_t s = 0; s < draft_.steps.size(); ++s) {
    const DraftStep& step = draft_.steps[s];
    if (s == concat_ || !touches(step.step, tensors)) continue;
    const auto earlier = choices_.find(s);
    const double before = earlier != choices_.end() ? earlier->second.seconds : step.step.seconds;
    const auto choice = choose(step, before + worth);
    if (!choice) return std::nullopt;
    extra += choice->seconds - before;
    asked_choices_.insert_or_assign(s, *choice);
  }
  return extra;
}

void Slices::accept() {
  accepted_ = asked_;
  choices_ = asked_choices_;
}

}  // namespace tenon

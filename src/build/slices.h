#pragma once

#include <map>
#include <optional>
#include <vector>

#include "build/storage.h"

namespace tenon {

// The tactic of a step that touches slices, and what it takes.
struct SliceChoice {
  const Tactic* tactic = nullptr;
  Problem problem;  // with its constants and the slices' strides
  double seconds = 0;

  void apply(DraftStep& step, Tuner& tuner) const;
};

// Tensors in kChannelsLast that may become slices of one concatenation: what the steps take that
// touch them, measured at the profile's preferred dims. Fast tactics over dense tensors may be slow
// over slices, so that others are better there.
class Slices {
 public:
  // They are to get the batch stride; the step `concat` is to go.
  Slices(const Draft& draft, size_t concat, const Dim& batch_stride, const Symbols& opt,
         Tuner& tuner);

  // How many seconds more it takes that the tensors are slices beside those that were accepted;
  // nullopt where a step cannot do it. What takes more than `worth` need not be measured.
  std::optional<double> extra(const std::vector<int64_t>& tensors, double worth);
  // Accepts the tensors last asked about.
  void accept();

  // Of the steps that touch what was accepted.
  const std::map<size_t, SliceChoice>& choices() const { return choices_; }

 private:
  Problem sliced(const DraftStep& step) const;
  std::optional<SliceChoice> choose(const DraftStep& step, double hopeless) const;

  const Draft& draft_;
  size_t concat_;
  int64_t batch_stride_;
  const Symbols& opt_;
  Tuner& tuner_;
  std::vector<int64_t> accepted_, asked_;
  std::map<size_t, SliceChoice> choices_, asked_choices_;
};

}  // namespace tenon

#include <algorithm>

#include "build/reformats.h"
#include "build/slices.h"
#include "build/storage.h"
#include "ops/concat.h"
#include "ops/identity.h"

namespace tenon {
namespace {

// One input of a concatenation within its result.
struct Piece {
  int64_t tensor = -1;
  Dim offset;  // elements
  bool in_place = false;
  const Tactic* copy = nullptr;  // when not in place
  Packed packed;                 // of the copy
  std::shared_ptr<const Problem> posed;
  double seconds = 0;
};

// How the pieces of a concatenation lie in its result.
struct PieceRange {
  size_t axis = 0;
  Dim inner = 1;     // elements a unit of the axis takes
  int64_t unit = 1;  // of the axis, that pieces begin at multiples of
  Dim batch_stride;  // of the pieces; 0 where they are whole ranges
};

// nullopt where pieces are no simple ranges.
std::optional<PieceRange> piece_range(const Concat& concat, const PlanTensor& out) {
  const auto rank = static_cast<int64_t>(out.dims.size());
  PieceRange range{.axis = static_cast<size_t>(concat.axis < 0 ? concat.axis + rank : concat.axis)};
  const bool channels_last = out.layout == Layout::kChannelsLast;
  range.unit = channels_last ? kSliceChannels : block_of(out.layout);
  if (range.unit > 1 && (range.axis != 1 || !out.dims[1].is_constant())) return std::nullopt;
  bool whole = !channels_last;
  for (size_t i = 0; i < range.axis; ++i) whole = whole && out.dims[i] == Dim(1);
  if (!whole && range.axis != 1) return std::nullopt;
  if (!whole) {
    const bool dense = out.batch_stride == Dim(0);
    if (channels_last && dense && out.dims[1].value() % range.unit != 0) return std::nullopt;
    range.batch_stride = dense ? dense_batch_stride(out.dims, out.layout) : out.batch_stride;
  }
  if (channels_last) return range;
  for (size_t i = range.axis + 1; i < out.dims.size(); ++i) range.inner = range.inner * out.dims[i];
  return range;
}

// Whether the tensor can become a part of the result but for what the steps think that touch it.
bool is_movable(const Draft& draft, int64_t t, int target, const PieceRange& range) {
  const int storage = draft.storage_of[static_cast<size_t>(t)];
  const Draft::Storage& s = draft.storages[static_cast<size_t>(storage)];
  if (s.parent != -1 || s.binding != -1 || storage == draft.root_of(target) || !draft.fills(t)) {
    return false;
  }
  if (range.batch_stride == Dim(0)) return true;
  // Views in other dims have no strided form; nested pieces would need their stride updated.
  return std::ranges::all_of(draft.members(storage), [&](int64_t m) {
    return draft.tensor(m).dims == draft.tensor(t).dims &&
           draft.tensor(m).layout == draft.tensor(t).layout &&
           draft.tensor(m).batch_stride == Dim(0);
  });
}

// Puts the pieces of one concatenation into its result, or finds that it has to stay.
class Elision {
 public:
  Elision(const Draft& draft, size_t index, PieceRange range, const Symbols& opt, Device& device,
          Tuner& tuner)
      : draft_(draft),
        index_(index),
        range_(std::move(range)),
        opt_(opt),
        device_(device),
        tuner_(tuner),
        out_(draft.tensor(draft.steps[index].step.outputs[0])),
        slices_(draft, index, range_.batch_stride, opt, tuner) {}

  // The pieces with a way to put each into the result; nullopt when the step has to stay.
  std::optional<std::vector<Piece>> pieces() {
    const PlanStep& step = draft_.steps[index_].step;
    std::vector<Piece> pieces;
    Dim at = 0;
    for (const PlanOperand& operand : step.inputs) {
      if (operand.kind != OperandKind::kTensor) return std::nullopt;
      const bool whole = at.is_constant() && at.value() % range_.unit == 0;
      if (range_.unit > 1 && !whole) return std::nullopt;
      Piece piece{.tensor = operand.tensor, .offset = at * range_.inner};
      const auto twice = [&](const Piece& p) { return p.tensor == piece.tensor; };
      if (!place(piece, std::ranges::any_of(pieces, twice))) return std::nullopt;
      pieces.push_back(std::move(piece));
      at = at + draft_.tensor(operand.tensor).dims[range_.axis];
    }
    const bool any = std::ranges::any_of(pieces, &Piece::in_place);
    const bool gains = out_.layout != Layout::kChannelsLast || extra_seconds_ < step.seconds;
    return any && gains ? std::optional(pieces) : std::nullopt;
  }
  const Dim& batch_stride() const { return range_.batch_stride; }
  // Of steps that touch slices in kChannelsLast.
  const std::map<size_t, SliceChoice>& choices() const { return slices_.choices(); }

 private:
  // In place or by a copy; false where there is no way.
  bool place(Piece& piece, bool twice) {
    const PlanTensor& in = draft_.tensor(piece.tensor);
    const auto storage = draft_.storage_of[static_cast<size_t>(piece.tensor)];
    const int target = draft_.storage_of[static_cast<size_t>(draft_.steps[index_].step.outputs[0])];
    const bool movable =
        !twice && in.layout == out_.layout && is_movable(draft_, piece.tensor, target, range_);
    if (out_.layout != Layout::kChannelsLast) {
      const bool whole = range_.batch_stride == Dim(0);
      piece.in_place = movable && (whole || draft_.all_strided(draft_.members(storage), index_));
      return piece.in_place || find_copy(in, piece);
    }
    const bool copied = find_copy(in, piece);
    const double worth = copied ? piece.seconds : draft_.steps[index_].step.seconds;
    const auto extra = movable ? slices_.extra(draft_.members(storage), worth) : std::nullopt;
    piece.in_place = extra && *extra < worth;
    if (piece.in_place) slices_.accept();
    extra_seconds_ += piece.in_place ? *extra : piece.seconds;
    return piece.in_place || copied;
  }

  // The copy into the result; false when there is none that honours its strides.
  bool find_copy(const PlanTensor& in, Piece& piece) {
    Problem copy =
        reformat_problem(opt_.evaluate(in.dims), {in.dtype, in.layout}, {in.dtype, out_.layout});
    piece.copy = reformat_tactic(copy, device_, tuner_, &piece.seconds);
    piece.packed = tuner_.packed(copy, *piece.copy);
    piece.posed = std::make_shared<const Problem>(copy);
    if (range_.batch_stride == Dim(0)) return true;
    if (out_.layout != Layout::kChannelsLast) return piece.copy->strided();
    copy.inputs[0].batch_stride = opt_.evaluate(in.batch_stride);
    copy.outputs[0].batch_stride = opt_.evaluate(range_.batch_stride);
    const bool linear = in.layout != Layout::kChannelsLast && in.batch_stride != Dim(0);
    return piece.copy->pitched(copy) && (!linear || piece.copy->strided());
  }

  const Draft& draft_;
  size_t index_;
  PieceRange range_;
  const Symbols& opt_;
  Device& device_;
  Tuner& tuner_;
  const PlanTensor& out_;
  Slices slices_;
  double extra_seconds_ = 0;  // of copies and slices in channels-last
};

// The step that copies a piece that could not be placed.
DraftStep copy_step(Draft& draft, const PlanStep& concat, const Piece& piece, Dim stride) {
  const int64_t out = concat.outputs[0];
  PlanTensor target = draft.tensor(piece.tensor);
  target.name = fmt::format("{} in {}", target.name, draft.tensor(out).name);
  target.layout = draft.tensor(out).layout;
  target.batch_stride = std::move(stride);
  const DataType target_type = target.dtype;
  const int slice = draft.add_storage(target_type, stored_volume(target.dims, target.layout));
  draft.storages[static_cast<size_t>(slice)].parent = draft.storage_of[static_cast<size_t>(out)];
  draft.storages[static_cast<size_t>(slice)].offset = draft.tensor(out).offset + piece.offset;
  const int64_t t = draft.add_tensor(std::move(target), slice);
  DraftStep step{.op = Reformat{.to = target_type}, .tactic = piece.copy, .packed = piece.packed};
  step.posed = piece.posed;
  step.step.name = fmt::format("{} copy", draft.tensor(piece.tensor).name);
  step.step.origins = concat.origins;
  step.step.inputs = {{.kind = OperandKind::kTensor, .tensor = piece.tensor}};
  step.step.outputs = {t};
  step.step.seconds = piece.seconds;
  return step;
}

void apply_pieces(Draft& draft, size_t index, const Dim& stride, const std::vector<Piece>& pieces) {
  const PlanStep concat = draft.steps[index].step;
  const int64_t out = concat.outputs[0];
  const int target = draft.storage_of[static_cast<size_t>(out)];
  std::vector<DraftStep> copies;
  for (const Piece& piece : pieces) {
    if (!piece.in_place) {
      copies.push_back(copy_step(draft, concat, piece, stride));
      continue;
    }
    const int storage = draft.storage_of[static_cast<size_t>(piece.tensor)];
    for (const int64_t m : draft.members(storage)) draft.tensor(m).batch_stride = stride;
    draft.storages[static_cast<size_t>(storage)].parent = target;
    draft.storages[static_cast<size_t>(storage)].offset = draft.tensor(out).offset + piece.offset;
  }
  const auto at = draft.steps.begin() + static_cast<std::ptrdiff_t>(index);
  draft.steps.insert(draft.steps.erase(at), std::make_move_iterator(copies.begin()),
                     std::make_move_iterator(copies.end()));
}

bool has_strides(const Problem& problem) {
  const auto strided = [](const OperandDesc& d) { return d.batch_stride != 0; };
  return std::ranges::any_of(problem.inputs, strided) ||
         std::ranges::any_of(problem.outputs, strided);
}

// Code that is compiled for dims is for strides, too.
void compile_for_strides(Draft& draft, const Symbols& opt, Tuner& tuner) {
  for (DraftStep& step : draft.steps) {
    if (step.tactic == nullptr || !step.tactic->compiles_for_dims()) continue;
    const Problem problem = problem_of(draft.program, step.step, step.op, opt);
    if (has_strides(problem)) step.packed.code = tuner.code(problem, *step.tactic);
  }
}

}  // namespace

void elide_concats(Draft& draft, const Symbols& opt, Device& device, Tuner& tuner) {
  // Last ones first: where a concatenation feeds another, the outer one's stride is known when the
  // inner one's pieces are placed.
  for (size_t i = draft.steps.size(); i-- > 0;) {
    const auto* concat = draft.steps[i].op.as<Concat>();
    if (concat == nullptr || draft.steps[i].tactic == nullptr) continue;
    const auto range = piece_range(*concat, draft.tensor(draft.steps[i].step.outputs[0]));
    if (!range) continue;
    Elision elision(draft, i, *range, opt, device, tuner);
    if (const auto pieces = elision.pieces()) {
      for (const auto& [s, choice] : elision.choices()) choice.apply(draft.steps[s], tuner);
      apply_pieces(draft, i, elision.batch_stride(), *pieces);
    }
  }
  compile_for_strides(draft, opt, tuner);
}

}  // namespace tenon

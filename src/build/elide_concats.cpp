#include <algorithm>

#include "build/format_choice.h"
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

// Whether the tensor's producer can write it into the result: `placed` are tensors that get the
// same stride.
bool can_move(const Draft& draft, size_t step, int64_t t, int target, const PieceRange& range,
              const std::vector<int64_t>& placed, const Symbols& opt) {
  const int storage = draft.storage_of[static_cast<size_t>(t)];
  const Draft::Storage& s = draft.storages[static_cast<size_t>(storage)];
  if (s.parent != -1 || s.binding != -1 || storage == draft.root_of(target) || !draft.fills(t)) {
    return false;
  }
  if (range.batch_stride == Dim(0)) return true;
  const auto members = draft.members(storage);
  for (const int64_t m : members) {
    // Views in other dims have no strided form; nested pieces would need their stride updated.
    if (draft.tensor(m).dims != draft.tensor(t).dims ||
        draft.tensor(m).layout != draft.tensor(t).layout ||
        draft.tensor(m).batch_stride != Dim(0)) {
      return false;
    }
  }
  if (draft.tensor(t).layout != Layout::kChannelsLast) return draft.all_strided(members, step);
  return draft.all_pitched(members, placed, range.batch_stride, step, opt);
}

// Finds the copy into the result; false when there is none that honours its strides.
bool plan_copy(const PlanTensor& in, const PlanTensor& out, const PieceRange& range,
               const Symbols& opt, Device& device, Tuner& tuner, Piece& piece) {
  Problem copy =
      reformat_problem(opt.evaluate(in.dims), {in.dtype, in.layout}, {in.dtype, out.layout});
  piece.copy = reformat_tactic(copy, device, tuner, &piece.seconds);
  piece.packed = tuner.packed(copy, *piece.copy);
  if (range.batch_stride == Dim(0)) return true;
  if (out.layout != Layout::kChannelsLast) return piece.copy->strided();
  copy.inputs[0].batch_stride = opt.evaluate(in.batch_stride);
  copy.outputs[0].batch_stride = opt.evaluate(range.batch_stride);
  const bool linear = in.layout != Layout::kChannelsLast && in.batch_stride != Dim(0);
  return piece.copy->pitched(copy) && (!linear || piece.copy->strided());
}

// The pieces with a way to put each into the result; nullopt when the step has to stay.
std::optional<std::vector<Piece>> plan_pieces(const Draft& draft, size_t index,
                                              const PieceRange& range, const Symbols& opt,
                                              Device& device, Tuner& tuner) {
  const PlanStep& step = draft.steps[index].step;
  const PlanTensor& out = draft.tensor(step.outputs[0]);
  const int target = draft.storage_of[static_cast<size_t>(step.outputs[0])];
  std::vector<Piece> pieces;
  std::vector<int64_t> placed;
  Dim at = 0;
  for (const PlanOperand& operand : step.inputs) {
    if (operand.kind != OperandKind::kTensor) return std::nullopt;
    const PlanTensor& in = draft.tensor(operand.tensor);
    if (range.unit > 1 && (!at.is_constant() || at.value() % range.unit != 0)) return std::nullopt;
    Piece piece{.tensor = operand.tensor, .offset = at * range.inner};
    const auto twice = [&](const Piece& p) { return p.tensor == piece.tensor; };
    piece.in_place = in.layout == out.layout && std::none_of(pieces.begin(), pieces.end(), twice) &&
                     can_move(draft, index, operand.tensor, target, range, placed, opt);
    if (piece.in_place) {
      const auto members = draft.members(draft.storage_of[static_cast<size_t>(operand.tensor)]);
      placed.insert(placed.end(), members.begin(), members.end());
    } else if (!plan_copy(in, out, range, opt, device, tuner, piece)) {
      return std::nullopt;
    }
    pieces.push_back(std::move(piece));
    at = at + in.dims[range.axis];
  }
  return placed.empty() ? std::nullopt : std::optional(pieces);
}

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
    if (const auto pieces = plan_pieces(draft, i, *range, opt, device, tuner)) {
      apply_pieces(draft, i, range->batch_stride, *pieces);
    }
  }
  compile_for_strides(draft, opt, tuner);
}

}  // namespace tenon

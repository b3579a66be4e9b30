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

// How the result of a concatenation is laid out; nullopt where pieces are no simple ranges.
struct Shape1 {
  size_t axis = 0;
  bool outer_is_one = false;  // nothing to stride over
  Dim inner;                  // elements a unit of the axis takes
};

std::optional<Shape1> simple_concat(const Concat& concat, const PlanTensor& out) {
  const auto rank = static_cast<int64_t>(out.dims.size());
  Shape1 shape{.axis = static_cast<size_t>(concat.axis < 0 ? concat.axis + rank : concat.axis),
               .inner = 1};
  shape.outer_is_one = true;
  for (size_t i = 0; i < shape.axis; ++i) {
    shape.outer_is_one = shape.outer_is_one && out.dims[i] == Dim(1);
  }
  for (size_t i = shape.axis + 1; i < out.dims.size(); ++i) shape.inner = shape.inner * out.dims[i];
  const bool blocked = block_of(out.layout) > 1;
  if (out.layout == Layout::kChannelsLast) return std::nullopt;
  if (blocked && (shape.axis != 1 || !out.dims[1].is_constant())) return std::nullopt;
  if (!shape.outer_is_one && shape.axis != 1) return std::nullopt;
  return shape;
}

bool can_move(const Draft& draft, size_t step, int64_t t, int target, const Shape1& shape) {
  const int storage = draft.storage_of[static_cast<size_t>(t)];
  const Draft::Storage& s = draft.storages[static_cast<size_t>(storage)];
  if (s.parent != -1 || s.binding != -1 || storage == draft.root_of(target) || !draft.fills(t)) {
    return false;
  }
  if (shape.outer_is_one) return true;
  const auto members = draft.members(storage);
  for (const int64_t m : members) {
    // Views in other dims have no strided form; nested pieces would need their stride updated.
    if (draft.tensor(m).dims != draft.tensor(t).dims ||
        draft.tensor(m).layout != draft.tensor(t).layout ||
        draft.tensor(m).batch_stride != Dim(0)) {
      return false;
    }
  }
  return draft.all_strided(members, step);
}

// The pieces with a way to put each into the result; nullopt when the step has to stay.
std::optional<std::vector<Piece>> plan_pieces(const Draft& draft, size_t index, const Shape1& shape,
                                              const Symbols& opt, Device& device, Tuner& tuner) {
  const PlanStep& step = draft.steps[index].step;
  const int64_t out = step.outputs[0];
  const int block = block_of(draft.tensor(out).layout);
  std::vector<Piece> pieces;
  Dim at = 0;
  bool any_in_place = false;
  for (const PlanOperand& operand : step.inputs) {
    if (operand.kind != OperandKind::kTensor) return std::nullopt;
    const PlanTensor& in = draft.tensor(operand.tensor);
    if (block > 1 && (!at.is_constant() || at.value() % block != 0)) return std::nullopt;
    Piece piece{.tensor = operand.tensor, .offset = at * shape.inner};
    const auto twice = [&](const Piece& p) { return p.tensor == piece.tensor; };
    piece.in_place =
        in.layout == draft.tensor(out).layout &&
        std::none_of(pieces.begin(), pieces.end(), twice) &&
        can_move(draft, index, operand.tensor, draft.storage_of[static_cast<size_t>(out)], shape);
    if (!piece.in_place) {
      const Problem copy = reformat_problem(opt.evaluate(in.dims), {in.dtype, in.layout},
                                            {in.dtype, draft.tensor(out).layout});
      piece.copy = reformat_tactic(copy, device, tuner, &piece.seconds);
      piece.packed = tuner.packed(copy, *piece.copy);
      if (!shape.outer_is_one && !piece.copy->strided()) return std::nullopt;
    }
    any_in_place = any_in_place || piece.in_place;
    pieces.push_back(std::move(piece));
    at = at + in.dims[shape.axis];
  }
  return any_in_place ? std::optional(pieces) : std::nullopt;
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

void apply_pieces(Draft& draft, size_t index, const Shape1& shape,
                  const std::vector<Piece>& pieces) {
  const PlanStep concat = draft.steps[index].step;
  const int64_t out = concat.outputs[0];
  const PlanTensor& result = draft.tensor(out);
  const int target = draft.storage_of[static_cast<size_t>(out)];
  Dim stride = 0;
  if (!shape.outer_is_one) {
    stride = result.batch_stride != Dim(0) ? result.batch_stride
                                           : dense_batch_stride(result.dims, result.layout);
  }
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

}  // namespace

void elide_concats(Draft& draft, const Symbols& opt, Device& device, Tuner& tuner) {
  // Last ones first: where a concatenation feeds another, the outer one's stride is known when the
  // inner one's pieces are placed.
  for (size_t i = draft.steps.size(); i-- > 0;) {
    const auto* concat = draft.steps[i].op.as<Concat>();
    if (concat == nullptr || draft.steps[i].tactic == nullptr) continue;
    const auto shape = simple_concat(*concat, draft.tensor(draft.steps[i].step.outputs[0]));
    if (!shape) continue;
    if (const auto pieces = plan_pieces(draft, i, *shape, opt, device, tuner)) {
      apply_pieces(draft, i, *shape, *pieces);
    }
  }
}

}  // namespace tenon

#include <algorithm>
#include <set>

#include "build/lifetime.h"
#include "build/memory_planner.h"
#include "build/storage.h"

namespace tenon {
namespace {

HappensBefore order_of(const Draft& draft) {
  HappensBefore order(static_cast<size_t>(draft.program.auxiliary_streams) + 1);
  for (const DraftStep& draft_step : draft.steps) {
    order.add_step(draft_step.step.stream);
    for (const int64_t step : draft_step.step.waits) order.add_wait(step);
  }
  return order;
}

// When each root storage is in use.
std::vector<Lifetime> lifetimes(const Draft& draft, const HappensBefore& order) {
  std::vector<Lifetime> lives(draft.storages.size());
  for (size_t s = 0; s < draft.steps.size(); ++s) {
    const PlanStep& step = draft.steps[s].step;
    const auto use = [&](int64_t t) {
      lives[static_cast<size_t>(draft.root_of_tensor(t))].add(s, order);
    };
    for (const PlanOperand& o : step.inputs) {
      if (o.kind == OperandKind::kTensor) use(o.tensor);
    }
    for (const int64_t t : step.outputs) use(t);
  }
  return lives;
}

bool can_place(const Draft& draft, size_t index, size_t input, const HappensBefore& order) {
  const DraftStep& step = draft.steps[index];
  const PlanOperand& operand = step.step.inputs[input];
  if (operand.kind != OperandKind::kTensor) return false;
  const int64_t out = step.step.outputs[0];
  const int from = draft.root_of_tensor(operand.tensor);
  const int to = draft.root_of_tensor(out);
  const auto same_root = [&](const PlanOperand& o) {
    return o.kind == OperandKind::kTensor && draft.root_of_tensor(o.tensor) == from;
  };
  const bool fit = from != to && draft.storages[static_cast<size_t>(from)].binding == -1 &&
                   draft.storage_of[static_cast<size_t>(operand.tensor)] == from &&
                   draft.storage_of[static_cast<size_t>(out)] == to &&
                   draft.fills(operand.tensor) && draft.fills(out) &&
                   draft.tensor(operand.tensor).layout == draft.tensor(out).layout &&
                   draft.tensor(operand.tensor).dims == draft.tensor(out).dims &&
                   draft.tensor(operand.tensor).dtype == draft.tensor(out).dtype &&
                   std::count_if(step.step.inputs.begin(), step.step.inputs.end(), same_root) == 1;
  if (!fit) return false;
  const auto lives = lifetimes(draft, order);
  return lives[static_cast<size_t>(from)].ends_with(index, order) &&
         lives[static_cast<size_t>(to)].begins_with(index, order);
}

// Workspaces are buffers that live for one step.
void add_workspaces(Draft& draft, const HappensBefore& order, std::vector<Lifetime>& lives) {
  for (size_t s = 0; s < draft.steps.size(); ++s) {
    DraftStep& step = draft.steps[s];
    if (step.workspace_bytes == 0) continue;
    step.step.workspace_buffer = static_cast<int64_t>(draft.program.buffers.size());
    draft.program.buffers.push_back({.bytes = step.workspace_bytes});
    lives.emplace_back().add(s, order);
  }
}

}  // namespace

void place_in_place(Draft& draft, const Symbols& opt) {
  const HappensBefore order = order_of(draft);
  for (size_t s = 0; s < draft.steps.size(); ++s) {
    const DraftStep& step = draft.steps[s];
    if (step.tactic == nullptr) continue;
    const Problem problem = problem_of(draft.program, step.step, step.op, opt);
    const int input = step.tactic->in_place_input(problem);
    if (input < 0 || static_cast<size_t>(input) >= step.step.inputs.size()) continue;
    if (!can_place(draft, s, static_cast<size_t>(input), order)) continue;
    const int from = draft.root_of_tensor(step.step.inputs[static_cast<size_t>(input)].tensor);
    draft.storages[static_cast<size_t>(from)].parent = draft.root_of_tensor(step.step.outputs[0]);
  }
}

void find_workspaces(Draft& draft, const std::vector<const Symbols*>& shapes) {
  for (DraftStep& step : draft.steps) {
    if (step.tactic == nullptr) continue;
    std::set<std::string> seen;  // the shapes may be the same
    for (const Symbols* symbols : shapes) {
      const Problem problem = problem_of(draft.program, step.step, step.op, *symbols);
      if (!seen.insert(problem.key()).second) continue;
      const auto launch = step.tactic->bind(problem, step.packed);
      step.workspace_bytes = std::max<uint64_t>(step.workspace_bytes, launch->workspace_bytes());
    }
  }
}

void place_in_arena(Draft& draft, const std::vector<const Symbols*>& shapes) {
  const HappensBefore order = order_of(draft);
  const std::vector<Lifetime> lives = lifetimes(draft, order);
  std::vector<Lifetime> of_buffers;
  std::vector<int64_t> buffer_of(draft.storages.size(), -1);
  Program& program = draft.program;
  for (size_t t = 0; t < program.tensors.size(); ++t) {
    const auto root = static_cast<size_t>(draft.root_of_tensor(static_cast<int64_t>(t)));
    PlanTensor& tensor = program.tensors[t];
    tensor.offset = draft.offset_in_root(static_cast<int64_t>(t));
    draft.storage_of[t] = static_cast<int>(root);
    if (draft.storages[root].binding != -1) {
      tensor.place = Place::kBinding;
      tensor.index = draft.storages[root].binding;
      continue;
    }
    if (buffer_of[root] == -1) {
      buffer_of[root] = static_cast<int64_t>(program.buffers.size());
      program.buffers.emplace_back();
      of_buffers.push_back(lives[root]);
    }
    tensor.place = Place::kArena;
    tensor.index = buffer_of[root];
    ArenaBuffer& buffer = program.buffers[static_cast<size_t>(tensor.index)];
    for (const Symbols* symbols : shapes) {
      buffer.bytes = std::max(buffer.bytes, extent_bytes(tensor, *symbols));
    }
  }
  add_workspaces(draft, order, of_buffers);
  for (size_t b = 0; b < program.buffers.size(); ++b) {
    program.buffers[b].first = std::max<int64_t>(of_buffers[b].first(), 0);
    program.buffers[b].last = std::max<int64_t>(of_buffers[b].last(), 0);
  }
  program.arena_bytes = plan_memory(program.buffers, [&](size_t a, size_t b) {
    return !of_buffers[a].ends_before(of_buffers[b], order) &&
           !of_buffers[b].ends_before(of_buffers[a], order);
  });
}

}  // namespace tenon

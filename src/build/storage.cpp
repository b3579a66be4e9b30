#include "build/storage.h"

#include <algorithm>
#include <limits>
#include <set>

#include "build/memory_planner.h"

namespace tenon {

Dim dense_batch_stride(const Shape& dims, Layout layout) {
  const int block = block_of(layout);
  Dim stride = 1;
  for (size_t i = 1; i < dims.size(); ++i) {
    stride = stride * (i == 1 && block > 1 ? ceil_div(dims[1], block) * Dim(block) : dims[i]);
  }
  return stride;
}

Dim stored_volume(const Shape& dims, Layout layout) {
  return dims.empty() ? Dim(1) : dims[0] * dense_batch_stride(dims, layout);
}

int Draft::add_storage(DataType dtype, Dim volume, int binding) {
  storages.push_back({.binding = binding, .volume = std::move(volume), .dtype = dtype});
  return static_cast<int>(storages.size()) - 1;
}

int64_t Draft::add_tensor(PlanTensor tensor, int storage) {
  program.tensors.push_back(std::move(tensor));
  storage_of.push_back(storage);
  return static_cast<int64_t>(program.tensors.size()) - 1;
}

int Draft::root_of(int storage) const {
  while (storages[static_cast<size_t>(storage)].parent != -1) {
    storage = storages[static_cast<size_t>(storage)].parent;
  }
  return storage;
}

Dim Draft::offset_in_root(int64_t t) const {
  Dim offset = tensor(t).offset;
  for (int s = storage_of[static_cast<size_t>(t)]; storages[static_cast<size_t>(s)].parent != -1;
       s = storages[static_cast<size_t>(s)].parent) {
    offset = offset + storages[static_cast<size_t>(s)].offset;
  }
  return offset;
}

std::vector<int64_t> Draft::members(int storage) const {
  std::vector<int64_t> result;
  for (size_t t = 0; t < storage_of.size(); ++t) {
    for (int s = storage_of[t]; s != -1; s = storages[static_cast<size_t>(s)].parent) {
      if (s == storage) {
        result.push_back(static_cast<int64_t>(t));
        break;
      }
    }
  }
  return result;
}

bool Draft::fills(int64_t t) const {
  const PlanTensor& x = tensor(t);
  const Storage& s = storages[static_cast<size_t>(storage_of[static_cast<size_t>(t)])];
  return x.offset == Dim(0) && x.batch_stride == Dim(0) && x.dtype == s.dtype &&
         stored_volume(x.dims, x.layout) == s.volume;
}

static bool touches(const PlanStep& step, const std::vector<int64_t>& tensors) {
  const auto listed = [&](int64_t t) {
    return std::find(tensors.begin(), tensors.end(), t) != tensors.end();
  };
  return std::any_of(step.outputs.begin(), step.outputs.end(), listed) ||
         std::any_of(step.inputs.begin(), step.inputs.end(), [&](const PlanOperand& o) {
           return o.kind == OperandKind::kTensor && listed(o.tensor);
         });
}

bool Draft::all_strided(const std::vector<int64_t>& tensors, size_t except) const {
  for (size_t s = 0; s < steps.size(); ++s) {
    if (s == except || !touches(steps[s].step, tensors)) continue;
    if (steps[s].tactic == nullptr || !steps[s].tactic->strided()) return false;
  }
  return true;
}

namespace {

struct Lifetime {
  int64_t first = std::numeric_limits<int64_t>::max();
  int64_t last = -1;
  void extend(int64_t step) {
    first = std::min(first, step);
    last = std::max(last, step);
  }
};

// When each root storage is in use.
std::vector<Lifetime> lifetimes(const Draft& draft) {
  std::vector<Lifetime> lives(draft.storages.size());
  for (size_t s = 0; s < draft.steps.size(); ++s) {
    const PlanStep& step = draft.steps[s].step;
    const auto use = [&](int64_t t) {
      lives[static_cast<size_t>(draft.root_of_tensor(t))].extend(static_cast<int64_t>(s));
    };
    for (const PlanOperand& o : step.inputs) {
      if (o.kind == OperandKind::kTensor) use(o.tensor);
    }
    for (const int64_t t : step.outputs) use(t);
  }
  return lives;
}

bool can_place(const Draft& draft, const DraftStep& step, int64_t index, size_t input,
               const std::vector<Lifetime>& lives) {
  const PlanOperand& operand = step.step.inputs[input];
  if (operand.kind != OperandKind::kTensor) return false;
  const int64_t out = step.step.outputs[0];
  const int from = draft.root_of_tensor(operand.tensor);
  const int to = draft.root_of_tensor(out);
  const auto same_root = [&](const PlanOperand& o) {
    return o.kind == OperandKind::kTensor && draft.root_of_tensor(o.tensor) == from;
  };
  return from != to && draft.storages[static_cast<size_t>(from)].binding == -1 &&
         draft.storage_of[static_cast<size_t>(operand.tensor)] == from &&
         draft.storage_of[static_cast<size_t>(out)] == to && draft.fills(operand.tensor) &&
         draft.fills(out) && draft.tensor(operand.tensor).layout == draft.tensor(out).layout &&
         draft.tensor(operand.tensor).dims == draft.tensor(out).dims &&
         draft.tensor(operand.tensor).dtype == draft.tensor(out).dtype &&
         lives[static_cast<size_t>(from)].last == index &&
         lives[static_cast<size_t>(to)].first == index &&
         std::count_if(step.step.inputs.begin(), step.step.inputs.end(), same_root) == 1;
}

}  // namespace

void place_in_place(Draft& draft, const Symbols& opt) {
  for (size_t s = 0; s < draft.steps.size(); ++s) {
    const DraftStep& step = draft.steps[s];
    if (step.tactic == nullptr) continue;
    const Problem problem = problem_of(draft.program, step.step, step.op, opt);
    const int input = step.tactic->in_place_input(problem);
    if (input < 0 || static_cast<size_t>(input) >= step.step.inputs.size()) continue;
    const auto lives = lifetimes(draft);
    if (!can_place(draft, step, static_cast<int64_t>(s), static_cast<size_t>(input), lives)) {
      continue;
    }
    const int from = draft.root_of_tensor(step.step.inputs[static_cast<size_t>(input)].tensor);
    draft.storages[static_cast<size_t>(from)].parent = draft.root_of_tensor(step.step.outputs[0]);
  }
}

static void add_workspaces(Draft& draft, const std::vector<const Symbols*>& shapes) {
  for (size_t s = 0; s < draft.steps.size(); ++s) {
    const DraftStep& step = draft.steps[s];
    if (step.tactic == nullptr) continue;
    uint64_t bytes = 0;
    std::set<std::string> seen;  // the shapes may be the same
    for (const Symbols* symbols : shapes) {
      const Problem problem = problem_of(draft.program, step.step, step.op, *symbols);
      if (!seen.insert(problem.key()).second) continue;
      const auto launch = step.tactic->bind(problem, step.packed);
      bytes = std::max<uint64_t>(bytes, launch->workspace_bytes());
    }
    if (bytes == 0) continue;
    const auto index = static_cast<int64_t>(s);
    draft.steps[s].step.workspace_buffer = static_cast<int64_t>(draft.program.buffers.size());
    draft.program.buffers.push_back({.bytes = bytes, .first = index, .last = index});
  }
}

void place_in_arena(Draft& draft, const std::vector<const Symbols*>& shapes) {
  const auto lives = lifetimes(draft);
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
      const Lifetime life = lives[root].last < 0 ? Lifetime{0, 0} : lives[root];
      program.buffers.push_back({.first = life.first, .last = life.last});
    }
    tensor.place = Place::kArena;
    tensor.index = buffer_of[root];
    ArenaBuffer& buffer = program.buffers[static_cast<size_t>(tensor.index)];
    for (const Symbols* symbols : shapes) {
      buffer.bytes = std::max(buffer.bytes, extent_bytes(tensor, *symbols));
    }
  }
  add_workspaces(draft, shapes);
  program.arena_bytes = plan_memory(program.buffers);
}

}  // namespace tenon

#include "build/storage.h"

#include <algorithm>
#include <set>

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

bool touches(const PlanStep& step, const std::vector<int64_t>& tensors) {
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

struct Access {
  size_t step;
  int storage;
  bool writes;
};

// The accesses to each root storage, in the order of the steps.
std::vector<std::vector<Access>> accesses(const Draft& draft) {
  std::vector<std::vector<Access>> result(draft.storages.size());
  for (size_t s = 0; s < draft.steps.size(); ++s) {
    const auto add = [&](int64_t t, bool writes) {
      result[static_cast<size_t>(draft.root_of_tensor(t))].push_back(
          {s, draft.storage_of[static_cast<size_t>(t)], writes});
    };
    for (const PlanOperand& o : draft.steps[s].step.inputs) {
      if (o.kind == OperandKind::kTensor) add(o.tensor, false);
    }
    for (const int64_t t : draft.steps[s].step.outputs) add(t, true);
  }
  return result;
}

}  // namespace

bool Draft::is_within(int storage, int outer) const {
  for (; storage != -1; storage = storages[static_cast<size_t>(storage)].parent) {
    if (storage == outer) return true;
  }
  return false;
}

std::vector<std::vector<size_t>> Draft::dependencies() const {
  std::vector<std::set<size_t>> found(steps.size());
  for (const std::vector<Access>& list : accesses(*this)) {
    for (size_t i = 0; i < list.size(); ++i) {
      for (size_t k = 0; k < i; ++k) {
        const Access& a = list[k];
        const Access& b = list[i];
        if (a.step == b.step || (!a.writes && !b.writes)) continue;
        if (is_within(a.storage, b.storage) || is_within(b.storage, a.storage)) {
          found[b.step].insert(a.step);
        }
      }
    }
  }
  std::vector<std::vector<size_t>> result;
  for (const auto& set : found) result.emplace_back(set.begin(), set.end());
  return result;
}

void Draft::apply(const Schedule& schedule) {
  std::vector<DraftStep> ordered;
  for (size_t i = 0; i < schedule.order.size(); ++i) {
    DraftStep& draft = ordered.emplace_back(std::move(steps[schedule.order[i]]));
    draft.step.stream = schedule.streams[i];
    draft.step.waits = schedule.waits[i];
  }
  steps = std::move(ordered);
  program.auxiliary_streams = schedule.auxiliary_streams;
}

}  // namespace tenon

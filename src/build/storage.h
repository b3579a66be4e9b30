#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "build/candidates.h"
#include "build/schedule.h"
#include "build/tuner.h"
#include "build/weight_store.h"
#include "plan/plan.h"
#include "plan/symbols.h"

namespace tenon {

// A step under construction: the plan's step with what planning needs of it.
struct DraftStep {
  PlanStep step;
  Op op;
  const Tactic* tactic = nullptr;  // nullptr: elements written by the host
  Packed packed;                   // of the tuner, in host memory
  uint64_t workspace_bytes = 0;    // the most at the profile's dims
  // What may become slices of a concatenation in kChannelsLast: the problem with its constants, and
  // the other tactics that were measured, the fastest first. Of others nullptr.
  std::shared_ptr<const Problem> posed;
  std::vector<Candidate> rivals;
};

// Where tensors lie while a program is drafted. Every tensor is a part of a storage; a storage can
// become a part of another one (an input of a concatenation, an output over a dying input). Roots
// become arena buffers or bindings.
struct Draft {
  struct Storage {
    int parent = -1;
    Dim offset;        // elements from the parent's start
    int binding = -1;  // of a root
    Dim volume;        // elements
    DataType dtype = DataType::kF32;
  };

  Program program;
  std::vector<int> storage_of;  // one a tensor
  std::vector<Storage> storages;
  std::vector<DraftStep> steps;

  int add_storage(DataType dtype, Dim volume, int binding = -1);
  // A new tensor at the start of a storage.
  int64_t add_tensor(PlanTensor tensor, int storage);
  PlanTensor& tensor(int64_t t) { return program.tensors.at(static_cast<size_t>(t)); }
  const PlanTensor& tensor(int64_t t) const { return program.tensors.at(static_cast<size_t>(t)); }

  int root_of(int storage) const;
  int root_of_tensor(int64_t t) const { return root_of(storage_of[static_cast<size_t>(t)]); }
  bool is_within(int storage, int outer) const;
  // Elements from the root's start.
  Dim offset_in_root(int64_t t) const;
  // All tensors within a storage and the storages in it.
  std::vector<int64_t> members(int storage) const;
  // Whether the tensor is dense and all of its storage.
  bool fills(int64_t t) const;
  // Whether every step that touches one of the tensors honours batch strides, except step `except`.
  bool all_strided(const std::vector<int64_t>& tensors, size_t except) const;

  // For each step the earlier ones that must be done before it: those that write what it reads or
  // writes, and those that read what it writes.
  std::vector<std::vector<size_t>> dependencies() const;
  // Puts the steps into the schedule's order and on its streams.
  void apply(const Schedule& schedule);
};

// Whether the step reads or writes one of the tensors.
bool touches(const PlanStep& step, const std::vector<int64_t>& tensors);

// Elements in memory of a tensor in its layout, as an expression; channels of blocked layouts must
// be numbers.
Dim stored_volume(const Shape& dims, Layout layout);
Dim dense_batch_stride(const Shape& dims, Layout layout);

// Lets the producers of concatenations write into the result, and drops or splits up the
// concatenation steps where that works; in kChannelsLast where it is faster, perhaps with other
// tactics.
void elide_concats(Draft& draft, const Symbols& opt, Device& device, Tuner& tuner);
// Finds the workspaces of all steps.
void find_workspaces(Draft& draft, const std::vector<const Symbols*>& shapes);
// Puts the steps' packed constants into the store, once each; what the tuner has of them goes.
void store_constants(Draft& draft, Tuner& tuner, WeightStore& weights);
// Lets steps write over an input that dies with them, where their tactic can.
void place_in_place(Draft& draft, const Symbols& opt);
// Turns storages and workspaces into arena buffers with lifetimes and offsets, fills in the
// tensors' places. The draft is complete then but for the packed constants.
void place_in_arena(Draft& draft, const std::vector<const Symbols*>& shapes);

}  // namespace tenon

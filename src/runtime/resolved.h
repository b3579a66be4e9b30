#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plan/symbols.h"
#include "runtime/engine.h"

namespace tenon {

// A program for concrete input dims: launches bound, offsets known. Immutable; kept in a context's
// cache and shared with the runs in flight.
struct Resolved {
  struct Step {
    std::string name;
    std::string details;             // with tactic and problem
    std::unique_ptr<Launch> launch;  // nullptr: copies `elements` to the output
    std::vector<std::byte> elements;
    uint32_t first_input = 0;  // into the pointer table: inputs, then outputs, then the workspace
    uint32_t input_count = 0;
    uint32_t output_count = 0;
    size_t stream = 0;            // 0: the caller's, from 1 on: auxiliary ones
    std::vector<uint32_t> waits;  // fences of steps on other streams
    uint32_t fence = 0;           // its own, where others wait for it
    bool is_awaited = false;
  };
  // An entry of the pointer table: memory plus an offset, or nothing.
  struct Slot {
    enum class Base : uint8_t { kNone, kArena, kBinding, kOverflow } base = Base::kNone;
    uint32_t binding = 0;
    uint64_t offset = 0;
  };

  size_t program = 0;
  std::vector<Dims> binding_dims;  // of all bindings
  std::vector<Step> steps;
  std::vector<Slot> slots;
  // Scratch memory of steps that need more for these dims than the plan reserves: a kernel that
  // splits its work otherwise for a middling batch than for the smallest and the largest one.
  // Steps of one stream share it.
  size_t overflow_bytes = 0;
  size_t auxiliary_streams = 0;
};

// Resolves a program for the dims of its inputs (entries of outputs are ignored). Throws Error when
// they are outside of the profile or break a constraint, naming input or step.
std::shared_ptr<const Resolved> resolve(const Engine& engine, size_t program,
                                        const std::vector<Dims>& binding_dims);

}  // namespace tenon

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "ir/graph.h"

namespace tenon {

// The text form of a graph:
//
//   graph "name"(%x: f32[N,3,8,8]) {
//     %w = const f32[4,3,3,3] random(1)
//     %c = conv(%x, %w, _) pad_begin=[1,1] pad_end=[1,1] name="conv1" origins=["..."]
//     %y = relu(%c)                      # a comment
//     return %y
//   }
//
// One statement a node, in topological order. `_` is an optional input left out; %"..." quotes a
// name with unusual characters; name= gives a node's name where it is not its (first) value's.
// Constants: `const f32[3]{1,2,3}` in full, `const f32[64,64] random(seed)` for deterministic
// normal values (small integers in integer types), `const f32[64] fill(0.5)`, and
// `const f32[64,64]#hash` for large ones, which can be read only with a pool that holds them.
struct PrintOptions {
  bool types = false;  // append each value's type as a comment
  // How constants of these hashes are spelled instead: "random(1)".
  std::map<uint64_t, std::string> spellings;
};
std::string print(const Graph& graph, const PrintOptions& options = {});

// What the names of large constants stand for, by hash.
using ConstantPool = std::map<uint64_t, Tensor>;
// Every constant of a graph.
ConstantPool constants_of(const Graph& graph);

// Reads a graph and infers its types. Throws Error with line and column.
Graph parse_graph(std::string_view text, const ConstantPool& pool = {});

// Deterministic pseudo-random contents: about standard normal for floats (the same bits on every
// machine), -4..4 for integers, 0 or 1 for bool.
Tensor random_tensor(DataType dtype, const Dims& dims, uint64_t seed);

}  // namespace tenon

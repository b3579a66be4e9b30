#pragma once

#include <optional>
#include <unordered_map>

#include "ir/graph.h"

namespace tenon {

// The contents of small values that follow from constants and known dims, worked out with the ops'
// own reference evaluation as nodes are added. Bounded in size, so that a hostile file cannot make
// it allocate or compute much.
class ConstantTracker {
 public:
  // Works out a node that has just been added.
  void note(const Graph& graph, NodeId node);
  std::optional<Tensor> find(const Graph& graph, ValueId value) const;
  // Whether an importer may still make a constant of that many bytes.
  bool allow(size_t bytes);

 private:
  std::unordered_map<ValueId, Tensor> known_;
  size_t used_ = 0;
};

}  // namespace tenon

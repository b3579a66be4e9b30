// Graphs of operations, and executables made from them.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

#include "driver_types.h"
#include "hostcuda/copy.h"
#include "hostcuda/event.h"
#include "hostcuda/op.h"
#include "hostcuda/stream_queue.h"

namespace tenon::hostcuda {

// What a node, or one operation of a stream, does.
struct EmptyWork {};
struct TaskWork {
  Task task;
  std::shared_ptr<const void> owner;
};
struct HostWork {
  cudaHostFn_t fn;
  void* user_data;
};
struct RecordWork {
  std::shared_ptr<CUevent_st> event;
};
struct WaitWork {
  std::shared_ptr<CUevent_st> event;
};
struct ChildWork {
  std::shared_ptr<CUgraph_st> graph;
};
// Memory that lives as long as the graph and its executables.
struct AllocWork {
  void* address;
  std::shared_ptr<const void> memory;
};
struct FreeWork {
  void* address;
};
using Work = std::variant<EmptyWork, TaskWork, HostWork, Copy, Fill, RecordWork, WaitWork,
                          ChildWork, AllocWork, FreeWork>;

cudaGraphNodeType type_of(const Work& work);

// The operation that does the work. Records, waits and children depend on the launch or the stream
// and are not made here.
Op to_op(const Work& work);

// Guards all graphs, nodes and captures. Recursive, since ending a graph takes it too.
std::recursive_mutex& graph_mutex();

// Whether the node is alive; under graph_mutex().
bool alive(const CUgraphNode_st* node);

// Adds a node; under graph_mutex(). The dependencies are alive, of this graph and distinct.
CUgraphNode_st* add_node(CUgraph_st& graph, Work work, std::vector<CUgraphNode_st*> after);

// Takes a node and its edges out of its graph; under graph_mutex().
void remove_node(CUgraphNode_st& node);

// The nodes in an order that respects every dependency, in the order of their making where there is
// a choice; fewer than all nodes when there is a cycle. Under graph_mutex().
std::vector<const CUgraphNode_st*> topological_order(const CUgraph_st& graph);

// A copy; under graph_mutex(). Children are shared, since nothing can change them.
std::shared_ptr<CUgraph_st> clone(const CUgraph_st& graph);

// What one launch runs, in order.
struct Steps {
  // Marks handed from a launch to the step that uses them: launches run in the order of their
  // making.
  struct Slot {
    std::shared_ptr<CUevent_st> event;
    std::mutex mutex;
    std::deque<MarkRef> marks;

    void put(MarkRef mark);
    MarkRef take();
  };

  std::vector<Op> ops;
  std::vector<std::shared_ptr<Slot>> records;
  std::vector<std::shared_ptr<Slot>> waits;
};

// Null when the graph has a cycle. Under graph_mutex().
std::shared_ptr<Steps> make_steps(const CUgraph_st& graph);

}  // namespace tenon::hostcuda

struct CUgraphNode_st {
  CUgraph_st* graph;
  tenon::hostcuda::Work work;
  std::vector<CUgraphNode_st*> after;  // its dependencies
};

struct CUgraph_st {
  CUgraph_st() = default;
  ~CUgraph_st();

  std::vector<std::unique_ptr<CUgraphNode_st>> nodes;
};

struct CUgraphExec_st {
  CUgraphExec_st(std::shared_ptr<tenon::hostcuda::Steps> launch_steps,
                 unsigned long long exec_flags)
      : flags(exec_flags), steps(std::move(launch_steps)) {}

  const unsigned long long flags;
  std::mutex mutex;  // guards what follows
  std::shared_ptr<tenon::hostcuda::Steps> steps;
  // The graph as instantiated, to compare with at an update.
  std::vector<cudaGraphNodeType> types;
  std::vector<std::vector<size_t>> edges;  // of each node, the indices of its dependencies
  tenon::hostcuda::MarkRef latest;         // the end of the latest launch
  const void* latest_queue = nullptr;
};

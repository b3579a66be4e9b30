#include "hostcuda/graph.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "hostcuda/call.h"

namespace tenon::hostcuda {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

// Under graph_mutex(). Never destroyed.
std::unordered_set<const CUgraphNode_st*>& live_nodes() {
  static auto* const nodes = new std::unordered_set<const CUgraphNode_st*>;
  return *nodes;
}

std::shared_ptr<Steps::Slot> make_slot(const std::shared_ptr<CUevent_st>& event) {
  auto slot = std::make_shared<Steps::Slot>();
  slot->event = event;
  return slot;
}

bool append_steps(const CUgraph_st& graph, Steps& steps) {
  const auto order = topological_order(graph);
  if (order.size() != graph.nodes.size()) return false;
  for (const CUgraphNode_st* node : order) {
    if (const auto* child = std::get_if<ChildWork>(&node->work)) {
      if (!append_steps(*child->graph, steps)) return false;
    } else if (const auto* record = std::get_if<RecordWork>(&node->work)) {
      steps.records.push_back(make_slot(record->event));
      steps.ops.push_back(Op([slot = steps.records.back()] { slot->take()->complete(); }));
    } else if (const auto* wait = std::get_if<WaitWork>(&node->work)) {
      steps.waits.push_back(make_slot(wait->event));
      steps.ops.push_back(Op([slot = steps.waits.back()] {
        if (const MarkRef mark = slot->take()) mark->wait();
      }));
    } else if (Op op = to_op(node->work)) {
      steps.ops.push_back(std::move(op));
    }
  }
  return true;
}

}  // namespace

std::recursive_mutex& graph_mutex() {
  static auto* const mutex = new std::recursive_mutex;
  return *mutex;
}

cudaGraphNodeType type_of(const Work& work) {
  return std::visit(Overloaded{[](const EmptyWork&) { return cudaGraphNodeTypeEmpty; },
                               [](const TaskWork&) { return cudaGraphNodeTypeKernel; },
                               [](const HostWork&) { return cudaGraphNodeTypeHost; },
                               [](const Copy&) { return cudaGraphNodeTypeMemcpy; },
                               [](const Fill&) { return cudaGraphNodeTypeMemset; },
                               [](const RecordWork&) { return cudaGraphNodeTypeEventRecord; },
                               [](const WaitWork&) { return cudaGraphNodeTypeWaitEvent; },
                               [](const ChildWork&) { return cudaGraphNodeTypeGraph; },
                               [](const AllocWork&) { return cudaGraphNodeTypeMemAlloc; },
                               [](const FreeWork&) { return cudaGraphNodeTypeMemFree; }},
                    work);
}

Op to_op(const Work& work) {
  return std::visit(
      Overloaded{[](const TaskWork& w) { return Op([w] { w.task.run(w.task.arg); }); },
                 [](const HostWork& w) {
                   return Op([w] {
                     const HostFunctionScope scope;
                     w.fn(w.user_data);
                   });
                 },
                 [](const Copy& w) { return Op([w] { run(w); }); },
                 [](const Fill& w) { return Op([w] { run(w); }); },
                 // The memory of an allocation node is kept alive by the step.
                 [](const AllocWork& w) { return Op([memory = w.memory] {}); },
                 [](const auto&) { return Op(); }},
      work);
}

bool alive(const CUgraphNode_st* node) { return live_nodes().contains(node); }

CUgraphNode_st* add_node(CUgraph_st& graph, Work work, std::vector<CUgraphNode_st*> after) {
  auto node =
      std::make_unique<CUgraphNode_st>(CUgraphNode_st{&graph, std::move(work), std::move(after)});
  CUgraphNode_st* const handle = node.get();
  graph.nodes.push_back(std::move(node));
  live_nodes().insert(handle);
  return handle;
}

void remove_node(CUgraphNode_st& node) {
  live_nodes().erase(&node);
  auto& nodes = node.graph->nodes;
  for (const auto& other : nodes) std::erase(other->after, &node);
  std::erase_if(nodes, [&](const auto& other) { return other.get() == &node; });
}

std::vector<const CUgraphNode_st*> topological_order(const CUgraph_st& graph) {
  std::unordered_map<const CUgraphNode_st*, size_t> position;
  for (size_t i = 0; i < graph.nodes.size(); ++i) position[graph.nodes[i].get()] = i;
  std::vector<std::vector<size_t>> followers(graph.nodes.size());
  std::vector<size_t> missing(graph.nodes.size());
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    missing[i] = graph.nodes[i]->after.size();
    for (const CUgraphNode_st* before : graph.nodes[i]->after) {
      followers[position[before]].push_back(i);
    }
  }
  // A heap of ready nodes, the oldest on top.
  std::vector<size_t> ready;
  const auto younger = std::greater<size_t>();
  const auto add = [&](size_t i) {
    ready.push_back(i);
    std::push_heap(ready.begin(), ready.end(), younger);
  };
  for (size_t i = 0; i < missing.size(); ++i) {
    if (missing[i] == 0) add(i);
  }
  std::vector<const CUgraphNode_st*> order;
  while (!ready.empty()) {
    std::pop_heap(ready.begin(), ready.end(), younger);
    const size_t next = ready.back();
    ready.pop_back();
    order.push_back(graph.nodes[next].get());
    for (size_t follower : followers[next]) {
      if (--missing[follower] == 0) add(follower);
    }
  }
  return order;
}

std::shared_ptr<CUgraph_st> clone(const CUgraph_st& graph) {
  auto copy = std::make_shared<CUgraph_st>();
  std::unordered_map<const CUgraphNode_st*, CUgraphNode_st*> twin;
  for (const auto& node : graph.nodes) twin[node.get()] = add_node(*copy, node->work, {});
  for (const auto& node : graph.nodes) {
    for (const CUgraphNode_st* before : node->after) {
      twin[node.get()]->after.push_back(twin[before]);
    }
  }
  return copy;
}

void Steps::Slot::put(MarkRef mark) {
  std::lock_guard lock(mutex);
  marks.push_back(std::move(mark));
}

MarkRef Steps::Slot::take() {
  std::lock_guard lock(mutex);
  MarkRef mark = std::move(marks.front());
  marks.pop_front();
  return mark;
}

std::shared_ptr<Steps> make_steps(const CUgraph_st& graph) {
  auto steps = std::make_shared<Steps>();
  return append_steps(graph, *steps) ? steps : nullptr;
}

}  // namespace tenon::hostcuda

CUgraph_st::~CUgraph_st() {
  std::lock_guard lock(tenon::hostcuda::graph_mutex());
  for (const auto& node : nodes) tenon::hostcuda::live_nodes().erase(node.get());
}

// The calls that build, change, list and print graphs.
#include <algorithm>
#include <cstdio>
#include <memory>

#include "cuda_runtime_api.h"
#include "hostcuda/call.h"
#include "hostcuda/capture.h"
#include "hostcuda/graph.h"
#include "hostcuda/registry.h"

namespace tenon::hostcuda {
namespace {

// The live nodes of `graph` behind a program's array; false where one is not, or comes twice.
bool read_nodes(const CUgraph_st& graph, const cudaGraphNode_t* nodes, size_t count,
                std::vector<CUgraphNode_st*>& out) {
  if (nodes == nullptr && count > 0) return false;
  for (size_t i = 0; i < count; ++i) {
    if (!alive(nodes[i]) || nodes[i]->graph != &graph) return false;
    if (std::ranges::find(out, nodes[i]) != out.end()) return false;
    out.push_back(nodes[i]);
  }
  return true;
}

cudaError_t add(cudaGraphNode_t* node, cudaGraph_t handle, const cudaGraphNode_t* dependencies,
                size_t count, Work work) {
  const auto graph = registry<CUgraph_st>().find(handle);
  if (graph == nullptr || node == nullptr) return cudaErrorInvalidValue;
  std::lock_guard lock(graph_mutex());
  std::vector<CUgraphNode_st*> after;
  if (!read_nodes(*graph, dependencies, count, after)) return cudaErrorInvalidValue;
  *node = add_node(*graph, std::move(work), std::move(after));
  return cudaSuccess;
}

cudaError_t add_copy(cudaGraphNode_t* node, cudaGraph_t graph, const cudaGraphNode_t* dependencies,
                     size_t count, const Copy& copy, cudaMemcpyKind kind) {
  const cudaError_t error = check(copy, kind);
  return error != cudaSuccess ? error : add(node, graph, dependencies, count, copy);
}

// The contract of all listing calls: how many there are, or as many as fit and null for the rest.
template <class Get>
void list(size_t available, size_t* count, bool fill, Get get, cudaGraphNode_t* first,
          cudaGraphNode_t* second = nullptr) {
  if (!fill) {
    *count = available;
    return;
  }
  const size_t filled = std::min(available, *count);
  for (size_t i = 0; i < *count; ++i) {
    const auto [a, b] = i < filled ? get(i) : std::pair<CUgraphNode_st*, CUgraphNode_st*>{};
    if (first != nullptr) first[i] = a;
    if (second != nullptr) second[i] = b;
  }
  *count = filled;
}

cudaError_t list_nodes(const std::vector<CUgraphNode_st*>& nodes, cudaGraphNode_t* out,
                       size_t* count) {
  list(
      nodes.size(), count, out != nullptr,
      [&](size_t i) { return std::pair<CUgraphNode_st*, CUgraphNode_st*>(nodes[i], nullptr); },
      out);
  return cudaSuccess;
}

std::vector<CUgraphNode_st*> all_nodes(const CUgraph_st& graph) {
  std::vector<CUgraphNode_st*> nodes;
  for (const auto& node : graph.nodes) nodes.push_back(node.get());
  return nodes;
}

// Calls f(graph) for a live graph, under the lock.
template <class F>
cudaError_t with_graph(cudaGraph_t handle, F f) {
  const auto graph = registry<CUgraph_st>().find(handle);
  if (graph == nullptr) return cudaErrorInvalidValue;
  std::lock_guard lock(graph_mutex());
  return f(*graph);
}

// Calls f(node) for a live node, under the lock.
template <class F>
cudaError_t with_node(cudaGraphNode_t node, F f) {
  std::lock_guard lock(graph_mutex());
  return alive(node) ? f(*node) : cudaErrorInvalidValue;
}

// Both ends of `count` edges; false where one is not a pair of distinct live nodes of the graph.
bool valid_edges(const CUgraph_st& graph, const cudaGraphNode_t* from, const cudaGraphNode_t* to,
                 size_t count) {
  if (count > 0 && (from == nullptr || to == nullptr)) return false;
  for (size_t i = 0; i < count; ++i) {
    if (!alive(from[i]) || !alive(to[i]) || from[i] == to[i]) return false;
    if (from[i]->graph != &graph || to[i]->graph != &graph) return false;
  }
  return true;
}

bool has_edge(const CUgraphNode_st* from, const CUgraphNode_st* to) {
  return std::ranges::find(to->after, from) != to->after.end();
}

const char* type_name(cudaGraphNodeType type) {
  switch (type) {
    case cudaGraphNodeTypeKernel: return "kernel";
    case cudaGraphNodeTypeMemcpy: return "memcpy";
    case cudaGraphNodeTypeMemset: return "memset";
    case cudaGraphNodeTypeHost: return "host";
    case cudaGraphNodeTypeGraph: return "graph";
    case cudaGraphNodeTypeWaitEvent: return "wait event";
    case cudaGraphNodeTypeEventRecord: return "record event";
    case cudaGraphNodeTypeMemAlloc: return "allocate";
    case cudaGraphNodeTypeMemFree: return "free";
    default: return "empty";
  }
}

cudaError_t print_dot(const CUgraph_st& graph, const char* path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path, "w"), std::fclose);
  if (file == nullptr) return cudaErrorOperatingSystem;
  std::fprintf(file.get(), "digraph graph_1 {\n");
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const CUgraphNode_st& node = *graph.nodes[i];
    std::fprintf(file.get(), "  n%zu [label=\"%zu: %s\"];\n", i, i, type_name(type_of(node.work)));
    for (size_t j = 0; j < graph.nodes.size(); ++j) {
      if (has_edge(graph.nodes[j].get(), &node)) {
        std::fprintf(file.get(), "  n%zu -> n%zu;\n", j, i);
      }
    }
  }
  std::fprintf(file.get(), "}\n");
  return std::ferror(file.get()) != 0 ? cudaErrorOperatingSystem : cudaSuccess;
}

}  // namespace
}  // namespace tenon::hostcuda

using namespace tenon::hostcuda;

extern "C" {

cudaError_t cudaGraphCreate(cudaGraph_t* pGraph, unsigned int flags) {
  return call([&] {
    if (pGraph == nullptr || flags != 0) return cudaErrorInvalidValue;
    *pGraph = registry<CUgraph_st>().add(std::make_shared<CUgraph_st>());
    return cudaSuccess;
  });
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  return call([&] {
    return registry<CUgraph_st>().remove(graph) == nullptr ? cudaErrorInvalidValue : cudaSuccess;
  });
}

cudaError_t cudaGraphClone(cudaGraph_t* pGraphClone, cudaGraph_t originalGraph) {
  return call([&] {
    if (pGraphClone == nullptr) return cudaErrorInvalidValue;
    return with_graph(originalGraph, [&](const CUgraph_st& graph) {
      *pGraphClone = registry<CUgraph_st>().add(clone(graph));
      return cudaSuccess;
    });
  });
}

cudaError_t cudaGraphAddEmptyNode(cudaGraphNode_t* pGraphNode, cudaGraph_t graph,
                                  const cudaGraphNode_t* pDependencies, size_t numDependencies) {
  return call([&] { return add(pGraphNode, graph, pDependencies, numDependencies, EmptyWork{}); });
}

cudaError_t cudaGraphAddHostNode(cudaGraphNode_t* pGraphNode, cudaGraph_t graph,
                                 const cudaGraphNode_t* pDependencies, size_t numDependencies,
                                 const cudaHostNodeParams* pNodeParams) {
  return call([&] {
    if (pNodeParams == nullptr || pNodeParams->fn == nullptr) return cudaErrorInvalidValue;
    return add(pGraphNode, graph, pDependencies, numDependencies,
               HostWork{pNodeParams->fn, pNodeParams->userData});
  });
}

cudaError_t cudaGraphAddMemcpyNode1D(cudaGraphNode_t* pGraphNode, cudaGraph_t graph,
                                     const cudaGraphNode_t* pDependencies, size_t numDependencies,
                                     void* dst, const void* src, size_t count,
                                     cudaMemcpyKind kind) {
  return call([&] {
    const Copy copy{dst, src, count, count, count, count, count, 1, 1};
    return add_copy(pGraphNode, graph, pDependencies, numDependencies, copy, kind);
  });
}

cudaError_t cudaGraphAddMemcpyNode(cudaGraphNode_t* pGraphNode, cudaGraph_t graph,
                                   const cudaGraphNode_t* pDependencies, size_t numDependencies,
                                   const cudaMemcpy3DParms* pCopyParams) {
  return call([&] {
    Copy copy;
    const cudaError_t error =
        pCopyParams == nullptr ? cudaErrorInvalidValue : to_copy(*pCopyParams, copy);
    if (error != cudaSuccess) return error;
    return add_copy(pGraphNode, graph, pDependencies, numDependencies, copy, pCopyParams->kind);
  });
}

cudaError_t cudaGraphAddMemsetNode(cudaGraphNode_t* pGraphNode, cudaGraph_t graph,
                                   const cudaGraphNode_t* pDependencies, size_t numDependencies,
                                   const cudaMemsetParams* pMemsetParams) {
  return call([&] {
    if (pMemsetParams == nullptr) return cudaErrorInvalidValue;
    const cudaMemsetParams& p = *pMemsetParams;
    const unsigned int value = p.elementSize == 1 ? p.value & 0xff : p.value;
    const Fill fill{p.dst, p.pitch, value, p.elementSize, p.width, p.height};
    const cudaError_t error = check(fill);
    return error != cudaSuccess ? error
                                : add(pGraphNode, graph, pDependencies, numDependencies, fill);
  });
}

cudaError_t cudaGraphAddEventRecordNode(cudaGraphNode_t* pGraphNode, cudaGraph_t graph,
                                        const cudaGraphNode_t* pDependencies,
                                        size_t numDependencies, cudaEvent_t event) {
  return call([&] {
    auto object = registry<CUevent_st>().find(event);
    if (object == nullptr) return cudaErrorInvalidValue;
    return add(pGraphNode, graph, pDependencies, numDependencies, RecordWork{std::move(object)});
  });
}

cudaError_t cudaGraphAddEventWaitNode(cudaGraphNode_t* pGraphNode, cudaGraph_t graph,
                                      const cudaGraphNode_t* pDependencies, size_t numDependencies,
                                      cudaEvent_t event) {
  return call([&] {
    auto object = registry<CUevent_st>().find(event);
    if (object == nullptr) return cudaErrorInvalidValue;
    return add(pGraphNode, graph, pDependencies, numDependencies, WaitWork{std::move(object)});
  });
}

cudaError_t cudaGraphAddChildGraphNode(cudaGraphNode_t* pGraphNode, cudaGraph_t graph,
                                       const cudaGraphNode_t* pDependencies, size_t numDependencies,
                                       cudaGraph_t childGraph) {
  return call([&] {
    return with_graph(childGraph, [&](const CUgraph_st& child) {
      return add(pGraphNode, graph, pDependencies, numDependencies, ChildWork{clone(child)});
    });
  });
}

cudaError_t cudaGraphAddDependencies(cudaGraph_t graph, const cudaGraphNode_t* from,
                                     const cudaGraphNode_t* to,
                                     const cudaGraphEdgeData* /*edgeData*/,
                                     size_t numDependencies) {
  return call([&] {
    return with_graph(graph, [&](const CUgraph_st& object) {
      if (!valid_edges(object, from, to, numDependencies)) return cudaErrorInvalidValue;
      for (size_t i = 0; i < numDependencies; ++i) {
        if (has_edge(from[i], to[i])) return cudaErrorInvalidValue;
      }
      for (size_t i = 0; i < numDependencies; ++i) to[i]->after.push_back(from[i]);
      return cudaSuccess;
    });
  });
}

cudaError_t cudaGraphRemoveDependencies(cudaGraph_t graph, const cudaGraphNode_t* from,
                                        const cudaGraphNode_t* to,
                                        const cudaGraphEdgeData* /*edgeData*/,
                                        size_t numDependencies) {
  return call([&] {
    return with_graph(graph, [&](const CUgraph_st& object) {
      if (!valid_edges(object, from, to, numDependencies)) return cudaErrorInvalidValue;
      for (size_t i = 0; i < numDependencies; ++i) {
        if (!has_edge(from[i], to[i])) return cudaErrorInvalidValue;
      }
      for (size_t i = 0; i < numDependencies; ++i) std::erase(to[i]->after, from[i]);
      return cudaSuccess;
    });
  });
}

cudaError_t cudaGraphDestroyNode(cudaGraphNode_t node) {
  return call([&] {
    return with_node(node, [](CUgraphNode_st& object) {
      if (under_capture(*object.graph)) return cudaErrorIllegalState;
      remove_node(object);
      return cudaSuccess;
    });
  });
}

cudaError_t cudaGraphNodeGetType(cudaGraphNode_t node, cudaGraphNodeType* pType) {
  return call([&] {
    if (pType == nullptr) return cudaErrorInvalidValue;
    return with_node(node, [&](const CUgraphNode_st& object) {
      *pType = type_of(object.work);
      return cudaSuccess;
    });
  });
}

cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t* nodes, size_t* numNodes) {
  return call([&] {
    if (numNodes == nullptr) return cudaErrorInvalidValue;
    return with_graph(graph, [&](const CUgraph_st& object) {
      return list_nodes(all_nodes(object), nodes, numNodes);
    });
  });
}

cudaError_t cudaGraphGetRootNodes(cudaGraph_t graph, cudaGraphNode_t* pRootNodes,
                                  size_t* pNumRootNodes) {
  return call([&] {
    if (pNumRootNodes == nullptr) return cudaErrorInvalidValue;
    return with_graph(graph, [&](const CUgraph_st& object) {
      auto roots = all_nodes(object);
      std::erase_if(roots, [](const CUgraphNode_st* node) { return !node->after.empty(); });
      return list_nodes(roots, pRootNodes, pNumRootNodes);
    });
  });
}

cudaError_t cudaGraphGetEdges(cudaGraph_t graph, cudaGraphNode_t* from, cudaGraphNode_t* to,
                              cudaGraphEdgeData* edgeData, size_t* numEdges) {
  return call([&] {
    if (numEdges == nullptr || (from == nullptr) != (to == nullptr)) return cudaErrorInvalidValue;
    return with_graph(graph, [&](const CUgraph_st& object) {
      std::vector<std::pair<CUgraphNode_st*, CUgraphNode_st*>> edges;
      for (const auto& node : object.nodes) {
        for (CUgraphNode_st* before : node->after) edges.emplace_back(before, node.get());
      }
      list(
          edges.size(), numEdges, from != nullptr, [&](size_t i) { return edges[i]; }, from, to);
      if (from != nullptr && edgeData != nullptr) {
        std::fill_n(edgeData, *numEdges, cudaGraphEdgeData{});
      }
      return cudaSuccess;
    });
  });
}

cudaError_t cudaGraphNodeGetDependencies(cudaGraphNode_t node, cudaGraphNode_t* pDependencies,
                                         cudaGraphEdgeData* edgeData, size_t* pNumDependencies) {
  return call([&] {
    if (pNumDependencies == nullptr) return cudaErrorInvalidValue;
    return with_node(node, [&](const CUgraphNode_st& object) {
      const cudaError_t error = list_nodes(object.after, pDependencies, pNumDependencies);
      if (pDependencies != nullptr && edgeData != nullptr) {
        std::fill_n(edgeData, *pNumDependencies, cudaGraphEdgeData{});
      }
      return error;
    });
  });
}

cudaError_t cudaGraphNodeGetDependentNodes(cudaGraphNode_t node, cudaGraphNode_t* pDependentNodes,
                                           cudaGraphEdgeData* edgeData,
                                           size_t* pNumDependentNodes) {
  return call([&] {
    if (pNumDependentNodes == nullptr) return cudaErrorInvalidValue;
    return with_node(node, [&](CUgraphNode_st& object) {
      auto followers = all_nodes(*object.graph);
      std::erase_if(followers,
                    [&](const CUgraphNode_st* other) { return !has_edge(&object, other); });
      const cudaError_t error = list_nodes(followers, pDependentNodes, pNumDependentNodes);
      if (pDependentNodes != nullptr && edgeData != nullptr) {
        std::fill_n(edgeData, *pNumDependentNodes, cudaGraphEdgeData{});
      }
      return error;
    });
  });
}

cudaError_t cudaGraphDebugDotPrint(cudaGraph_t graph, const char* path, unsigned int /*flags*/) {
  return call([&] {
    if (path == nullptr) return cudaErrorInvalidValue;
    return with_graph(graph, [&](const CUgraph_st& object) { return print_dot(object, path); });
  });
}

}  // extern "C"

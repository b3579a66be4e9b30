#include "cuda/graph_memsets.h"

#include <vector>

#include "cuda/check.h"
#include "cuda/dependent_launch.h"
#include "cuda/write_bytes.h"

namespace tenon {
namespace {

constexpr size_t kSmall = 1024;  // bytes

// The nodes beside a node, and the edges to them.
struct Neighbours {
  std::vector<cudaGraphNode_t> nodes;
  std::vector<cudaGraphEdgeData> edges;
};

#if CUDART_VERSION >= 13000
constexpr auto node_dependencies = cudaGraphNodeGetDependencies;
constexpr auto node_dependents = cudaGraphNodeGetDependentNodes;
constexpr auto add_dependencies = cudaGraphAddDependencies;
#else
constexpr auto node_dependencies = cudaGraphNodeGetDependencies_v2;
constexpr auto node_dependents = cudaGraphNodeGetDependentNodes_v2;
constexpr auto add_dependencies = cudaGraphAddDependencies_v2;
#endif

template <typename Get>
Neighbours neighbours(cudaGraphNode_t node, Get get) {
  size_t count = 0;
  check_cuda(get(node, nullptr, nullptr, &count), "reading a graph");
  Neighbours found{.nodes = std::vector<cudaGraphNode_t>(count),
                   .edges = std::vector<cudaGraphEdgeData>(count)};
  if (count > 0) {
    check_cuda(get(node, found.nodes.data(), found.edges.data(), &count), "reading a graph");
  }
  return found;
}

cudaGraphNodeType type_of(cudaGraphNode_t node) {
  cudaGraphNodeType type{};
  check_cuda(cudaGraphNodeGetType(node, &type), "reading a graph");
  return type;
}

// The fill starts while the kernel before it ends, as dependent launches do.
void start_early(const Neighbours& before, std::vector<cudaGraphEdgeData>& edges) {
  if (!dependent_launches() || before.nodes.size() != 1) return;
  if (type_of(before.nodes[0]) != cudaGraphNodeTypeKernel) return;
  edges[0].from_port = cudaGraphKernelNodePortProgrammatic;
  edges[0].type = cudaGraphDependencyTypeProgrammatic;
}

void replace(cudaGraph_t graph, cudaGraphNode_t old, const FillParams& params) {
  const Neighbours before = neighbours(old, node_dependencies);
  const Neighbours after = neighbours(old, node_dependents);
  cudaKernelNodeParams kernel{};
  kernel.func = const_cast<void*>(fill_kernel());
  kernel.gridDim = dim3(1);
  kernel.blockDim = dim3(kFillThreads);
  void* arguments[] = {const_cast<FillParams*>(&params)};
  kernel.kernelParams = arguments;
  cudaGraphNode_t node = nullptr;
  check_cuda(cudaGraphAddKernelNode(&node, graph, nullptr, 0, &kernel), "adding to a graph");
  std::vector<cudaGraphEdgeData> edges(before.edges.size());
  start_early(before, edges);
  const std::vector<cudaGraphNode_t> to(before.nodes.size(), node);
  const std::vector<cudaGraphNode_t> from(after.nodes.size(), node);
  check_cuda(cudaGraphDestroyNode(old), "removing from a graph");
  check_cuda(add_dependencies(graph, before.nodes.data(), to.data(), edges.data(), to.size()),
             "linking in a graph");
  check_cuda(
      add_dependencies(graph, from.data(), after.nodes.data(), after.edges.data(), from.size()),
      "linking in a graph");
}

}  // namespace

int replace_small_memsets(cudaGraph_t graph) {
  size_t count = 0;
  check_cuda(cudaGraphGetNodes(graph, nullptr, &count), "reading a graph");
  std::vector<cudaGraphNode_t> nodes(count);
  if (count > 0) check_cuda(cudaGraphGetNodes(graph, nodes.data(), &count), "reading a graph");
  int replaced = 0;
  for (const cudaGraphNode_t node : nodes) {
    if (type_of(node) != cudaGraphNodeTypeMemset) continue;
    cudaMemsetParams memset{};
    check_cuda(cudaGraphMemsetNodeGetParams(node, &memset), "reading a graph");
    if (memset.height != 1 || memset.width * memset.elementSize > kSmall) continue;
    replace(graph, node, {memset.dst, memset.value, memset.elementSize, unsigned(memset.width)});
    ++replaced;
  }
  return replaced;
}

}  // namespace tenon

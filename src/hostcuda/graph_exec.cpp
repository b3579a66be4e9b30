// The calls on executable graphs.
#include <algorithm>
#include <unordered_map>

#include "cuda_runtime_api.h"
#include "hostcuda/call.h"
#include "hostcuda/capture.h"
#include "hostcuda/graph.h"
#include "hostcuda/registry.h"
#include "hostcuda/stream.h"

namespace tenon::hostcuda {
namespace {

constexpr unsigned long long kKnownFlags =
    cudaGraphInstantiateFlagAutoFreeOnLaunch | cudaGraphInstantiateFlagUpload |
    cudaGraphInstantiateFlagDeviceLaunch | cudaGraphInstantiateFlagUseNodePriority;

std::vector<cudaGraphNodeType> types_of(const CUgraph_st& graph) {
  std::vector<cudaGraphNodeType> types;
  for (const auto& node : graph.nodes) types.push_back(type_of(node->work));
  return types;
}

std::vector<std::vector<size_t>> edges_of(const CUgraph_st& graph) {
  std::unordered_map<const CUgraphNode_st*, size_t> position;
  for (size_t i = 0; i < graph.nodes.size(); ++i) position[graph.nodes[i].get()] = i;
  std::vector<std::vector<size_t>> edges;
  for (const auto& node : graph.nodes) {
    auto& before = edges.emplace_back();
    for (const CUgraphNode_st* other : node->after) before.push_back(position[other]);
    std::ranges::sort(before);
  }
  return edges;
}

cudaError_t instantiate(cudaGraphExec_t* exec, cudaGraph_t handle, unsigned long long flags,
                        cudaGraphInstantiateResult* result = nullptr) {
  if (exec == nullptr || (flags & ~kKnownFlags) != 0) return cudaErrorInvalidValue;
  // Launching from device code needs a device.
  if ((flags & cudaGraphInstantiateFlagDeviceLaunch) != 0) return cudaErrorNotSupported;
  const auto graph = registry<CUgraph_st>().find(handle);
  if (graph == nullptr) return cudaErrorInvalidValue;
  if (const cudaError_t error = refuse_during_capture(); error != cudaSuccess) return error;
  std::lock_guard lock(graph_mutex());
  const auto steps = make_steps(*graph);
  if (steps == nullptr) {
    if (result != nullptr) *result = cudaGraphInstantiateInvalidStructure;
    return cudaErrorInvalidValue;
  }
  auto object = std::make_shared<CUgraphExec_st>(steps, flags);
  object->types = types_of(*graph);
  object->edges = edges_of(*graph);
  *exec = registry<CUgraphExec_st>().add(std::move(object));
  return cudaSuccess;
}

void run_steps(Steps& steps) {
  for (Op& op : steps.ops) op();
}

// The launch takes part in the order of its events: records renew them, waits look at them now.
void arm_events(Steps& steps) {
  for (const auto& wait : steps.waits) wait->put(wait->event->current());
  for (const auto& record : steps.records) record->put(record->event->renew());
}

cudaError_t launch(const std::shared_ptr<CUgraphExec_st>& exec, CUstream_st& stream) {
  if (const cudaError_t error = refuse_capturing(stream); error != cudaSuccess) return error;
  if (&stream == &legacy_stream()) {
    if (const cudaError_t error = refuse_legacy_during_capture(); error != cudaSuccess) {
      return error;
    }
  }
  std::lock_guard lock(exec->mutex);
  // One launch of an executable at a time, also when they are on several streams.
  if (exec->latest && !exec->latest->done() && exec->latest_queue != stream.queue.get()) {
    const cudaError_t error = enqueue(stream, Op([mark = exec->latest] { mark->wait(); }));
    if (error != cudaSuccess) return error;
  }
  arm_events(*exec->steps);
  const MarkRef done = MarkRef::make();
  const cudaError_t error = enqueue(stream, Op([steps = exec->steps] { run_steps(*steps); }), done);
  if (error != cudaSuccess) return error;
  exec->latest = done;
  exec->latest_queue = stream.queue.get();
  return cudaSuccess;
}

cudaError_t update(CUgraphExec_st& exec, const CUgraph_st& graph,
                   cudaGraphExecUpdateResultInfo& info) {
  std::lock_guard graphs(graph_mutex());
  const auto refuse = [&](cudaGraphExecUpdateResult result, cudaGraphNode_t node) {
    info = cudaGraphExecUpdateResultInfo{result, node, nullptr};
    return cudaErrorGraphExecUpdateFailure;
  };
  std::lock_guard lock(exec.mutex);
  const auto types = types_of(graph);
  if (types.size() != exec.types.size() || edges_of(graph) != exec.edges) {
    return refuse(cudaGraphExecUpdateErrorTopologyChanged, nullptr);
  }
  for (size_t i = 0; i < types.size(); ++i) {
    if (types[i] != exec.types[i]) {
      return refuse(cudaGraphExecUpdateErrorNodeTypeChanged, graph.nodes[i].get());
    }
  }
  auto steps = make_steps(graph);
  if (steps == nullptr) return refuse(cudaGraphExecUpdateErrorTopologyChanged, nullptr);
  exec.steps = std::move(steps);  // launches that are under way keep the old ones
  info = cudaGraphExecUpdateResultInfo{};
  return cudaSuccess;
}

}  // namespace
}  // namespace tenon::hostcuda

using namespace tenon::hostcuda;

extern "C" {

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* pGraphExec, cudaGraph_t graph,
                                 unsigned long long flags) {
  return call([&] { return instantiate(pGraphExec, graph, flags); });
}

cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t* pGraphExec, cudaGraph_t graph,
                                          unsigned long long flags) {
  return call([&] { return instantiate(pGraphExec, graph, flags); });
}

cudaError_t cudaGraphInstantiateWithParams(cudaGraphExec_t* pGraphExec, cudaGraph_t graph,
                                           cudaGraphInstantiateParams* instantiateParams) {
  return call([&] {
    if (instantiateParams == nullptr) return cudaErrorInvalidValue;
    instantiateParams->errNode_out = nullptr;
    instantiateParams->result_out = cudaGraphInstantiateSuccess;
    cudaGraphInstantiateResult result = cudaGraphInstantiateError;
    const cudaError_t error = instantiate(pGraphExec, graph, instantiateParams->flags, &result);
    if (error != cudaSuccess) instantiateParams->result_out = result;
    return error;
  });
}

cudaError_t cudaGraphExecGetFlags(cudaGraphExec_t graphExec, unsigned long long* flags) {
  return call([&] {
    const auto exec = registry<CUgraphExec_st>().find(graphExec);
    if (exec == nullptr || flags == nullptr) return cudaErrorInvalidValue;
    *flags = exec->flags;
    return cudaSuccess;
  });
}

cudaError_t cudaGraphExecUpdate(cudaGraphExec_t hGraphExec, cudaGraph_t hGraph,
                                cudaGraphExecUpdateResultInfo* resultInfo) {
  return call([&] {
    const auto exec = registry<CUgraphExec_st>().find(hGraphExec);
    const auto graph = registry<CUgraph_st>().find(hGraph);
    if (exec == nullptr || graph == nullptr || resultInfo == nullptr) return cudaErrorInvalidValue;
    return update(*exec, *graph, *resultInfo);
  });
}

// There is nothing to upload; what the call refuses, it refuses here too.
cudaError_t cudaGraphUpload(cudaGraphExec_t graphExec, cudaStream_t stream) {
  return call([&] {
    if (registry<CUgraphExec_st>().find(graphExec) == nullptr) return cudaErrorInvalidValue;
    const auto object = find_stream(stream);
    if (object == nullptr) return cudaErrorInvalidResourceHandle;
    if (const cudaError_t error = refuse_capturing(*object); error != cudaSuccess) return error;
    return refuse_during_capture();
  });
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t graphExec, cudaStream_t stream) {
  return call([&] {
    const auto exec = registry<CUgraphExec_st>().find(graphExec);
    if (exec == nullptr) return cudaErrorInvalidValue;
    const auto object = find_stream(stream);
    return object == nullptr ? cudaErrorInvalidResourceHandle : launch(exec, *object);
  });
}

// A launch that is under way ends first; nobody waits for it here.
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graphExec) {
  return call([&] {
    if (registry<CUgraphExec_st>().find(graphExec) == nullptr) return cudaErrorInvalidValue;
    if (const cudaError_t error = refuse_during_capture(); error != cudaSuccess) return error;
    registry<CUgraphExec_st>().remove(graphExec);
    return cudaSuccess;
  });
}

}  // extern "C"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "gate.h"

namespace tenon::testing {
namespace {

// A graph for the length of a scope.
struct Graph {
  Graph() { EXPECT_CUDA(cudaGraphCreate(&handle, 0)); }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  ~Graph() { EXPECT_CUDA(cudaGraphDestroy(handle)); }
  operator cudaGraph_t() const { return handle; }
  cudaGraph_t handle = nullptr;
};

cudaGraphExec_t instantiate(cudaGraph_t graph) {
  cudaGraphExec_t exec = nullptr;
  EXPECT_CUDA(cudaGraphInstantiate(&exec, graph, 0));
  return exec;
}

cudaGraphNode_t add_host(cudaGraph_t graph, std::vector<cudaGraphNode_t> after, cudaHostFn_t fn,
                         void* data) {
  const cudaHostNodeParams parameters{fn, data};
  cudaGraphNode_t node = nullptr;
  EXPECT_CUDA(cudaGraphAddHostNode(&node, graph, after.data(), after.size(), &parameters));
  return node;
}

void nothing(void*) {}

struct Step {
  std::vector<int>* list;
  int value;
  static void run(void* data) {
    auto* step = static_cast<Step*>(data);
    step->list->push_back(step->value);
  }
};

TEST(Graph, RunsInTheOrderOfItsEdges) {
  Graph graph;
  Stream stream;
  std::vector<int> list;
  Step steps[4] = {{&list, 0}, {&list, 1}, {&list, 2}, {&list, 3}};
  // Made against the order of the edges: 3 -> 2 -> 1 -> 0.
  std::vector<cudaGraphNode_t> nodes;
  for (Step& step : steps) nodes.push_back(add_host(graph, {}, Step::run, &step));
  for (int i = 3; i > 0; --i) {
    ASSERT_CUDA(cudaGraphAddDependencies(graph, &nodes[i], &nodes[i - 1], nullptr, 1));
  }
  cudaGraphExec_t exec = instantiate(graph);
  ASSERT_CUDA(cudaGraphLaunch(exec, stream));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(list, (std::vector<int>{3, 2, 1, 0}));
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
}

TEST(Graph, CyclesAreRefused) {
  Graph graph;
  cudaGraphNode_t first = add_host(graph, {}, nothing, nullptr);
  cudaGraphNode_t second = add_host(graph, {first}, nothing, nullptr);
  ASSERT_CUDA(cudaGraphAddDependencies(graph, &second, &first, nullptr, 1));
  cudaGraphExec_t exec = nullptr;
  EXPECT_CUDA_ERROR(cudaGraphInstantiate(&exec, graph, 0), cudaErrorInvalidValue);
  cudaGraphInstantiateParams parameters{};
  EXPECT_CUDA_ERROR(cudaGraphInstantiateWithParams(&exec, graph, &parameters),
                    cudaErrorInvalidValue);
  EXPECT_EQ(parameters.result_out, cudaGraphInstantiateInvalidStructure);
  ASSERT_CUDA(cudaGraphRemoveDependencies(graph, &second, &first, nullptr, 1));
  EXPECT_CUDA(cudaGraphInstantiateWithParams(&exec, graph, &parameters));
  EXPECT_EQ(parameters.result_out, cudaGraphInstantiateSuccess);
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
}

TEST(Graph, CopyFillAndChildNodes) {
  Graph graph, child;
  Stream stream;
  unsigned short* device = nullptr;
  unsigned short host[8] = {};
  ASSERT_CUDA(cudaMalloc(&device, sizeof(host)));
  cudaMemsetParams fill{device, 0, 0xabcd, 2, 8, 1};
  cudaGraphNode_t filled = nullptr, inner = nullptr, copied = nullptr;
  ASSERT_CUDA(cudaGraphAddMemsetNode(&filled, child, nullptr, 0, &fill));
  ASSERT_CUDA(cudaGraphAddChildGraphNode(&inner, graph, nullptr, 0, child));
  ASSERT_CUDA(cudaGraphAddMemcpyNode1D(&copied, graph, &inner, 1, host, device, sizeof(host),
                                       cudaMemcpyDeviceToHost));
  std::atomic<int> count{0};
  add_host(child, {}, count_up, &count);  // after the copy was taken: not part of it
  cudaGraphExec_t exec = instantiate(graph);
  ASSERT_CUDA(cudaGraphLaunch(exec, stream));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  for (unsigned short value : host) EXPECT_EQ(value, 0xabcd);
  EXPECT_EQ(count, 0);
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
  EXPECT_CUDA(cudaFree(device));
}

TEST(Graph, Copy3DNode) {
  Graph graph;
  Stream stream;
  unsigned char source[4][8], target[4][3] = {};
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 8; ++x) source[y][x] = static_cast<unsigned char>(10 * y + x);
  }
  cudaMemcpy3DParms copy{};
  copy.srcPtr = cudaPitchedPtr{source, 8, 8, 4};
  copy.srcPos = cudaPos{2, 1, 0};
  copy.dstPtr = cudaPitchedPtr{target, 3, 3, 4};
  copy.extent = cudaExtent{3, 2, 1};
  copy.kind = cudaMemcpyHostToHost;
  cudaGraphNode_t node = nullptr;
  ASSERT_CUDA(cudaGraphAddMemcpyNode(&node, graph, nullptr, 0, &copy));
  cudaGraphExec_t exec = instantiate(graph);
  ASSERT_CUDA(cudaGraphLaunch(exec, stream));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(target[0][0], 12);
  EXPECT_EQ(target[1][2], 24);
  EXPECT_EQ(target[2][0], 0);
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
}

TEST(Graph, ListsFillWhatThereIsAndNullTheRest) {
  Graph graph;
  cudaGraphNode_t a = add_host(graph, {}, nothing, nullptr);
  cudaGraphNode_t b = add_host(graph, {a}, nothing, nullptr);
  cudaGraphNode_t c = add_host(graph, {a, b}, nothing, nullptr);
  size_t count = 0;
  ASSERT_CUDA(cudaGraphGetNodes(graph, nullptr, &count));
  EXPECT_EQ(count, 3u);
  cudaGraphNode_t nodes[5];
  std::fill_n(nodes, 5, c);
  count = 5;
  ASSERT_CUDA(cudaGraphGetNodes(graph, nodes, &count));
  EXPECT_EQ(count, 3u);
  EXPECT_EQ(nodes[0], a);
  EXPECT_EQ(nodes[3], nullptr);
  count = 1;
  ASSERT_CUDA(cudaGraphGetNodes(graph, nodes, &count));
  EXPECT_EQ(count, 1u);
  count = 5;
  ASSERT_CUDA(cudaGraphGetRootNodes(graph, nodes, &count));
  EXPECT_EQ(count, 1u);
  count = 5;
  ASSERT_CUDA(cudaGraphNodeGetDependencies(c, nodes, nullptr, &count));
  EXPECT_EQ(count, 2u);
  count = 5;
  ASSERT_CUDA(cudaGraphNodeGetDependentNodes(a, nodes, nullptr, &count));
  EXPECT_EQ(count, 2u);
  cudaGraphNode_t from[3], to[3];
  cudaGraphEdgeData data[3];
  count = 3;
  ASSERT_CUDA(cudaGraphGetEdges(graph, from, to, data, &count));
  EXPECT_EQ(count, 3u);
  EXPECT_EQ(from[0], a);
  EXPECT_EQ(to[0], b);
  EXPECT_EQ(data[2].type, 0);
}

TEST(Graph, NodesCanBeDestroyed) {
  Graph graph;
  cudaGraphNode_t a = add_host(graph, {}, nothing, nullptr);
  cudaGraphNode_t b = add_host(graph, {a}, nothing, nullptr);
  ASSERT_CUDA(cudaGraphDestroyNode(a));
  EXPECT_CUDA_ERROR(cudaGraphDestroyNode(a), cudaErrorInvalidValue);
  size_t count = 9;
  ASSERT_CUDA(cudaGraphNodeGetDependencies(b, nullptr, nullptr, &count));
  EXPECT_EQ(count, 0u);
}

TEST(Graph, CloneIsIndependent) {
  cudaGraph_t graph = nullptr, copy = nullptr;
  std::atomic<int> count{0};
  ASSERT_CUDA(cudaGraphCreate(&graph, 0));
  cudaGraphNode_t first = add_host(graph, {}, count_up, &count);
  add_host(graph, {first}, count_up, &count);
  ASSERT_CUDA(cudaGraphClone(&copy, graph));
  ASSERT_CUDA(cudaGraphDestroy(graph));
  Stream stream;
  cudaGraphExec_t exec = instantiate(copy);
  ASSERT_CUDA(cudaGraphLaunch(exec, stream));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(count, 2);
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
  EXPECT_CUDA(cudaGraphDestroy(copy));
}

TEST(Graph, ExecUpdateTakesNewParameters) {
  Graph graph, changed, longer, other_kind;
  Stream stream;
  std::atomic<int> before{0}, after{0};
  add_host(graph, {}, count_up, &before);
  add_host(changed, {}, count_up, &after);
  add_host(longer, {add_host(longer, {}, nothing, nullptr)}, nothing, nullptr);
  cudaGraphNode_t empty = nullptr;
  ASSERT_CUDA(cudaGraphAddEmptyNode(&empty, other_kind, nullptr, 0));
  cudaGraphExec_t exec = instantiate(graph);
  cudaGraphExecUpdateResultInfo info{};
  ASSERT_CUDA(cudaGraphExecUpdate(exec, changed, &info));
  EXPECT_EQ(info.result, cudaGraphExecUpdateSuccess);
  ASSERT_CUDA(cudaGraphLaunch(exec, stream));
  ASSERT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_EQ(before, 0);
  EXPECT_EQ(after, 1);
  EXPECT_CUDA_ERROR(cudaGraphExecUpdate(exec, longer, &info), cudaErrorGraphExecUpdateFailure);
  EXPECT_EQ(info.result, cudaGraphExecUpdateErrorTopologyChanged);
  EXPECT_CUDA_ERROR(cudaGraphExecUpdate(exec, other_kind, &info), cudaErrorGraphExecUpdateFailure);
  EXPECT_EQ(info.result, cudaGraphExecUpdateErrorNodeTypeChanged);
  EXPECT_EQ(info.errorNode, empty);
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
}

TEST(Graph, LaunchesOfOneExecutableDoNotOverlap) {
  Graph graph;
  Stream first, second;
  struct Visits {
    std::atomic<int> inside{0}, most{0}, all{0};
    static void run(void* data) {
      auto* v = static_cast<Visits*>(data);
      v->most = std::max(v->most.load(), ++v->inside);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      --v->inside;
      ++v->all;
    }
  } visits;
  add_host(graph, {}, Visits::run, &visits);
  cudaGraphExec_t exec = instantiate(graph);
  for (int i = 0; i < 10; ++i) {
    ASSERT_CUDA(cudaGraphLaunch(exec, first));
    ASSERT_CUDA(cudaGraphLaunch(exec, second));
  }
  ASSERT_CUDA(cudaGraphExecDestroy(exec));  // the launches still happen
  ASSERT_CUDA(cudaStreamSynchronize(first));
  ASSERT_CUDA(cudaStreamSynchronize(second));
  EXPECT_EQ(visits.all, 20);
  EXPECT_EQ(visits.most, 1);
}

TEST(Graph, EventNodesRecordAndWaitAtEachLaunch) {
  Graph graph;
  Stream stream, outside;
  Event recorded, awaited;
  Gate gate;
  std::atomic<int> count{0};
  cudaGraphNode_t wait = nullptr, record = nullptr;
  ASSERT_CUDA(cudaGraphAddEventWaitNode(&wait, graph, nullptr, 0, awaited));
  cudaGraphNode_t work = add_host(graph, {wait}, count_up, &count);
  ASSERT_CUDA(cudaGraphAddEventRecordNode(&record, graph, &work, 1, recorded));
  cudaGraphExec_t exec = instantiate(graph);
  ASSERT_CUDA(cudaGraphLaunch(exec, stream));  // nothing to wait for yet
  ASSERT_CUDA(cudaEventSynchronize(recorded));
  EXPECT_EQ(count, 1);
  ASSERT_CUDA(cudaLaunchHostFunc(outside, Gate::host_function, &gate));
  ASSERT_CUDA(cudaEventRecord(awaited, outside));
  ASSERT_CUDA(cudaGraphLaunch(exec, stream));
  EXPECT_EQ(cudaEventQuery(recorded), cudaErrorNotReady);
  EXPECT_EQ(count, 1);
  gate.open();
  ASSERT_CUDA(cudaEventSynchronize(recorded));
  EXPECT_EQ(count, 2);
  EXPECT_CUDA(cudaStreamSynchronize(stream));
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
}

TEST(Graph, ExternalEventsBecomeNodesOfACapture) {
  Stream stream;
  Event event;
  cudaGraph_t graph = nullptr;
  ASSERT_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  ASSERT_CUDA(cudaStreamWaitEvent(stream, event, cudaEventWaitExternal));
  ASSERT_CUDA(cudaEventRecordWithFlags(event, stream, cudaEventRecordExternal));
  ASSERT_CUDA(cudaStreamEndCapture(stream, &graph));
  cudaGraphNode_t nodes[2];
  size_t count = 2;
  ASSERT_CUDA(cudaGraphGetNodes(graph, nodes, &count));
  ASSERT_EQ(count, 2u);
  cudaGraphNodeType types[2];
  for (int i = 0; i < 2; ++i) ASSERT_CUDA(cudaGraphNodeGetType(nodes[i], &types[i]));
  EXPECT_EQ(types[0], cudaGraphNodeTypeWaitEvent);
  EXPECT_EQ(types[1], cudaGraphNodeTypeEventRecord);
  cudaGraphExec_t exec = instantiate(graph);
  for (int i = 0; i < 3; ++i) ASSERT_CUDA(cudaGraphLaunch(exec, stream));
  EXPECT_CUDA(cudaEventSynchronize(event));
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
  EXPECT_CUDA(cudaGraphDestroy(graph));
}

TEST(Graph, OlderCallFormsCompileAndWork) {
  Graph graph;
  cudaGraphExec_t exec = nullptr;
  cudaGraphNode_t node = reinterpret_cast<cudaGraphNode_t>(1);
  char log[8] = "x";
  ASSERT_CUDA(cudaGraphInstantiate(&exec, graph, &node, log, sizeof(log)));
  EXPECT_EQ(node, nullptr);
  enum cudaGraphExecUpdateResult result;
  EXPECT_CUDA(cudaGraphExecUpdate(exec, graph, &node, &result));
  EXPECT_EQ(result, cudaGraphExecUpdateSuccess);
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
  ASSERT_CUDA(cudaGraphInstantiate(&exec, graph, nullptr, nullptr, 0));
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
  ASSERT_CUDA(cudaGraphInstantiateWithFlags(&exec, graph, cudaGraphInstantiateFlagUseNodePriority));
  unsigned long long flags = 0;
  EXPECT_CUDA(cudaGraphExecGetFlags(exec, &flags));
  EXPECT_EQ(flags, static_cast<unsigned long long>(cudaGraphInstantiateFlagUseNodePriority));
  EXPECT_CUDA(cudaGraphExecDestroy(exec));
}

TEST(Graph, DotFileNamesNodesAndEdges) {
  Graph graph;
  add_host(graph, {add_host(graph, {}, nothing, nullptr)}, nothing, nullptr);
  const std::string path = ::testing::TempDir() + "hostcuda_graph.dot";
  ASSERT_CUDA(cudaGraphDebugDotPrint(graph, path.c_str(), 0));
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find("n0 -> n1"), std::string::npos);
  EXPECT_NE(text.str().find("host"), std::string::npos);
  std::remove(path.c_str());
  EXPECT_CUDA_ERROR(cudaGraphDebugDotPrint(graph, "/no/such/folder/g.dot", 0),
                    cudaErrorOperatingSystem);
}

TEST(Graph, Errors) {
  Graph graph, other;
  Stream stream;
  cudaGraphExec_t exec = nullptr;
  cudaGraphNode_t node = nullptr;
  cudaGraph_t made = nullptr;
  size_t count = 0;
  int local = 0;
  const auto bad_graph = reinterpret_cast<cudaGraph_t>(&local);
  const auto bad_exec = reinterpret_cast<cudaGraphExec_t>(&local);
  const auto bad_node = reinterpret_cast<cudaGraphNode_t>(&local);
  EXPECT_CUDA_ERROR(cudaGraphCreate(nullptr, 0), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaGraphCreate(&made, 1), cudaErrorInvalidValue);
  for (cudaGraph_t bad : {cudaGraph_t{}, bad_graph}) {
    EXPECT_CUDA_ERROR(cudaGraphDestroy(bad), cudaErrorInvalidValue);
    EXPECT_CUDA_ERROR(cudaGraphInstantiate(&exec, bad, 0), cudaErrorInvalidValue);
    EXPECT_CUDA_ERROR(cudaGraphGetNodes(bad, nullptr, &count), cudaErrorInvalidValue);
    EXPECT_CUDA_ERROR(cudaGraphAddEmptyNode(&node, bad, nullptr, 0), cudaErrorInvalidValue);
  }
  for (cudaGraphExec_t bad : {cudaGraphExec_t{}, bad_exec}) {
    EXPECT_CUDA_ERROR(cudaGraphLaunch(bad, stream), cudaErrorInvalidValue);
    EXPECT_CUDA_ERROR(cudaGraphUpload(bad, stream), cudaErrorInvalidValue);
    EXPECT_CUDA_ERROR(cudaGraphExecDestroy(bad), cudaErrorInvalidValue);
  }
  cudaGraphNodeType type;
  EXPECT_CUDA_ERROR(cudaGraphNodeGetType(bad_node, &type), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaGraphInstantiate(nullptr, graph, 0), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaGraphInstantiate(&exec, graph, 0xff), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaGraphGetNodes(graph, nullptr, nullptr), cudaErrorInvalidValue);
  cudaHostNodeParams host{nullptr, nullptr};
  EXPECT_CUDA_ERROR(cudaGraphAddHostNode(&node, graph, nullptr, 0, &host), cudaErrorInvalidValue);
  cudaGraphNode_t first = add_host(graph, {}, nothing, nullptr);
  cudaGraphNode_t second = add_host(graph, {first}, nothing, nullptr);
  const cudaGraphNode_t twice[2] = {first, first};
  EXPECT_CUDA_ERROR(cudaGraphAddEmptyNode(&node, graph, twice, 2), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaGraphAddEmptyNode(&node, graph, &bad_node, 1), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaGraphAddEmptyNode(&node, other, &first, 1), cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaGraphAddDependencies(graph, &first, &second, nullptr, 1),
                    cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaGraphAddDependencies(graph, &first, &first, nullptr, 1),
                    cudaErrorInvalidValue);
  EXPECT_CUDA_ERROR(cudaGraphRemoveDependencies(graph, &second, &first, nullptr, 1),
                    cudaErrorInvalidValue);
  ASSERT_CUDA(cudaGraphInstantiate(&exec, graph, 0));
  EXPECT_CUDA_ERROR(cudaGraphLaunch(exec, reinterpret_cast<cudaStream_t>(&local)),
                    cudaErrorInvalidResourceHandle);
  ASSERT_CUDA(cudaGraphExecDestroy(exec));
  EXPECT_CUDA_ERROR(cudaGraphLaunch(exec, stream), cudaErrorInvalidValue);
}

}  // namespace
}  // namespace tenon::testing

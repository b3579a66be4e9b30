#include "hostcuda/capture.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <unordered_set>

#include "cuda_runtime_api.h"
#include "hostcuda/call.h"
#include "hostcuda/registry.h"

namespace tenon::hostcuda {
namespace {

thread_local cudaStreamCaptureMode thread_mode = cudaStreamCaptureModeGlobal;

// Captures that are going on; under graph_mutex(). Never destroyed.
std::vector<std::shared_ptr<Capture>>& captures() {
  static auto* const all = new std::vector<std::shared_ptr<Capture>>;
  return *all;
}
// Their number, readable without the lock.
std::atomic<int> capture_count{0};

// Invalidates the captures for which `which` holds; `error` if there is any.
template <class Which>
cudaError_t invalidate_where(Which which, cudaError_t error) {
  if (capture_count.load(std::memory_order_acquire) == 0) return cudaSuccess;
  std::lock_guard lock(graph_mutex());
  cudaError_t result = cudaSuccess;
  for (const auto& capture : captures()) {
    if (!which(*capture)) continue;
    capture->invalidated = true;
    result = error;
  }
  return result;
}

void join(CUstream_st& stream, const std::shared_ptr<Capture>& capture) {
  stream.capture = capture;
  stream.capturing.store(true);
  capture->streams.push_back(&stream);
}

void finish(Capture& capture) {
  capture.ended = true;
  for (CUstream_st* stream : capture.streams) {
    stream->capture = nullptr;
    stream->after.clear();
    stream->capturing.store(false);
  }
  capture.streams.clear();
  std::erase_if(captures(), [&](const auto& other) { return other.get() == &capture; });
  capture_count.store(static_cast<int>(captures().size()), std::memory_order_release);
}

void merge_into(std::vector<CUgraphNode_st*>& after, const std::vector<CUgraphNode_st*>& more) {
  for (CUgraphNode_st* node : more) {
    if (std::ranges::find(after, node) == after.end()) after.push_back(node);
  }
}

// Whether every node that another stream of the capture ends with comes before the origin's end.
bool all_joined(const Capture& capture) {
  std::unordered_set<const CUgraphNode_st*> seen;
  std::vector<const CUgraphNode_st*> pending(capture.origin->after.begin(),
                                             capture.origin->after.end());
  while (!pending.empty()) {
    const CUgraphNode_st* node = pending.back();
    pending.pop_back();
    if (!seen.insert(node).second) continue;
    pending.insert(pending.end(), node->after.begin(), node->after.end());
  }
  for (const CUstream_st* stream : capture.streams) {
    for (const CUgraphNode_st* node : stream->after) {
      if (!seen.contains(node)) return false;
    }
  }
  return true;
}

cudaError_t begin(cudaStream_t handle, std::shared_ptr<CUgraph_st> graph,
                  std::vector<CUgraphNode_st*> after, cudaStreamCaptureMode mode) {
  static unsigned long long next_id = 1;  // under graph_mutex()
  const auto stream = find_stream(handle);
  if (stream == nullptr) return cudaErrorInvalidResourceHandle;
  if (mode < cudaStreamCaptureModeGlobal || mode > cudaStreamCaptureModeRelaxed) {
    return cudaErrorInvalidValue;
  }
  if (stream.get() == &legacy_stream()) return cudaErrorStreamCaptureUnsupported;
  std::lock_guard lock(graph_mutex());
  if (stream->capture != nullptr) return cudaErrorIllegalState;
  auto capture = std::make_shared<Capture>();
  capture->id = next_id++;
  capture->mode = mode;
  capture->thread = std::this_thread::get_id();
  capture->origin = stream.get();
  capture->owns_graph = graph == nullptr;
  capture->graph = graph != nullptr ? std::move(graph) : std::make_shared<CUgraph_st>();
  registry<CUgraph_st>().add(capture->graph);
  captures().push_back(capture);
  capture_count.store(static_cast<int>(captures().size()), std::memory_order_release);
  stream->after = std::move(after);
  join(*stream, capture);
  return cudaSuccess;
}

cudaError_t end(CUstream_st& stream, cudaGraph_t* graph) {
  std::lock_guard lock(graph_mutex());
  const std::shared_ptr<Capture> capture = stream.capture;
  if (capture == nullptr) return cudaErrorIllegalState;
  if (capture->origin != &stream) {
    capture->invalidated = true;
    return cudaErrorStreamCaptureUnmatched;
  }
  cudaError_t error = cudaSuccess;
  if (capture->mode != cudaStreamCaptureModeRelaxed &&
      capture->thread != std::this_thread::get_id()) {
    error = cudaErrorStreamCaptureWrongThread;
  } else if (capture->invalidated) {
    error = cudaErrorStreamCaptureInvalidated;
  } else if (!all_joined(*capture)) {
    error = cudaErrorStreamCaptureUnjoined;
  }
  finish(*capture);
  if (error != cudaSuccess) {
    if (capture->owns_graph) registry<CUgraph_st>().remove(capture->graph.get());
    return error;
  }
  if (graph != nullptr) *graph = capture->graph.get();
  return cudaSuccess;
}

// Whether all are live nodes of `graph`.
bool belong_to(const CUgraph_st& graph, const std::vector<CUgraphNode_st*>& nodes) {
  return std::ranges::all_of(
      nodes, [&](const CUgraphNode_st* node) { return alive(node) && node->graph == &graph; });
}

}  // namespace

cudaError_t refuse_during_capture() {
  if (thread_mode == cudaStreamCaptureModeRelaxed) return cudaSuccess;
  const auto self = std::this_thread::get_id();
  return invalidate_where(
      [&](const Capture& capture) {
        if (capture.mode == cudaStreamCaptureModeRelaxed) return false;
        return capture.thread == self || (thread_mode == cudaStreamCaptureModeGlobal &&
                                          capture.mode == cudaStreamCaptureModeGlobal);
      },
      cudaErrorStreamCaptureUnsupported);
}

cudaError_t refuse_during_any_capture() {
  return invalidate_where([](const Capture&) { return true; }, cudaErrorStreamCaptureUnsupported);
}

cudaError_t refuse_legacy_during_capture() {
  return invalidate_where(
      [](const Capture& capture) {
        return std::ranges::any_of(capture.streams,
                                   [](const CUstream_st* stream) { return stream->blocking(); });
      },
      cudaErrorStreamCaptureImplicit);
}

cudaError_t refuse_capturing(CUstream_st& stream) {
  if (!stream.capturing.load()) return cudaSuccess;
  std::lock_guard lock(graph_mutex());
  if (stream.capture == nullptr) return cudaSuccess;
  stream.capture->invalidated = true;
  return cudaErrorStreamCaptureUnsupported;
}

cudaError_t capture_work(CUstream_st& stream, Work work) {
  std::lock_guard lock(graph_mutex());
  if (stream.capture == nullptr) return cudaErrorIllegalState;
  if (stream.capture->invalidated) return cudaErrorStreamCaptureInvalidated;
  CUgraphNode_st* const node = add_node(*stream.capture->graph, std::move(work), stream.after);
  stream.after.assign(1, node);
  return cudaSuccess;
}

bool under_capture(const CUgraph_st& graph) {
  return std::ranges::any_of(captures(), [&](const auto& c) { return c->graph.get() == &graph; });
}

void leave_capture(CUstream_st& stream) {
  if (!stream.capturing.load()) return;
  std::lock_guard lock(graph_mutex());
  const std::shared_ptr<Capture> capture = stream.capture;
  if (capture == nullptr) return;
  if (capture->origin == &stream) return finish(*capture);
  capture->invalidated = true;
  std::erase(capture->streams, &stream);
  stream.capture = nullptr;
  stream.capturing.store(false);
}

cudaError_t submit_work(CUstream_st& stream, Work work) {
  if (stream.capturing.load()) return capture_work(stream, std::move(work));
  if (&stream == &legacy_stream()) {
    if (const cudaError_t error = refuse_legacy_during_capture(); error != cudaSuccess) {
      return error;
    }
  }
  return enqueue(stream, to_op(work));
}

cudaError_t capture_record(CUstream_st& stream, const std::shared_ptr<CUevent_st>& event,
                           bool external) {
  std::lock_guard lock(graph_mutex());
  if (stream.capture == nullptr) return cudaErrorIllegalState;
  if (stream.capture->invalidated) return cudaErrorStreamCaptureInvalidated;
  if (external) return capture_work(stream, RecordWork{event});
  event->captured.store(true);
  event->capture = stream.capture;
  event->captured_after = stream.after;
  return cudaSuccess;
}

cudaError_t capture_wait(CUstream_st& stream, const std::shared_ptr<CUevent_st>& event,
                         bool external) {
  std::lock_guard lock(graph_mutex());
  if (stream.capture != nullptr && stream.capture->invalidated) {
    return cudaErrorStreamCaptureInvalidated;
  }
  if (external && stream.capture != nullptr) return capture_work(stream, WaitWork{event});
  const auto& capture = event->capture;
  if (capture == nullptr) {  // recorded outside: the graph cannot depend on it
    if (stream.capture == nullptr) return cudaErrorIllegalState;
    if (!event->current()) return cudaSuccess;
    stream.capture->invalidated = true;
    return cudaErrorStreamCaptureIsolation;
  }
  if (capture->ended) return cudaErrorInvalidValue;
  if (capture->invalidated) return cudaErrorStreamCaptureInvalidated;
  if (&stream == &legacy_stream()) {
    capture->invalidated = true;
    return cudaErrorStreamCaptureImplicit;
  }
  if (stream.capture == nullptr) {
    stream.after.clear();
    join(stream, capture);
  } else if (stream.capture != capture) {
    stream.capture->invalidated = true;
    capture->invalidated = true;
    return cudaErrorStreamCaptureMerge;
  }
  merge_into(stream.after, event->captured_after);
  return cudaSuccess;
}

cudaError_t refuse_captured_event(CUevent_st& event, bool invalidate) {
  if (!event.captured.load()) return cudaSuccess;
  std::lock_guard lock(graph_mutex());
  if (event.capture == nullptr) return cudaSuccess;
  if (event.capture->ended) return cudaErrorInvalidValue;
  if (invalidate) event.capture->invalidated = true;
  return cudaErrorCapturedEvent;
}

bool is_capturing(cudaStream_t handle) {
  const auto stream = find_stream(handle);
  return stream != nullptr && stream->capturing.load();
}

}  // namespace tenon::hostcuda

using namespace tenon::hostcuda;

extern "C" {

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
  return call([&] { return begin(stream, nullptr, {}, mode); });
}

cudaError_t cudaStreamBeginCaptureToGraph(cudaStream_t stream, cudaGraph_t graph,
                                          const cudaGraphNode_t* dependencies,
                                          const cudaGraphEdgeData* /*dependencyData*/,
                                          size_t numDependencies, cudaStreamCaptureMode mode) {
  return call([&] {
    const auto target = registry<CUgraph_st>().find(graph);
    if (target == nullptr || (dependencies == nullptr && numDependencies > 0)) {
      return cudaErrorInvalidValue;
    }
    std::vector<CUgraphNode_st*> after(dependencies, dependencies + numDependencies);
    std::lock_guard lock(graph_mutex());
    if (!belong_to(*target, after)) return cudaErrorInvalidValue;
    return begin(stream, target, std::move(after), mode);
  });
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* pGraph) {
  return call([&] {
    if (pGraph != nullptr) *pGraph = nullptr;
    const auto object = find_stream(stream);
    return object == nullptr ? cudaErrorInvalidResourceHandle : end(*object, pGraph);
  });
}

cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus* pCaptureStatus) {
  return call([&] {
    if (pCaptureStatus == nullptr) return cudaErrorInvalidValue;
    return cudaStreamGetCaptureInfo(stream, pCaptureStatus);
  });
}

cudaError_t cudaStreamGetCaptureInfo(cudaStream_t stream,
                                     cudaStreamCaptureStatus* captureStatus_out,
                                     unsigned long long* id_out, cudaGraph_t* graph_out,
                                     const cudaGraphNode_t** dependencies_out,
                                     const cudaGraphEdgeData** edgeData_out,
                                     size_t* numDependencies_out) {
  return call([&] {
    if (captureStatus_out == nullptr) return cudaErrorInvalidValue;
    const auto object = find_stream(stream);
    if (object == nullptr) return cudaErrorInvalidResourceHandle;
    std::lock_guard lock(graph_mutex());
    const auto blocking = [](const CUstream_st* other) { return other->blocking(); };
    if (object.get() == &legacy_stream() && std::ranges::any_of(captures(), [&](const auto& c) {
          return std::ranges::any_of(c->streams, blocking);
        })) {
      return cudaErrorStreamCaptureImplicit;
    }
    const auto& capture = object->capture;
    *captureStatus_out = capture == nullptr     ? cudaStreamCaptureStatusNone
                         : capture->invalidated ? cudaStreamCaptureStatusInvalidated
                                                : cudaStreamCaptureStatusActive;
    if (*captureStatus_out != cudaStreamCaptureStatusActive) return cudaSuccess;
    if (id_out != nullptr) *id_out = capture->id;
    if (graph_out != nullptr) *graph_out = capture->graph.get();
    if (dependencies_out != nullptr) *dependencies_out = object->after.data();
    if (edgeData_out != nullptr) *edgeData_out = nullptr;
    if (numDependencies_out != nullptr) *numDependencies_out = object->after.size();
    return cudaSuccess;
  });
}

cudaError_t cudaStreamUpdateCaptureDependencies(cudaStream_t stream, cudaGraphNode_t* dependencies,
                                                const cudaGraphEdgeData* /*dependencyData*/,
                                                size_t numDependencies, unsigned int flags) {
  return call([&] {
    const auto object = find_stream(stream);
    if (object == nullptr) return cudaErrorInvalidResourceHandle;
    if (flags > cudaStreamSetCaptureDependencies ||
        (dependencies == nullptr && numDependencies > 0)) {
      return cudaErrorInvalidValue;
    }
    std::lock_guard lock(graph_mutex());
    if (object->capture == nullptr) return cudaErrorIllegalState;
    if (object->capture->invalidated) return cudaErrorStreamCaptureInvalidated;
    const std::vector<CUgraphNode_st*> nodes(dependencies, dependencies + numDependencies);
    if (!belong_to(*object->capture->graph, nodes)) return cudaErrorInvalidValue;
    if (flags == cudaStreamSetCaptureDependencies) object->after.clear();
    merge_into(object->after, nodes);
    return cudaSuccess;
  });
}

cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode* mode) {
  return call([&] {
    if (mode == nullptr || *mode < cudaStreamCaptureModeGlobal ||
        *mode > cudaStreamCaptureModeRelaxed) {
      return cudaErrorInvalidValue;
    }
    std::swap(*mode, thread_mode);
    return cudaSuccess;
  });
}

}  // extern "C"

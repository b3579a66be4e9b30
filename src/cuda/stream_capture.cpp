#include "cuda/stream_capture.h"

#include "cuda/check.h"

namespace tenon {

CaptureState capture_state(cudaStream_t stream) {
  CaptureState state;
  cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
#if CUDART_VERSION >= 13000
  check_cuda(cudaStreamGetCaptureInfo(stream, &status, nullptr, &state.graph, &state.dependencies,
                                      nullptr, &state.count),
             "cudaStreamGetCaptureInfo");
#else
  check_cuda(cudaStreamGetCaptureInfo_v2(stream, &status, nullptr, &state.graph,
                                         &state.dependencies, &state.count),
             "cudaStreamGetCaptureInfo");
#endif
  return state;
}

void continue_capture_after(cudaStream_t stream, cudaGraphNode_t node) {
#if CUDART_VERSION >= 13000
  check_cuda(cudaStreamUpdateCaptureDependencies(stream, &node, nullptr, 1,
                                                 cudaStreamSetCaptureDependencies),
             "cudaStreamUpdateCaptureDependencies");
#else
  check_cuda(
      cudaStreamUpdateCaptureDependencies(stream, &node, 1, cudaStreamSetCaptureDependencies),
      "cudaStreamUpdateCaptureDependencies");
#endif
}

}  // namespace tenon

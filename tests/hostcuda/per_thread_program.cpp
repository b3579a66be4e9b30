// Built with CUDA_API_PER_THREAD_DEFAULT_STREAM: stream 0 is the thread's own here.
#include "per_thread_program.h"

#include <cuda_runtime.h>

cudaError_t launch_on_stream_zero(cudaHostFn_t fn, void* data) {
  return cudaLaunchHostFunc(nullptr, fn, data);
}

cudaError_t query_stream_zero() { return cudaStreamQuery(nullptr); }

cudaError_t synchronize_stream_zero() { return cudaStreamSynchronize(0); }

cudaError_t id_of_stream_zero(unsigned long long* id) { return cudaStreamGetId(0, id); }

cudaError_t copy_and_fill(char* device, char* back, size_t size) {
  if (const cudaError_t error = cudaMemset(device, 6, size); error != cudaSuccess) return error;
  return cudaMemcpy(back, device, size, cudaMemcpyDeviceToHost);
}

cudaError_t capture_on_stream_zero(cudaHostFn_t fn, void* data, cudaGraphExec_t* exec) {
  cudaGraph_t graph = nullptr;
  cudaError_t error = cudaStreamBeginCapture(nullptr, cudaStreamCaptureModeGlobal);
  if (error == cudaSuccess) error = cudaLaunchHostFunc(nullptr, fn, data);
  if (error == cudaSuccess) error = cudaStreamEndCapture(nullptr, &graph);
  if (error == cudaSuccess) error = cudaGraphInstantiate(exec, graph, 0);
  if (error == cudaSuccess) error = cudaGraphLaunch(*exec, nullptr);
  if (error == cudaSuccess) error = cudaGraphDestroy(graph);
  return error;
}

// Uses the headers from plain C: every header must compile as C11, every struct be usable.
#include "c_program.h"

#include <cuda.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_profiler_api.h>
#include <cuda_runtime.h>
#include <cuda_runtime_api.h>
#include <library_types.h>
#include <vector_types.h>

int run_c_program(int value) {
  struct cudaDeviceProp properties;
  struct cudaPointerAttributes attributes;
  enum cudaStreamCaptureStatus status = cudaStreamCaptureStatusActive;
  cudaDataType type = CUDA_R_16F;
  cudaStream_t stream;
  cudaEvent_t event;
  dim3 grid = {1, 2, 3};
  float4 quad = make_float4(1, 2, 3, 4);
  int* device;
  int back = 0;
  if (cudaGetDeviceProperties(&properties, 0) != cudaSuccess) return -1;
  if (cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) != cudaSuccess) return -2;
  if (cudaEventCreate(&event) != cudaSuccess) return -3;
  if (cudaMalloc((void**)&device, sizeof(int)) != cudaSuccess) return -4;
  if (cudaPointerGetAttributes(&attributes, device) != cudaSuccess) return -5;
  if (cudaMemcpyAsync(device, &value, sizeof(int), cudaMemcpyHostToDevice, stream)) return -6;
  if (cudaMemcpyAsync(&back, device, sizeof(int), cudaMemcpyDeviceToHost, stream)) return -7;
  if (cudaEventRecord(event, stream) != cudaSuccess) return -8;
  if (cudaEventSynchronize(event) != cudaSuccess) return -9;
  if (cudaStreamIsCapturing(stream, &status) != cudaSuccess) return -10;
  if (cudaFree(device) != cudaSuccess || cudaEventDestroy(event) != cudaSuccess) return -11;
  if (cudaStreamDestroy(stream) != cudaSuccess) return -12;
  if (type != 2 || grid.z != 3 || quad.w != 4 || status != cudaStreamCaptureStatusNone) return -13;
  return attributes.type == cudaMemoryTypeDevice ? back : -14;
}

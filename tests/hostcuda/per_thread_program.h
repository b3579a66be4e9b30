// Calls made by a program whose stream 0 is the calling thread's own.
#pragma once

#include <cuda_runtime_api.h>

cudaError_t launch_on_stream_zero(cudaHostFn_t fn, void* data);
cudaError_t query_stream_zero();
cudaError_t synchronize_stream_zero();
cudaError_t id_of_stream_zero(unsigned long long* id);
cudaError_t copy_and_fill(char* device, char* back, size_t size);
cudaError_t capture_on_stream_zero(cudaHostFn_t fn, void* data, cudaGraphExec_t* exec);

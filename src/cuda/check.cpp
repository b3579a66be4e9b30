#include "cuda/check.h"

namespace tenon {
namespace {

bool is_memory(cudaError_t status) { return status == cudaErrorMemoryAllocation; }

bool is_missing(cudaError_t status) {
  return status == cudaErrorNoDevice || status == cudaErrorInsufficientDriver ||
         status == cudaErrorSystemDriverMismatch || status == cudaErrorSystemNotReady ||
         status == cudaErrorNoKernelImageForDevice || status == cudaErrorStubLibrary ||
         status == cudaErrorDevicesUnavailable;
}

const char* advice(cudaError_t status) {
  switch (status) {
    case cudaErrorNoDevice: return ": there is no CUDA GPU here";
    case cudaErrorInsufficientDriver:
      return ": the NVIDIA driver is missing or older than the CUDA runtime; update it";
    case cudaErrorStubLibrary: return ": a stub of libcuda was loaded instead of the driver's";
    case cudaErrorNoKernelImageForDevice:
      return ": the library has no code for this GPU (it needs compute capability 8.0 or later)";
    default: return "";
  }
}

// Errors after which every call fails until the process ends.
bool is_sticky(cudaError_t status) {
  return cudaGetLastError() == status && cudaPeekAtLastError() != cudaSuccess;
}

}  // namespace

void check_cuda(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  const ErrorCode code = is_memory(status)    ? ErrorCode::kOutOfMemory
                         : is_missing(status) ? ErrorCode::kInitialization
                                              : ErrorCode::kExecution;
  const bool sticky = !is_missing(status) && is_sticky(status);
  fail(code, "{}: {} ({}){}{}", call, cudaGetErrorString(status), cudaGetErrorName(status),
       advice(status),
       sticky ? ": the GPU cannot be used again by this process; an earlier kernel may be at fault "
                "(TENON_CUDA_SYNC=1 names the layer)"
              : "");
}

}  // namespace tenon

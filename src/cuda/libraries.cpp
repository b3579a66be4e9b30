#include "cuda/libraries.h"

#include <map>
#include <mutex>

#include "cuda/check.h"

namespace tenon {

void check_cudnn(cudnnStatus_t status, const char* call) {
  if (status == CUDNN_STATUS_SUCCESS) return;
  char details[512] = "";
  cudnnGetLastErrorString(details, sizeof details);
  const bool memory = status == CUDNN_STATUS_ALLOC_FAILED;
  fail(memory ? ErrorCode::kOutOfMemory : ErrorCode::kUnsupported, "{}: {} {}", call,
       cudnnGetErrorString(status), details);
}

void check_cublas(cublasStatus_t status, const char* call) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  const bool memory = status == CUBLAS_STATUS_ALLOC_FAILED;
  fail(memory ? ErrorCode::kOutOfMemory : ErrorCode::kUnsupported, "{}: {}", call,
       cublasLtGetStatusName(status));
}

static int current_device() {
  int device = 0;
  check_cuda(cudaGetDevice(&device), "cudaGetDevice");
  return device;
}

cudnnHandle_t cudnn_handle() {
  struct Handles {
    std::map<int, cudnnHandle_t> of_device;
    ~Handles() {
      for (const auto& [device, handle] : of_device) cudnnDestroy(handle);
    }
  };
  thread_local Handles handles;
  cudnnHandle_t& handle = handles.of_device[current_device()];
  if (handle == nullptr) {
    // It takes memory, which a thread that records a stream is else refused.
    cudaStreamCaptureMode mode = cudaStreamCaptureModeRelaxed;
    cudaThreadExchangeStreamCaptureMode(&mode);
    const cudnnStatus_t status = cudnnCreate(&handle);
    cudaThreadExchangeStreamCaptureMode(&mode);
    check_cudnn(status, "cudnnCreate");
  }
  return handle;
}

cublasLtHandle_t cublaslt_handle() {
  static std::mutex mutex;
  static auto* handles = new std::map<int, cublasLtHandle_t>;  // launches may outlive main()
  const int device = current_device();
  const std::lock_guard lock(mutex);
  cublasLtHandle_t& handle = (*handles)[device];
  if (handle == nullptr) check_cublas(cublasLtCreate(&handle), "cublasLtCreate");
  return handle;
}

std::string library_versions() {
  const size_t dnn = cudnnGetVersion();      // 91400
  const size_t blas = cublasLtGetVersion();  // 130100
  return fmt::format("cuDNN {}.{}.{}, cuBLASLt {}.{}.{}", dnn / 10000, dnn / 100 % 100, dnn % 100,
                     blas / 10000, blas / 100 % 100, blas % 100);
}

}  // namespace tenon

// The last error of a thread, names and sentences of errors.
#include "cuda_runtime_api.h"
#include "hostcuda/call.h"
#include "hostcuda/error_table.h"

namespace tenon::hostcuda {
namespace {

thread_local cudaError_t last_error = cudaSuccess;

constexpr const char* kUnrecognized = "unrecognized error code";

}  // namespace

cudaError_t report(cudaError_t error) {
  if (error != cudaSuccess && error != cudaErrorNotReady) last_error = error;
  return error;
}

bool& in_host_function() {
  thread_local bool inside = false;
  return inside;
}

}  // namespace tenon::hostcuda

using namespace tenon::hostcuda;

extern "C" {

cudaError_t cudaGetLastError(void) {
  const cudaError_t error = last_error;
  last_error = cudaSuccess;
  return error;
}

cudaError_t cudaPeekAtLastError(void) { return last_error; }

const char* cudaGetErrorName(cudaError_t error) {
  switch (static_cast<int>(error)) {
#define TENON_NAME(code, sentence) \
  case code: return #code;
    TENON_CUDA_ERRORS(TENON_NAME)
#undef TENON_NAME
    default: return kUnrecognized;
  }
}

const char* cudaGetErrorString(cudaError_t error) {
  switch (static_cast<int>(error)) {
#define TENON_SENTENCE(code, sentence) \
  case code: return sentence;
    TENON_CUDA_ERRORS(TENON_SENTENCE)
#undef TENON_SENTENCE
    default: return kUnrecognized;
  }
}

}  // extern "C"

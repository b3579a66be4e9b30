#include "cuda/tensor_map.h"

#include <cudaTypedefs.h>
#include <cuda_runtime_api.h>

#include "base/error.h"
#include "cuda/check.h"

namespace tenon {

void* driver_function(const char* name) {
  constexpr unsigned kSince = 12000;
  void* function = nullptr;
  cudaDriverEntryPointQueryResult found{};
  check_cuda(cudaGetDriverEntryPointByVersion(name, &function, kSince, cudaEnableDefault, &found),
             name);
  if (found != cudaDriverEntryPointSuccess) fail("the driver has no {}", name);
  return function;
}

void check_map(CUresult result, const char* call) {
  if (result != CUDA_SUCCESS) fail("{} failed with {}", call, static_cast<int>(result));
}

void set_address(CUtensorMap& map, const void* x) {
  static const auto replace = reinterpret_cast<PFN_cuTensorMapReplaceAddress_v12000>(
      driver_function("cuTensorMapReplaceAddress"));
  check_map(replace(&map, const_cast<void*>(x)), "cuTensorMapReplaceAddress");
}

}  // namespace tenon

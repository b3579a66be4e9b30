#include "cuda/tensor_map.h"

#include <cudaTypedefs.h>
#include <cuda_runtime_api.h>

#include <vector>

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

void* unset_address() { return reinterpret_cast<void*>(uintptr_t{1} << 20); }

CUtensorMap tiled_map(CUtensorMapDataType type, std::span<const cuuint64_t> dims,
                      std::span<const cuuint64_t> strides, std::span<const cuuint32_t> box,
                      CUtensorMapL2promotion promotion) {
  static const auto encode = reinterpret_cast<PFN_cuTensorMapEncodeTiled_v12000>(
      driver_function("cuTensorMapEncodeTiled"));
  TENON_CHECK(strides.size() + 1 == dims.size() && box.size() == dims.size());
  const std::vector<cuuint32_t> steps(dims.size(), 1);
  CUtensorMap map;
  check_map(encode(&map, type, static_cast<cuuint32_t>(dims.size()), unset_address(), dims.data(),
                   strides.data(), box.data(), steps.data(), CU_TENSOR_MAP_INTERLEAVE_NONE,
                   CU_TENSOR_MAP_SWIZZLE_128B, promotion, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE),
            "cuTensorMapEncodeTiled");
  return map;
}

void set_address(CUtensorMap& map, const void* x) {
  static const auto replace = reinterpret_cast<PFN_cuTensorMapReplaceAddress_v12000>(
      driver_function("cuTensorMapReplaceAddress"));
  check_map(replace(&map, const_cast<void*>(x)), "cuTensorMapReplaceAddress");
}

}  // namespace tenon

#pragma once

#include <cuda_runtime_api.h>

#include <atomic>
#include <cstddef>
#include <tuple>

namespace tenon {

// Kernels that begin while the kernel before them in the stream still ends (programmatic dependent
// launch): what they do before wait_for_producers() overlaps with it, and may touch constants only.
// A kernel launched so must call wait_for_producers() in every thread that reads or writes
// tensors: kernels behind it rely on its end to mean the end of all before it.

// Whether launches bound from now on are made so; measurements turn it off.
inline std::atomic<bool> use_dependent_launches{true};
// Whether they are, and every GPU here knows them (compute capability 9.0).
bool dependent_launches();

struct LaunchShape {
  unsigned blocks = 1;
  unsigned threads = 1;
  size_t shared_bytes = 0;
  unsigned cluster = 1;  // blocks that share memory, along x
  bool dependent = false;
};

// For a kernel of one parameter. Errors are left for check_launch().
inline void launch_kernel(const void* kernel, const LaunchShape& shape, const void* params,
                          cudaStream_t stream) {
  cudaLaunchAttribute attributes[2];
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(shape.blocks);
  config.blockDim = dim3(shape.threads);
  config.dynamicSmemBytes = shape.shared_bytes;
  config.stream = stream;
  config.attrs = attributes;
  if (shape.dependent) {
    cudaLaunchAttribute& a = attributes[config.numAttrs++];
    a.id = cudaLaunchAttributeProgrammaticStreamSerialization;
    a.val.programmaticStreamSerializationAllowed = 1;
  }
  if (shape.cluster > 1) {
    cudaLaunchAttribute& a = attributes[config.numAttrs++];
    a.id = cudaLaunchAttributeClusterDimension;
    a.val.clusterDim.x = shape.cluster;
    a.val.clusterDim.y = a.val.clusterDim.z = 1;
  }
  void* arguments[] = {const_cast<void*>(params)};
  cudaLaunchKernelExC(&config, kernel, arguments);
}
template <typename Params>
void launch_kernel(void (*kernel)(Params), const LaunchShape& shape, const Params& params,
                   cudaStream_t stream) {
  launch_kernel(reinterpret_cast<const void*>(kernel), shape, static_cast<const void*>(&params),
                stream);
}

// In place of <<<grid, block, shared, stream>>>, for a kernel that calls follow_producers() first.
template <typename... P, typename... Given>
void launch_dependent(void (*kernel)(P...), dim3 grid, dim3 block, size_t shared,
                      cudaStream_t stream, Given... given) {
  std::tuple<P...> values(given...);
  cudaLaunchAttribute attribute{};
  attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  attribute.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t config{};
  config.gridDim = grid;
  config.blockDim = block;
  config.dynamicSmemBytes = shared;
  config.stream = stream;
  config.attrs = &attribute;
  config.numAttrs = dependent_launches() ? 1 : 0;
  std::apply(
      [&](auto&... value) {
        void* arguments[] = {&value...};
        cudaLaunchKernelExC(&config, reinterpret_cast<const void*>(kernel), arguments);
      },
      values);
}

#ifdef __CUDACC__

// Lets the kernel behind this one begin once every block has come this far.
__device__ inline void allow_dependents() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

// Waits until the kernels before this one have ended and their writes can be seen.
__device__ inline void wait_for_producers() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

// Both at once: the beginning of kernels that have nothing to do ahead.
__device__ inline void follow_producers() {
  allow_dependents();
  wait_for_producers();
}

#endif  // __CUDACC__

}  // namespace tenon

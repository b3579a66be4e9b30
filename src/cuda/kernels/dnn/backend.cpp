#include "cuda/kernels/dnn/backend.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "cuda/check.h"
#include "cuda/libraries.h"

namespace tenon {

BackendDescriptor::BackendDescriptor(cudnnBackendDescriptorType_t type) {
  check_cudnn(cudnnBackendCreateDescriptor(type, &descriptor_), "cudnnBackendCreateDescriptor");
}

BackendDescriptor::~BackendDescriptor() {
  if (descriptor_ != nullptr) cudnnBackendDestroyDescriptor(descriptor_);
}

void BackendDescriptor::set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
                            int64_t count, const void* values) {
  check_cudnn(cudnnBackendSetAttribute(descriptor_, name, type, count, values),
              "cudnnBackendSetAttribute");
}

void BackendDescriptor::finalize() {
  check_cudnn(cudnnBackendFinalize(descriptor_), "cudnnBackendFinalize");
}

bool BackendDescriptor::try_finalize() {
  return cudnnBackendFinalize(descriptor_) == CUDNN_STATUS_SUCCESS;
}

int64_t BackendDescriptor::count(cudnnBackendAttributeName_t name,
                                 cudnnBackendAttributeType_t type) const {
  int64_t count = 0;
  check_cudnn(cudnnBackendGetAttribute(descriptor_, name, type, 0, &count, nullptr),
              "cudnnBackendGetAttribute");
  return count;
}

size_t BackendDescriptor::read(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type,
                               size_t count, void* values) const {
  int64_t returned = 0;
  if (count == 0) return 0;
  check_cudnn(cudnnBackendGetAttribute(descriptor_, name, type, static_cast<int64_t>(count),
                                       &returned, values),
              "cudnnBackendGetAttribute");
  return std::min(count, static_cast<size_t>(returned));
}

// cuDNN copies them into descriptors that it is given; of some attributes it does not tell the
// count beforehand.
std::vector<BackendDescriptor> BackendDescriptor::descriptors(cudnnBackendAttributeName_t name,
                                                              cudnnBackendDescriptorType_t type,
                                                              size_t most) const {
  std::vector<BackendDescriptor> result;
  std::vector<cudnnBackendDescriptor_t> raw;
  for (size_t i = 0; i < most; ++i) {
    result.emplace_back(type);
    raw.push_back(result.back().get());
  }
  const size_t count = read(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, raw.size(), raw.data());
  result.erase(result.begin() + static_cast<std::ptrdiff_t>(count), result.end());
  return result;
}

namespace {

struct FreeHandles {
  std::mutex mutex;
  std::multimap<int, cudnnHandle_t> of_device;
};
FreeHandles& free_handles() {
  static auto* handles = new FreeHandles;
  return *handles;
}

}  // namespace

BuildHandle::BuildHandle() {
  check_cuda(cudaGetDevice(&device_), "cudaGetDevice");
  FreeHandles& free = free_handles();
  {
    const std::lock_guard lock(free.mutex);
    if (const auto it = free.of_device.find(device_); it != free.of_device.end()) {
      handle_ = it->second;
      free.of_device.erase(it);
    }
  }
  if (handle_ == nullptr) check_cudnn(cudnnCreate(&handle_), "cudnnCreate");
}

BuildHandle::~BuildHandle() {
  FreeHandles& free = free_handles();
  const std::lock_guard lock(free.mutex);
  free.of_device.emplace(device_, handle_);
}

}  // namespace tenon

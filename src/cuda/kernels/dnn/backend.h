#pragma once

#include <cudnn.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace tenon {

// A descriptor of cuDNN's graph API: made, given attributes, finalized, then only read.
class BackendDescriptor {
 public:
  explicit BackendDescriptor(cudnnBackendDescriptorType_t type);
  ~BackendDescriptor();
  BackendDescriptor(BackendDescriptor&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, nullptr)) {}
  BackendDescriptor& operator=(BackendDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  cudnnBackendDescriptor_t get() const { return descriptor_; }

  // Throw Error when cuDNN refuses.
  void set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, int64_t count,
           const void* values);
  template <typename T>
  void set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, const T& value) {
    set(name, type, 1, &value);
  }
  void set(cudnnBackendAttributeName_t name, const std::vector<int64_t>& values) {
    set(name, CUDNN_TYPE_INT64, static_cast<int64_t>(values.size()), values.data());
  }
  void set(cudnnBackendAttributeName_t name, const BackendDescriptor& value) {
    set(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, value.get());
  }
  void finalize();
  // False when what it describes is not supported.
  bool try_finalize();

  // Elements that an attribute has.
  int64_t count(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type) const;
  template <typename T>
  std::vector<T> list(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type) const {
    std::vector<T> values(static_cast<size_t>(count(name, type)));
    values.resize(read(name, type, values.size(), values.data()));
    return values;
  }
  template <typename T>
  T value(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type) const {
    T value{};
    read(name, type, 1, &value);
    return value;
  }
  // An attribute's descriptors, of the given type, at most `most`.
  std::vector<BackendDescriptor> descriptors(cudnnBackendAttributeName_t name,
                                             cudnnBackendDescriptorType_t type, size_t most) const;

 private:
  size_t read(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, size_t count,
              void* values) const;
  cudnnBackendDescriptor_t descriptor_ = nullptr;
};

// A handle for building plans: a plan may outlive the thread that builds it, and with it the
// thread's own handle. Handles are used again and never destroyed.
class BuildHandle {
 public:
  BuildHandle();
  ~BuildHandle();
  BuildHandle(const BuildHandle&) = delete;
  BuildHandle& operator=(const BuildHandle&) = delete;
  cudnnHandle_t get() const { return handle_; }

 private:
  int device_ = 0;
  cudnnHandle_t handle_ = nullptr;
};

}  // namespace tenon

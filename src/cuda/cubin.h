#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace tenon {

// A kernel from compiled code that a plan carries (see compile_cubin()). Equal code is loaded once
// a process. Throws Error when the code is not for this GPU or has no kernel of that name.
class Cubin {
 public:
  static std::shared_ptr<const Cubin> load(std::span<const std::byte> code);
  ~Cubin();
  Cubin(const Cubin&) = delete;
  Cubin& operator=(const Cubin&) = delete;

  // For cudaLaunchKernel(), which takes it in place of a function.
  const void* kernel(const std::string& name) const;

 private:
  explicit Cubin(std::span<const std::byte> code);
  cudaLibrary_t library_ = nullptr;
};

}  // namespace tenon

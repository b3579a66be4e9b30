#include "cuda/cubin.h"

#include <map>
#include <mutex>

#include "base/hash.h"
#include "cuda/check.h"

namespace tenon {

Cubin::Cubin(std::span<const std::byte> code) {
  check_cuda(cudaLibraryLoadData(&library_, code.data(), nullptr, nullptr, 0, nullptr, nullptr, 0),
             "loading a compiled kernel");
}

Cubin::~Cubin() { cudaLibraryUnload(library_); }

const void* Cubin::kernel(const std::string& name) const {
  cudaKernel_t kernel = nullptr;
  check_cuda(cudaLibraryGetKernel(&kernel, library_, name.c_str()), "finding a compiled kernel");
  return static_cast<const void*>(kernel);
}

std::shared_ptr<const Cubin> Cubin::load(std::span<const std::byte> code) {
  static std::mutex mutex;
  // Never destroyed: the driver may be gone when the process ends.
  static auto* loaded = new std::map<std::pair<uint64_t, size_t>, std::weak_ptr<const Cubin>>;
  const std::pair key{hash_bytes(code), code.size()};
  const std::lock_guard lock(mutex);
  std::weak_ptr<const Cubin>& known = (*loaded)[key];
  if (auto cubin = known.lock()) return cubin;
  std::shared_ptr<const Cubin> cubin(new Cubin(code));
  known = cubin;
  return cubin;
}

}  // namespace tenon

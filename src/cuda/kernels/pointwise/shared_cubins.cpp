#include "cuda/kernels/pointwise/shared_cubins.h"

#include <map>
#include <memory>
#include <mutex>

#include "cuda/nvrtc.h"

namespace tenon {
namespace {

struct Entry {
  std::once_flag once;
  std::vector<std::byte> cubin;
};

}  // namespace

std::vector<std::byte> shared_cubin(const std::string& source, int sm) {
  static std::mutex mutex;
  static std::map<std::pair<int, std::string>, std::shared_ptr<Entry>> entries;
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex);
    auto& known = entries[{sm, source}];
    if (!known) known = std::make_shared<Entry>();
    entry = known;
  }
  // Others that want the same kernel wait for it; where it fails the next one tries again.
  std::call_once(entry->once, [&] { entry->cubin = compile_cubin(source, sm); });
  return entry->cubin;
}

}  // namespace tenon

#include <algorithm>
#include <map>

#include "build/freed_memory.h"
#include "build/storage.h"

namespace tenon {
namespace {

// The steps that read each of the packed constants, which are known by their address.
using Readers = std::map<const std::byte*, std::vector<DraftStep*>>;

Readers readers_of(Draft& draft) {
  Readers readers;
  for (DraftStep& step : draft.steps) {
    if (!step.packed.constants.empty()) readers[step.packed.constants.data()].push_back(&step);
  }
  return readers;
}

// Of the plan file, more or less: the rest of it may be put before the weights. Room that is not
// used takes no memory.
size_t bytes_of_plan(const Draft& draft, const Readers& readers) {
  constexpr size_t kStep = 4096;
  size_t bytes = 0;
  for (const DraftStep& step : draft.steps) bytes += kStep + 2 * step.packed.code.size();
  for (const auto& [data, steps] : readers) {
    bytes += steps[0]->packed.constants.size() + kPlanAlignment;
  }
  return bytes;
}

}  // namespace

void store_constants(Draft& draft, Tuner& tuner, WeightStore& weights) {
  Readers readers = readers_of(draft);
  const size_t bytes = bytes_of_plan(draft, readers);
  weights.expect(bytes);
  const size_t piece = std::max(bytes / 8, size_t{16} << 20);
  size_t freed = piece;  // as constants were packed there was much already
  for (DraftStep& step : draft.steps) {
    const auto it = readers.find(step.packed.constants.data());
    if (it == readers.end()) continue;
    if (freed >= piece && weights.purpose() == WeightStore::Purpose::kPlan) {
      release_freed_memory();
      freed = 0;
    }
    freed += step.packed.constants.size();
    const Blob blob = weights.add(step.packed.constants);
    tuner.drop_constants(step.packed);
    for (DraftStep* reader : it->second) {
      reader->step.packed = blob;
      reader->packed.constants = {};
    }
    readers.erase(it);
  }
}

}  // namespace tenon

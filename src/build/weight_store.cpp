#include "build/weight_store.h"

#include <algorithm>

#include "base/hash.h"
#include "base/rounding.h"

namespace tenon {

Blob WeightStore::add(std::span<const std::byte> bytes) {
  if (bytes.empty()) return {};
  const size_t start = round_up(size_, kPlanAlignment);
  const Blob next{start, bytes.size()};
  if (purpose_ == Purpose::kRehearsal) {
    size_ = start + bytes.size();
    return next;
  }
  const uint64_t hash = hash_bytes(bytes);
  const auto [begin, end] = by_hash_.equal_range(hash);
  for (auto it = begin; it != end; ++it) {
    const Blob& blob = it->second;
    if (blob.bytes == bytes.size() &&
        std::equal(bytes.begin(), bytes.end(),
                   bytes_.begin() + static_cast<std::ptrdiff_t>(blob.offset))) {
      return blob;
    }
  }
  bytes_.resize(start);
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  size_ = bytes_.size();
  by_hash_.emplace(hash, next);
  return next;
}

void WeightStore::expect(size_t bytes) {
  if (purpose_ == Purpose::kPlan) bytes_.reserve(bytes_.size() + bytes);
}

}  // namespace tenon

#include "api/timing_cache.h"

#include <cstring>
#include <limits>
#include <map>

#include "api/host_memory.h"
#include "base/hash.h"

namespace tenon::api {

namespace nv = nvinfer1;

namespace {

// An entry of the cache: "fingerprint|tactic.version|problem".
struct Entry {
  std::string problem;  // with the fingerprint
  std::string tactic;   // with its version
};

Entry entry_of(const std::string& key) {
  const size_t first = key.find('|');
  const size_t second = first == std::string::npos ? first : key.find('|', first + 1);
  if (second == std::string::npos) return {key, ""};
  return {key.substr(0, first) + key.substr(second), key.substr(first + 1, second - first - 1)};
}

using KeyBytes = std::array<uint64_t, 2>;

KeyBytes key_bytes(const std::string& problem) {
  const uint64_t hash = hash_text(problem);
  return {hash, hash_combine(hash, hash_text(problem + "|"))};
}

KeyBytes key_bytes(const nv::TimingCacheKey& key) {
  KeyBytes bytes;
  static_assert(sizeof(bytes) == sizeof(key.data));
  std::memcpy(bytes.data(), key.data, sizeof(bytes));
  return bytes;
}

// The keys of the cache's entries by public key.
std::map<KeyBytes, std::vector<std::string>> groups(const TimingCache& cache) {
  std::map<KeyBytes, std::vector<std::string>> result;
  for (std::string& key : cache.keys()) {
    result[key_bytes(entry_of(key).problem)].push_back(std::move(key));
  }
  return result;
}

uint64_t tactic_hash(const std::string& key) { return hash_text(entry_of(key).tactic); }

}  // namespace

TimingCacheObject::TimingCacheObject(const Reporter& parent, std::span<const std::byte> data,
                                     bool editable)
    : reporter_(parent.logger()), cache_(data), editable_(editable) {
  reporter_.set_recorder(parent.recorder());
  mImpl = this;
}

nv::IHostMemory* TimingCacheObject::serialize() const noexcept {
  return guarded(reporter_, "ITimingCache::serialize", static_cast<nv::IHostMemory*>(nullptr),
                 [&] { return new HostMemory(cache_.serialize()); });
}

bool TimingCacheObject::combine(const nv::ITimingCache& other, bool) noexcept {
  return guarded(reporter_, "ITimingCache::combine", false, [&] {
    const auto* ours = dynamic_cast<const TimingCacheObject*>(&other);
    cache_.merge(non_null(ours, "inputCache").cache_, false);
    return true;
  });
}

bool TimingCacheObject::reset() noexcept {
  return guarded(reporter_, "ITimingCache::reset", false, [&] {
    cache_.clear();
    return true;
  });
}

int64_t TimingCacheObject::queryKeys(nv::TimingCacheKey* keys, int64_t capacity) const noexcept {
  return guarded(reporter_, "ITimingCache::queryKeys", int64_t{-1}, [&] {
    if (capacity < 0) fail("the capacity is {}", capacity);
    int64_t count = 0;
    for (const auto& [key, entries] : groups(cache_)) {
      if (keys != nullptr && count < capacity) {
        std::memcpy(keys[count].data, key.data(), sizeof(keys[count].data));
      }
      ++count;
    }
    return count;
  });
}

nv::TimingCacheValue TimingCacheObject::query(const nv::TimingCacheKey& key) const noexcept {
  const nv::TimingCacheValue none{nv::TimingCacheValue::kINVALID_TACTIC_HASH, 0};
  return guarded(reporter_, "ITimingCache::query", none, [&] {
    const auto all = groups(cache_);
    const auto found = all.find(key_bytes(key));
    if (found == all.end()) return none;
    nv::TimingCacheValue best{none.tacticHash, std::numeric_limits<float>::infinity()};
    for (const std::string& entry : found->second) {
      const auto milliseconds = static_cast<float>(cache_.find(entry).value_or(0) * 1e3);
      if (milliseconds < best.timingMSec) best = {tactic_hash(entry), milliseconds};
    }
    return best;
  });
}

bool TimingCacheObject::update(const nv::TimingCacheKey& key,
                               const nv::TimingCacheValue& value) noexcept {
  return guarded(reporter_, "ITimingCache::update", false, [&] {
    if (!editable_) {
      fail(ErrorCode::kInvalidState,
           "the cache was created without BuilderFlag::kEDITABLE_TIMING_CACHE");
    }
    const auto all = groups(cache_);
    const auto found = all.find(key_bytes(key));
    if (found == all.end()) fail("there is no such key");
    if (value.tacticHash == nv::TimingCacheValue::kINVALID_TACTIC_HASH) {
      for (const std::string& entry : found->second) cache_.erase(entry);
      return true;
    }
    if (!(value.timingMSec >= 0)) fail("the time is {}", value.timingMSec);
    for (const std::string& entry : found->second) {
      if (tactic_hash(entry) != value.tacticHash) continue;
      cache_.insert(entry, value.timingMSec / 1e3);
      return true;
    }
    fail("the key has no such tactic");
  });
}

}  // namespace tenon::api

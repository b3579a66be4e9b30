#include "build/timing_cache.h"

#include "base/archive.h"
#include "base/hash.h"

namespace tenon {
namespace {

// The file: magic, XXH3 of the rest, then {key, seconds} pairs as an archive.
constexpr uint64_t kMagic = 0x31434d544e4f4e54;  // "TNONTMC1"

struct Entry {
  std::string key;
  double seconds = 0;
  static constexpr auto fields =
      std::tuple{field<1>("key", &Entry::key), field<2>("seconds", &Entry::seconds)};
};

struct Entries {
  std::vector<Entry> list;
  static constexpr auto fields = std::tuple{field<1>("list", &Entries::list)};
};

}  // namespace

TimingCache::TimingCache(std::span<const std::byte> data) {
  if (data.empty()) return;
  try {
    ArchiveReader header(data);
    if (header.number() != kMagic) fail("this is not a timing cache of this version");
    const uint64_t checksum = header.number();
    const auto body = data.subspan(16);
    if (hash_bytes(body) != checksum) fail("the file is damaged");
    for (Entry& entry : ArchiveReader(body).read<Entries>().list) {
      seconds_[std::move(entry.key)] = entry.seconds;
    }
  } catch (const Error& error) {
    throw at("timing cache", error);
  }
}

std::string TimingCache::key(std::string_view fingerprint, std::string_view tactic, int version,
                             std::string_view problem) {
  return fmt::format("{}|{}.{}|{}", fingerprint, tactic, version, problem);
}

std::optional<double> TimingCache::find(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto it = seconds_.find(key);
  return it == seconds_.end() ? std::nullopt : std::optional(it->second);
}

void TimingCache::insert(const std::string& key, double seconds) {
  const std::lock_guard lock(mutex_);
  seconds_[key] = seconds;
}

void TimingCache::erase(const std::string& key) {
  const std::lock_guard lock(mutex_);
  seconds_.erase(key);
}

void TimingCache::merge(const TimingCache& other, bool overwrite) {
  if (&other == this) return;
  const std::scoped_lock lock(mutex_, other.mutex_);
  for (const auto& [key, seconds] : other.seconds_) {
    const auto [it, fresh] = seconds_.try_emplace(key, seconds);
    if (!fresh && overwrite) it->second = seconds;
  }
}

void TimingCache::clear() {
  const std::lock_guard lock(mutex_);
  seconds_.clear();
}

size_t TimingCache::size() const {
  const std::lock_guard lock(mutex_);
  return seconds_.size();
}

std::vector<std::string> TimingCache::keys() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> keys;
  for (const auto& entry : seconds_) keys.push_back(entry.first);
  return keys;
}

std::vector<std::byte> TimingCache::serialize() const {
  Entries entries;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, seconds] : seconds_) entries.list.push_back({key, seconds});
  }
  ArchiveWriter body;
  body.write(entries);
  ArchiveWriter file;
  file.number(kMagic);
  file.number(hash_bytes(body.data()));
  std::vector<std::byte> bytes = file.take();
  bytes.insert(bytes.end(), body.data().begin(), body.data().end());
  return bytes;
}

}  // namespace tenon

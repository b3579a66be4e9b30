#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tenon {

// Measured times, keyed by device fingerprint, tactic, its version and the problem. Entries of
// other devices and versions stay in the cache: files can be merged and shared. Thread-safe.
class TimingCache {
 public:
  TimingCache() = default;
  // Reads what serialize() wrote. Throws Error when the bytes are damaged or foreign.
  explicit TimingCache(std::span<const std::byte> data);

  static std::string key(std::string_view fingerprint, std::string_view tactic, int version,
                         std::string_view problem);

  std::optional<double> find(const std::string& key) const;  // seconds
  void insert(const std::string& key, double seconds);
  void erase(const std::string& key);
  // Takes over the entries of `other`. On a conflict ours stay unless `overwrite`.
  void merge(const TimingCache& other, bool overwrite);
  void clear();
  size_t size() const;
  std::vector<std::string> keys() const;

  std::vector<std::byte> serialize() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, double, std::less<>> seconds_;
};

}  // namespace tenon

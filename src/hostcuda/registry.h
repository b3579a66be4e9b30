// The handles that are alive: what makes a bad handle an error instead of a crash.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tenon::hostcuda {

// A handle is the address of its object. Thread-safe; a found object stays alive while it is held.
template <class T>
class Registry {
 public:
  T* add(std::shared_ptr<T> object) {
    T* const handle = object.get();
    std::lock_guard lock(mutex_);
    live_.emplace(handle, std::move(object));
    return handle;
  }
  // Null when the handle is not alive.
  std::shared_ptr<T> find(const T* handle) const {
    std::lock_guard lock(mutex_);
    const auto it = live_.find(handle);
    return it == live_.end() ? nullptr : it->second;
  }
  std::shared_ptr<T> remove(const T* handle) {
    std::lock_guard lock(mutex_);
    auto node = live_.extract(handle);
    return node.empty() ? nullptr : std::move(node.mapped());
  }
  std::vector<std::shared_ptr<T>> remove_all() {
    std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<T>> all;
    for (auto& [handle, object] : live_) all.push_back(std::move(object));
    live_.clear();
    return all;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<const T*, std::shared_ptr<T>> live_;
};

// The registry of a type. Never destroyed: programs may make calls during static destruction.
template <class T>
Registry<T>& registry() {
  static Registry<T>* const r = new Registry<T>;
  return *r;
}

}  // namespace tenon::hostcuda

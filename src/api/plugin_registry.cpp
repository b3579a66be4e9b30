// The global plugin registry: creators by name, version and namespace.
#include <NvInfer.h>
#include <NvInferRuntime.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "api/reporter.h"

namespace tenon::api {
namespace {

using nvinfer1::IPluginCreator;
using nvinfer1::IPluginCreatorInterface;

constexpr std::string_view kKindV1 = "PLUGIN CREATOR_V1";

class PluginRegistry : public nvinfer1::IPluginRegistry {
 public:
  bool registerCreator(IPluginCreator& creator, const char* const space) noexcept override {
    return registerCreator(static_cast<IPluginCreatorInterface&>(creator), space);
  }

  bool registerCreator(IPluginCreatorInterface& creator,
                       const char* const space) noexcept override {
    return guarded(reporter(), "IPluginRegistry::registerCreator", false, [&] {
      const Key key = key_of(creator, space ? space : "");
      const std::lock_guard lock(mutex_);
      if (!creators_.emplace(key, &creator).second) {
        fail("a plugin creator {} version {} is registered in namespace '{}' already",
             std::get<1>(key), std::get<2>(key), std::get<0>(key));
      }
      refresh();
      return true;
    });
  }

  bool deregisterCreator(const IPluginCreator& creator) noexcept override {
    return deregisterCreator(static_cast<const IPluginCreatorInterface&>(creator));
  }

  bool deregisterCreator(const IPluginCreatorInterface& creator) noexcept override {
    return guarded(reporter(), "IPluginRegistry::deregisterCreator", false, [&] {
      const std::lock_guard lock(mutex_);
      const bool found =
          std::erase_if(creators_, [&](const auto& entry) { return entry.second == &creator; }) > 0;
      refresh();
      return found;
    });
  }

  IPluginCreator* const* getPluginCreatorList(int32_t* const count) const noexcept override {
    const std::lock_guard lock(mutex_);
    if (count) *count = static_cast<int32_t>(v1_.size());
    return v1_.data();
  }

  IPluginCreatorInterface* const* getAllCreators(int32_t* const count) const noexcept override {
    const std::lock_guard lock(mutex_);
    if (count) *count = static_cast<int32_t>(all_.size());
    return all_.data();
  }

  IPluginCreatorInterface* const* getAllCreatorsRecursive(int32_t* const count) noexcept override {
    return getAllCreators(count);
  }

  IPluginCreator* getPluginCreator(const char* const name, const char* const version,
                                   const char* const space) noexcept override {
    IPluginCreatorInterface* found = getCreator(name, version, space);
    return found && is_v1(*found) ? static_cast<IPluginCreator*>(found) : nullptr;
  }

  IPluginCreatorInterface* getCreator(const char* const name, const char* const version,
                                      const char* const space) noexcept override {
    return guarded(reporter(), "IPluginRegistry::getCreator",
                   static_cast<IPluginCreatorInterface*>(nullptr), [&] {
                     const Key key{space ? space : "", &non_null(name, "pluginName"),
                                   &non_null(version, "pluginVersion")};
                     const std::lock_guard lock(mutex_);
                     const auto it = creators_.find(key);
                     return it == creators_.end() ? nullptr : it->second;
                   });
  }

  void setErrorRecorder(nvinfer1::IErrorRecorder* const recorder) noexcept override {
    recorder_ = recorder;
  }
  nvinfer1::IErrorRecorder* getErrorRecorder() const noexcept override { return recorder_; }
  bool isParentSearchEnabled() const override { return parent_search_; }
  void setParentSearchEnabled(const bool enabled) override { parent_search_ = enabled; }

  PluginLibraryHandle loadLibrary(const char*) noexcept override {
    return not_implemented(reporter(), "IPluginRegistry::loadLibrary",
                           PluginLibraryHandle(nullptr));
  }
  void deregisterLibrary(PluginLibraryHandle) noexcept override {
    not_implemented(reporter(), "IPluginRegistry::deregisterLibrary");
  }
  nvinfer1::IPluginResource* acquirePluginResource(const char*,
                                                   nvinfer1::IPluginResource*) noexcept override {
    return not_implemented(reporter(), "IPluginRegistry::acquirePluginResource",
                           static_cast<nvinfer1::IPluginResource*>(nullptr));
  }
  int32_t releasePluginResource(const char*) noexcept override {
    return not_implemented(reporter(), "IPluginRegistry::releasePluginResource", int32_t{-1});
  }

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // namespace, name, version

  static bool is_v1(const IPluginCreatorInterface& creator) {
    return creator.getInterfaceInfo().kind == kKindV1;
  }

  static Key key_of(const IPluginCreatorInterface& creator, const char* space) {
    if (is_v1(creator)) {
      const auto& c = static_cast<const IPluginCreator&>(creator);
      return {space, &non_null(c.getPluginName(), "the creator's plugin name"),
              &non_null(c.getPluginVersion(), "the creator's plugin version")};
    }
    const auto& c = static_cast<const nvinfer1::IPluginCreatorV3One&>(creator);
    return {space, &non_null(c.getPluginName(), "the creator's plugin name"),
            &non_null(c.getPluginVersion(), "the creator's plugin version")};
  }

  void refresh() {
    all_.clear();
    v1_.clear();
    for (const auto& [key, creator] : creators_) {
      all_.push_back(creator);
      if (is_v1(*creator)) v1_.push_back(static_cast<IPluginCreator*>(creator));
    }
  }

  // The registry has no logger of its own: it reports to the first one the library was given.
  const Reporter& reporter() const noexcept {
    thread_local std::unique_ptr<Reporter> reporter;
    reporter = std::make_unique<Reporter>(::getLogger());
    reporter->set_recorder(recorder_);
    return *reporter;
  }

  mutable std::mutex mutex_;
  std::map<Key, IPluginCreatorInterface*> creators_;
  std::vector<IPluginCreatorInterface*> all_;
  std::vector<IPluginCreator*> v1_;
  nvinfer1::IErrorRecorder* recorder_ = nullptr;
  bool parent_search_ = true;
};

}  // namespace
}  // namespace tenon::api

nvinfer1::IPluginRegistry* getPluginRegistry() noexcept {
  // Never destroyed: creators registered by static objects may outlive any order of ours.
  static auto* const registry = new tenon::api::PluginRegistry;
  return registry;
}

namespace nvinfer1 {

nvinfer1::IPluginRegistry* getBuilderPluginRegistry(nvinfer1::EngineCapability) noexcept {
  return ::getPluginRegistry();
}

nvinfer1::safe::IPluginRegistry* getBuilderSafePluginRegistry(nvinfer1::EngineCapability) noexcept {
  return nullptr;
}

bool setInternalLibraryPath(const AsciiChar* path) noexcept {
  return path != nullptr && *path != '\0';  // nothing is loaded while building
}

}  // namespace nvinfer1

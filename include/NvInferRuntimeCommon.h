// The plugin registry, shared by building and running.
#pragma once

#include "NvInferRuntimePlugin.h"

namespace nvinfer1 {

//! Finds plugin creators by name, version and namespace. The global one is getPluginRegistry();
//! every builder and runtime has one of its own besides. All members are thread safe.
class IPluginRegistry {
 public:
  using PluginLibraryHandle = void*;  //!< A library of plugins that was loaded.

  //! Registers a second-generation creator in a namespace, "" for the default one. The creator must
  //! outlive the registry. Returns false where one of that name, version and namespace exists.
  TRT_DEPRECATED virtual bool registerCreator(IPluginCreator& creator,
                                              const AsciiChar* const pluginNamespace) noexcept = 0;

  //! The second-generation creators, and their number in `*numCreators`; null where there are none.
  TRT_DEPRECATED virtual IPluginCreator* const* getPluginCreatorList(
      int32_t* const numCreators) const noexcept = 0;

  //! The second-generation creator of that name, version and namespace; null where there is none.
  TRT_DEPRECATED virtual IPluginCreator* getPluginCreator(
      const AsciiChar* const pluginName, const AsciiChar* const pluginVersion,
      const AsciiChar* const pluginNamespace = "") noexcept = 0;

 protected:
  virtual ~IPluginRegistry() noexcept = default;

 public:
  //! Sets the recorder of errors, null for none; its reference count is kept. Not inherited from or
  //! by any other object.
  virtual void setErrorRecorder(IErrorRecorder* const recorder) noexcept = 0;

  //! The recorder of errors; null by default.
  virtual IErrorRecorder* getErrorRecorder() const noexcept = 0;

  //! Removes a creator that was registered; plugins made by it live on. Returns false where it is
  //! not registered.
  TRT_DEPRECATED virtual bool deregisterCreator(const IPluginCreator& creator) noexcept = 0;

  //! Whether a search goes on in the parent registry; true by default.
  virtual bool isParentSearchEnabled() const = 0;

  //! Sets whether a search goes on in the parent registry.
  virtual void setParentSearchEnabled(const bool enabled) = 0;

  //! Loads a shared library of plugins and registers the creators it exports through getCreators()
  //! or getPluginCreators(). Returns null on failure.
  virtual PluginLibraryHandle loadLibrary(const AsciiChar* pluginPath) noexcept = 0;

  //! Removes the creators of a library and unloads it.
  virtual void deregisterLibrary(PluginLibraryHandle handle) noexcept = 0;

  //! Registers a creator of any kind in a namespace, "" for the default one. The creator must
  //! outlive the registry. Returns false where one of that name, version and namespace exists.
  virtual bool registerCreator(IPluginCreatorInterface& creator,
                               const AsciiChar* const pluginNamespace) noexcept = 0;

  //! The creators of every kind, and their number in `*numCreators`; null where there are none.
  virtual IPluginCreatorInterface* const* getAllCreators(
      int32_t* const numCreators) const noexcept = 0;

  //! The creator of that name, version and namespace; null where there is none.
  virtual IPluginCreatorInterface* getCreator(
      const AsciiChar* const pluginName, const AsciiChar* const pluginVersion,
      const AsciiChar* const pluginNamespace = "") noexcept = 0;

  //! Removes a creator that was registered; plugins made by it live on. Returns false where it is
  //! not registered.
  virtual bool deregisterCreator(const IPluginCreatorInterface& creator) noexcept = 0;

  //! The resource under a key, with one more user. Where the key is new, a clone of `resource` is
  //! kept under it. Returns null on failure.
  virtual IPluginResource* acquirePluginResource(const AsciiChar* key,
                                                 IPluginResource* resource) noexcept = 0;

  //! Drops one user of a key; the last one releases and deletes the resource. Returns 0 for
  //! success.
  virtual int32_t releasePluginResource(const AsciiChar* key) noexcept = 0;

  //! The creators of this registry and of all its parents, and their number in `*numCreators`.
  virtual IPluginCreatorInterface* const* getAllCreatorsRecursive(
      int32_t* const numCreators) noexcept = 0;
};

}  // namespace nvinfer1

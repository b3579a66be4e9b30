// What plugins of every generation share: fields, resources, capabilities, IPluginV3.
#pragma once

#include "NvInferRuntimeBase.h"

namespace nvinfer1 {

//! The type of the data behind a PluginField.
enum class PluginFieldType : int32_t {
  kFLOAT16 = 0,  //!< IEEE 754 half precision.
  kFLOAT32 = 1,  //!< IEEE 754 single precision.
  kFLOAT64 = 2,  //!< IEEE 754 double precision.
  kINT8 = 3,     //!< Signed 8 bits.
  kINT16 = 4,    //!< Signed 16 bits.
  kINT32 = 5,    //!< Signed 32 bits.
  kCHAR = 6,     //!< Characters.
  kDIMS = 7,     //!< nvinfer1::Dims.
  kUNKNOWN = 8,  //!< Known to the plugin alone.
  kBF16 = 9,     //!< Brain floating point.
  kINT64 = 10,   //!< Signed 64 bits.
  kFP8 = 11,     //!< 8-bit floating point, E4M3FN.
  kINT4 = 12,    //!< Signed 4 bits, two an octet.
  kFP4 = 13,     //!< 4-bit floating point, E2M1, two an octet.
};

//! One named attribute of a plugin: a typed array that its owner keeps alive.
class PluginField {
 public:
  const AsciiChar* name;  //!< The name of the attribute.
  const void* data;      //!< The elements; null in the list of attributes that a creator publishes.
  PluginFieldType type;  //!< The type of one element.
  int32_t length;        //!< The number of elements.

  PluginField(const AsciiChar* name_ = nullptr, const void* data_ = nullptr,
              PluginFieldType type_ = PluginFieldType::kUNKNOWN, int32_t length_ = 0)
      : name(name_), data(data_), type(type_), length(length_) {}
};

//! The attributes of a plugin.
struct PluginFieldCollection {
  int32_t nbFields;           //!< The number of attributes.
  const PluginField* fields;  //!< That many attributes; may be null where there are none.
};

//! When a plugin is made.
enum class TensorRTPhase : int32_t {
  kBUILD = 0,    //!< For a network that is being built.
  kRUNTIME = 1,  //!< For an engine that is being deserialised.
};

namespace impl {
template <>
struct EnumMaxImpl<TensorRTPhase> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

//! One of the roles that together make an IPluginV3.
enum class PluginCapabilityType : int32_t {
  kCORE = 0,     //!< Name, version and namespace.
  kBUILD = 1,    //!< What the builder asks: shapes, types, formats, tactics.
  kRUNTIME = 2,  //!< What an execution context asks: enqueue, serialise.
};

namespace impl {
template <>
struct EnumMaxImpl<PluginCapabilityType> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

namespace v_1_0 {

//! Base of the roles that a plugin can have (IPluginV3OneCore, IPluginV3OneBuild,
//! IPluginV3OneRuntime).
class IPluginCapability : public IVersionedInterface {};

//! Something that plugins share through the registry, under a key, such as weights on the device.
class IPluginResource : public IVersionedInterface {
 public:
  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IPluginResource", 1, 0};
  }

  //! Frees what the resource holds, once nothing uses its key any more. The object itself lives on
  //! until it is deleted. Returns 0 for success.
  virtual int32_t release() noexcept = 0;

  //! A new resource for the registry to keep: clones hold what they share, the original may be
  //! empty. Returns null on failure.
  virtual IPluginResource* clone() noexcept = 0;

  ~IPluginResource() noexcept override = default;

 protected:
  IPluginResource() = default;
  IPluginResource(const IPluginResource&) = default;
  IPluginResource(IPluginResource&&) = default;
  IPluginResource& operator=(const IPluginResource&) & = default;
  IPluginResource& operator=(IPluginResource&&) & = default;
};

//! Base of every plugin creator, whatever kind of plugin it makes; getInterfaceInfo() tells which.
class IPluginCreatorInterface : public IVersionedInterface {
 public:
  ~IPluginCreatorInterface() noexcept override = default;

 protected:
  IPluginCreatorInterface() = default;
  IPluginCreatorInterface(const IPluginCreatorInterface&) = default;
  IPluginCreatorInterface(IPluginCreatorInterface&&) = default;
  IPluginCreatorInterface& operator=(const IPluginCreatorInterface&) & = default;
  IPluginCreatorInterface& operator=(IPluginCreatorInterface&&) & = default;
};

//! A plugin made of roles: each is an object (often the plugin itself) that implements one.
class IPluginV3 : public IVersionedInterface {
 public:
  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"PLUGIN_V3", 1, 0};
  }

  //! The object that fills a role, owned by the plugin; null where the plugin lacks the role.
  virtual IPluginCapability* getCapabilityInterface(PluginCapabilityType type) noexcept = 0;

  //! A copy with the same state, to be deleted by the caller; null on failure.
  virtual IPluginV3* clone() noexcept = 0;
};

}  // namespace v_1_0

using IPluginCapability = v_1_0::IPluginCapability;
using IPluginResource = v_1_0::IPluginResource;
using IPluginCreatorInterface = v_1_0::IPluginCreatorInterface;
using IPluginV3 = v_1_0::IPluginV3;

}  // namespace nvinfer1

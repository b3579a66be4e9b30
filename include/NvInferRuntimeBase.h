// What every part of the interface needs: data types, dimensions, versioned interfaces, errors.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

#include "NvInferVersion.h"

#if defined(__GNUC__) || defined(__clang__)
#define TENSORRTAPI __attribute__((visibility("default")))  //!< Exported from our libraries.
#else
#define TENSORRTAPI
#endif

#define TRT_DEPRECATED [[deprecated]]  //!< A function, class or variable to move away from.
#if defined(__GNUC__) || defined(__clang__)
#define TRT_DEPRECATED_ENUM __attribute__((deprecated))  //!< An enumerator to move away from.
#else
#define TRT_DEPRECATED_ENUM
#endif
#define TRT_DEPRECATED_API TRT_DEPRECATED TENSORRTAPI

//! Any version as one number that can be compared: major, two digits of minor, two of patch.
#define NV_TENSORRT_VERSION_INT(major, minor, patch) ((major)*10000L + (minor)*100L + (patch)*1L)
//! The version of these headers as such a number.
#define NV_TENSORRT_VERSION_CURRENT \
  NV_TENSORRT_VERSION_INT(NV_TENSORRT_MAJOR, NV_TENSORRT_MINOR, NV_TENSORRT_PATCH)
#define NV_TENSORRT_VERSION NV_TENSORRT_VERSION_CURRENT

// Some of our own inline members must call deprecated ones; the user is not to be warned of those.
#if defined(__GNUC__) || defined(__clang__)
#define TENON_DEPRECATED_USE_BEGIN \
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
#define TENON_DEPRECATED_USE_END _Pragma("GCC diagnostic pop")
#else
#define TENON_DEPRECATED_USE_BEGIN
#define TENON_DEPRECATED_USE_END
#endif

//! The version of the loaded library as NV_TENSORRT_VERSION counts it.
extern "C" TENSORRTAPI int32_t getInferLibVersion() noexcept;

//! The TensorRT API.
namespace nvinfer1 {

using char_t = char;
using AsciiChar = char_t;  //!< Text in ASCII, ended by a zero byte.

// Forward declarations of what later headers define.
class ILogger;

namespace impl {
//! Holds the number of values of enumeration T as `kVALUE`; specialised beside each enumeration.
template <typename T>
struct EnumMaxImpl;
}  // namespace impl

//! The number of values of enumeration T: valid values are 0 to EnumMax<T>() - 1.
template <typename T>
constexpr int32_t EnumMax() noexcept {
  return impl::EnumMaxImpl<T>::kVALUE;
}

//! The type of the elements of weights and tensors.
enum class DataType : int32_t {
  kFLOAT = 0,  //!< IEEE 754 single precision, 32 bits.
  kHALF = 1,   //!< IEEE 754 half precision, 16 bits.
  kINT8 = 2,   //!< Signed 8 bits; as an activation or weight, a quantised value.
  kINT32 = 3,  //!< Signed 32 bits.
  kBOOL = 4,   //!< One byte: 0 is false, 1 is true, other values are undefined.
  kUINT8 = 5,  //!< Unsigned 8 bits; network inputs and outputs only, cast before other use.
  kFP8 = 6,    //!< 8 bits: sign, 4 of exponent, 3 of fraction, no infinities (E4M3FN).
  kBF16 = 7,   //!< Brain floating point: sign, 8 of exponent, 7 of fraction.
  kINT64 = 8,  //!< Signed 64 bits.
  kINT4 = 9,   //!< Signed 4 bits, two an octet, the first in the low half; quantised weights.
  kFP4 = 10,   //!< 4 bits: sign, 2 of exponent, 1 of fraction (E2M1), two an octet.
  kE8M0 = 11,  //!< 8 bits of exponent, no sign, no fraction: block scales that are powers of two.
};

namespace impl {
template <>
struct EnumMaxImpl<DataType> {
  static constexpr int32_t kVALUE = 12;
};
}  // namespace impl

//! The extents of a tensor. An extent of -1 is not known before run time; as a kernel size, stride
//! and the like the same struct holds one value for each spatial axis.
class Dims64 {
 public:
  static constexpr int32_t MAX_DIMS{8};  //!< The largest rank.

  int32_t nbDims;  //!< The rank, 0 (a scalar) to MAX_DIMS; -1 stands for "unknown" or an error.
  int64_t d[MAX_DIMS];  //!< The extent of each axis, outermost first; entries past the rank unused.
};

using Dims = Dims64;
using InterfaceKind = const char*;  //!< The name that tells kinds of interface apart.

//! The language in which an interface is implemented.
enum class APILanguage : int32_t {
  kCPP = 0,     //!< C++.
  kPYTHON = 1,  //!< Python.
};

namespace impl {
template <>
struct EnumMaxImpl<APILanguage> {
  static constexpr int32_t kVALUE = 2;
};
}  // namespace impl

//! Which interface, and which version of it, an object implements.
class InterfaceInfo {
 public:
  InterfaceKind kind;  //!< The name of the interface, as text.
  int32_t major;       //!< Changes with the meaning of existing members.
  int32_t minor;       //!< Changes when members are added.
};

//! Base of every interface that programs implement and that has versions.
class IVersionedInterface {
 public:
  //! The language of the implementation; C++ unless overridden.
  virtual APILanguage getAPILanguage() const noexcept { return APILanguage::kCPP; }

  //! The kind and version of the interface. Implementations leave what their base returns.
  virtual InterfaceInfo getInterfaceInfo() const noexcept = 0;

  virtual ~IVersionedInterface() noexcept = default;

 protected:
  IVersionedInterface() = default;
  IVersionedInterface(const IVersionedInterface&) = default;
  IVersionedInterface(IVersionedInterface&&) = default;
  IVersionedInterface& operator=(const IVersionedInterface&) & = default;
  IVersionedInterface& operator=(IVersionedInterface&&) & = default;
};

//! What kind of error was reported to an IErrorRecorder.
enum class ErrorCode : int32_t {
  kSUCCESS = 0,                //!< No error.
  kUNSPECIFIED_ERROR = 1,      //!< None of the kinds below.
  kINTERNAL_ERROR = 2,         //!< A mistake of the library itself.
  kINVALID_ARGUMENT = 3,       //!< An argument is null, out of range or of the wrong shape.
  kINVALID_CONFIG = 4,         //!< Settings that contradict one another or the network.
  kFAILED_ALLOCATION = 5,      //!< No memory, on the host or on the device.
  kFAILED_INITIALIZATION = 6,  //!< The device or a library that is needed could not be set up.
  kFAILED_EXECUTION = 7,       //!< Running a network failed, or the device reported an error.
  kFAILED_COMPUTATION = 8,     //!< A result could not be computed, as from a failed assertion.
  kINVALID_STATE = 9,          //!< The call came in the wrong order.
  kUNSUPPORTED_STATE = 10,     //!< Valid, but this device or build cannot do it.
};

namespace impl {
template <>
struct EnumMaxImpl<ErrorCode> {
  static constexpr int32_t kVALUE = 11;
};
}  // namespace impl

namespace v_1_0 {

//! Collects errors, so that a program can ask for them by number instead of reading the log.
//! Implemented by programs; called from several threads, so members must be thread safe. The
//! library counts its references with incRefCount() and decRefCount() and never deletes it.
class IErrorRecorder : public IVersionedInterface {
 public:
  using ErrorDesc = const char*;  //!< Text of an error, ended by a zero byte.
  using RefCount = int32_t;       //!< A number of references.

  //! The longest text that a recorder has to keep, without the zero byte.
  static constexpr size_t kMAX_DESC_LENGTH{127U};

  InterfaceInfo getInterfaceInfo() const noexcept override {
    return InterfaceInfo{"IErrorRecorder", 1, 0};
  }

  virtual ~IErrorRecorder() noexcept = default;

  //! The number of errors held: valid indices are 0 to this number minus 1.
  virtual int32_t getNbErrors() const noexcept = 0;

  //! The code of the error at an index; kINVALID_ARGUMENT where the index is out of range.
  virtual ErrorCode getErrorCode(int32_t errorIdx) const noexcept = 0;

  //! The text of the error at an index, valid until the recorder changes; an empty text where the
  //! index is out of range.
  virtual ErrorDesc getErrorDesc(int32_t errorIdx) const noexcept = 0;

  //! Whether errors were lost because the recorder was full.
  virtual bool hasOverflowed() const noexcept = 0;

  //! Forgets all errors.
  virtual void clear() noexcept = 0;

  //! Records an error; the text is only valid during the call. Returns true where the error is
  //! fatal and the operation has to stop.
  virtual bool reportError(ErrorCode val, ErrorDesc desc) noexcept = 0;

  //! Adds a reference and returns the new count.
  virtual RefCount incRefCount() noexcept = 0;

  //! Drops a reference and returns the new count.
  virtual RefCount decRefCount() noexcept = 0;

 protected:
  IErrorRecorder() = default;
  IErrorRecorder(const IErrorRecorder&) = default;
  IErrorRecorder(IErrorRecorder&&) = default;
  IErrorRecorder& operator=(const IErrorRecorder&) & = default;
  IErrorRecorder& operator=(IErrorRecorder&&) & = default;
};

}  // namespace v_1_0

using IErrorRecorder = v_1_0::IErrorRecorder;

//! What a named tensor is to an engine.
enum class TensorIOMode : int32_t {
  kNONE = 0,    //!< Neither input nor output; no tensor of that name.
  kINPUT = 1,   //!< The program provides the data.
  kOUTPUT = 2,  //!< The engine writes the data.
};

namespace impl {
template <>
struct EnumMaxImpl<TensorIOMode> {
  static constexpr int32_t kVALUE = 3;
};
}  // namespace impl

}  // namespace nvinfer1

// Settings that programs which convert ONNX files pass around.
#pragma once

#include "NvInfer.h"

namespace nvonnxparser {

//! Names of files, a type and how much to print. The library only stores them. Freed with `delete`.
class IOnnxConfig {
 public:
  using Verbosity = int32_t;  //!< How much to print: 0 for nothing, more for more.

  virtual ~IOnnxConfig() noexcept = default;

  //! Sets the type that the model is to be run in.
  virtual void setModelDtype(const nvinfer1::DataType) noexcept = 0;

  //! The type that the model is to be run in; kFLOAT by default.
  virtual nvinfer1::DataType getModelDtype() const noexcept = 0;

  //! The name of the model file; an empty text by default.
  virtual const char* getModelFileName() const noexcept = 0;

  //! Sets the name of the model file; copied.
  virtual void setModelFileName(const char* onnxFilename) noexcept = 0;

  //! How much to print.
  virtual Verbosity getVerbosityLevel() const noexcept = 0;

  //! Prints one degree more.
  virtual void addVerbosity() noexcept = 0;

  //! Prints one degree less.
  virtual void reduceVerbosity() noexcept = 0;

  //! Sets how much to print.
  virtual void setVerbosityLevel(Verbosity) noexcept = 0;

  //! The name of the file for a short text form; an empty text by default.
  virtual const char* getTextFileName() const noexcept = 0;

  //! Sets the name of the file for a short text form; copied.
  virtual void setTextFileName(const char* textFileName) noexcept = 0;

  //! The name of the file for a text form with weights; an empty text by default.
  virtual const char* getFullTextFileName() const noexcept = 0;

  //! Sets the name of the file for a text form with weights; copied.
  virtual void setFullTextFileName(const char* fullTextFileName) noexcept = 0;

  //! Whether to print the layers.
  virtual bool getPrintLayerInfo() const noexcept = 0;

  //! Sets whether to print the layers.
  virtual void setPrintLayerInfo(bool) noexcept = 0;
};

//! Settings with defaults, to be freed with `delete`.
TENSORRTAPI IOnnxConfig* createONNXConfig();

}  // namespace nvonnxparser

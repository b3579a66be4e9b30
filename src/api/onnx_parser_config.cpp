#include <NvOnnxConfig.h>

#include <new>
#include <string>

namespace tenon::api {
namespace {

class OnnxConfig : public nvonnxparser::IOnnxConfig {
 public:
  ~OnnxConfig() noexcept override = default;
  void setModelDtype(const nvinfer1::DataType type) noexcept override { type_ = type; }
  nvinfer1::DataType getModelDtype() const noexcept override { return type_; }
  const char* getModelFileName() const noexcept override { return model_.c_str(); }
  void setModelFileName(const char* name) noexcept override { set(model_, name); }
  Verbosity getVerbosityLevel() const noexcept override { return verbosity_; }
  void addVerbosity() noexcept override { ++verbosity_; }
  void reduceVerbosity() noexcept override { --verbosity_; }
  void setVerbosityLevel(Verbosity verbosity) noexcept override { verbosity_ = verbosity; }
  const char* getTextFileName() const noexcept override { return text_.c_str(); }
  void setTextFileName(const char* name) noexcept override { set(text_, name); }
  const char* getFullTextFileName() const noexcept override { return full_text_.c_str(); }
  void setFullTextFileName(const char* name) noexcept override { set(full_text_, name); }
  bool getPrintLayerInfo() const noexcept override { return prints_layers_; }
  void setPrintLayerInfo(bool print) noexcept override { prints_layers_ = print; }

 private:
  static void set(std::string& text, const char* name) noexcept {
    try {
      text = name == nullptr ? "" : name;
    } catch (...) {
      text.clear();  // out of memory; there is no logger to tell
    }
  }

  nvinfer1::DataType type_ = nvinfer1::DataType::kFLOAT;
  std::string model_;
  std::string text_;
  std::string full_text_;
  Verbosity verbosity_ = 1;  // warnings
  bool prints_layers_ = false;
};

}  // namespace
}  // namespace tenon::api

nvonnxparser::IOnnxConfig* nvonnxparser::createONNXConfig() {
  return new (std::nothrow) tenon::api::OnnxConfig;
}

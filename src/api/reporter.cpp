#include "api/reporter.h"

namespace tenon::api {

using nvinfer1::ILogger;

void Reporter::set_recorder(nvinfer1::IErrorRecorder* recorder) noexcept {
  if (recorder) recorder->incRefCount();
  nvinfer1::IErrorRecorder* old = recorder_.exchange(recorder);
  if (old) old->decRefCount();
}

void Reporter::log(ILogger::Severity severity, const char* message) const noexcept {
  if (logger_) logger_->log(severity, message);
}

void Reporter::error(nvinfer1::ErrorCode code, const std::string& message) const noexcept {
  const bool internal = code == nvinfer1::ErrorCode::kINTERNAL_ERROR;
  log(internal ? ILogger::Severity::kINTERNAL_ERROR : ILogger::Severity::kERROR, message.c_str());
  if (nvinfer1::IErrorRecorder* r = recorder()) r->reportError(code, message.c_str());
}

static nvinfer1::ErrorCode public_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInternal: return nvinfer1::ErrorCode::kINTERNAL_ERROR;
    case ErrorCode::kInvalidArgument: return nvinfer1::ErrorCode::kINVALID_ARGUMENT;
    case ErrorCode::kInvalidConfig: return nvinfer1::ErrorCode::kINVALID_CONFIG;
    case ErrorCode::kOutOfMemory: return nvinfer1::ErrorCode::kFAILED_ALLOCATION;
    case ErrorCode::kInitialization: return nvinfer1::ErrorCode::kFAILED_INITIALIZATION;
    case ErrorCode::kExecution: return nvinfer1::ErrorCode::kFAILED_EXECUTION;
    case ErrorCode::kInvalidState: return nvinfer1::ErrorCode::kINVALID_STATE;
    case ErrorCode::kUnsupported: return nvinfer1::ErrorCode::kUNSUPPORTED_STATE;
    default: return nvinfer1::ErrorCode::kUNSPECIFIED_ERROR;
  }
}

void Reporter::error(const char* call, const Error& e) const noexcept {
  try {
    error(public_code(e.code()), fmt::format("{}: {}", call, e.what()));
  } catch (...) {
    error(public_code(e.code()), std::string());
  }
}

Log Reporter::log() const {
  return Log([this](Severity severity, std::string_view message) {
    log(static_cast<ILogger::Severity>(severity), std::string(message).c_str());
  });
}

void not_implemented(const Reporter& reporter, const char* call) noexcept {
  not_implemented(reporter, call, 0);
}

}  // namespace tenon::api

#pragma once

#include <NvInferRuntime.h>

#include <atomic>
#include <exception>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace tenon::api {

// Where an API object's messages and errors go: the program's logger and, when it has set one, its
// error recorder. Thread-safe as far as those are.
class Reporter {
 public:
  explicit Reporter(nvinfer1::ILogger* logger) : logger_(logger) {}
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  nvinfer1::ILogger* logger() const noexcept { return logger_; }
  nvinfer1::IErrorRecorder* recorder() const noexcept { return recorder_.load(); }
  // Counts a reference to the new recorder and gives the old one's back.
  void set_recorder(nvinfer1::IErrorRecorder* recorder) noexcept;
  ~Reporter() { set_recorder(nullptr); }

  void log(nvinfer1::ILogger::Severity severity, const char* message) const noexcept;
  // Logs an error and gives it to the recorder.
  void error(nvinfer1::ErrorCode code, const std::string& message) const noexcept;
  void error(const char* call, const Error& error) const noexcept;
  // The inner parts' way to the logger.
  Log log() const;

 private:
  nvinfer1::ILogger* logger_;
  std::atomic<nvinfer1::IErrorRecorder*> recorder_{nullptr};
};

// The error barrier: runs a call's body; whatever it throws becomes a log line, an entry of the
// error recorder and the call's failure value. `call` names it: "IBuilder::buildSerializedNetwork".
template <typename Result, typename Body>
Result guarded(const Reporter& reporter, const char* call, Result failure, Body&& body) noexcept {
  try {
    return static_cast<Result>(std::forward<Body>(body)());
  } catch (const Error& error) {
    reporter.error(call, error);
  } catch (const std::bad_alloc&) {
    reporter.error(call, Error(ErrorCode::kOutOfMemory, "", "out of memory"));
  } catch (const std::exception& error) {
    reporter.error(call, Error(ErrorCode::kInternal, "", error.what()));
  } catch (...) {
    reporter.error(call, Error(ErrorCode::kInternal, "", "unknown exception"));
  }
  return failure;
}

template <typename Body>
void guarded(const Reporter& reporter, const char* call, Body&& body) noexcept {
  guarded(reporter, call, false, [&] {
    std::forward<Body>(body)();
    return true;
  });
}

// Reports "not implemented: Class::method" and returns the failure value.
template <typename Result>
Result not_implemented(const Reporter& reporter, const char* call, Result failure) noexcept {
  reporter.error(nvinfer1::ErrorCode::kUNSUPPORTED_STATE, std::string("not implemented: ") + call);
  return failure;
}
void not_implemented(const Reporter& reporter, const char* call) noexcept;

// Throws Error{kInvalidArgument} "NAME is null" for a null pointer argument.
template <typename T>
T& non_null(T* pointer, const char* name) {
  if (pointer == nullptr) fail("{} is null", name);
  return *pointer;
}

}  // namespace tenon::api

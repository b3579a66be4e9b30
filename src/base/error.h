#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace tenon {

// What kind of fault an Error reports. The values match the public API's error codes one to one,
// so that the API layer translates by table (see src/api).
enum class ErrorCode {
  kUnspecified,
  kInternal,         // our own mistake: raised by TENON_CHECK only
  kInvalidArgument,  // a caller's argument, a malformed file
  kInvalidConfig,    // settings that contradict one another
  kOutOfMemory,
  kInitialization,
  kExecution,
  kInvalidState,  // the call is legal, but not now
  kUnsupported,   // well formed, but not implemented
};

// Bad input or a failed environment. `where` names the culprit (a node, a file, a tensor); may be
// empty. what() is "where: message".
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, std::string where, const std::string& message);

  ErrorCode code() const { return code_; }
  const std::string& where() const { return where_; }
  const std::string& message() const { return message_; }

 private:
  ErrorCode code_;
  std::string where_;
  std::string message_;
};

// Throws Error{kInvalidArgument, "", formatted message}.
template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Error(ErrorCode::kInvalidArgument, "", fmt::format(format, std::forward<Args>(args)...));
}

template <typename... Args>
[[noreturn]] void fail(ErrorCode code, fmt::format_string<Args...> format, Args&&... args) {
  throw Error(code, "", fmt::format(format, std::forward<Args>(args)...));
}

// The same error with a culprit put in front; keeps the code.
Error at(const std::string& where, const Error& error);

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace tenon

// For what only our own mistake can make false; never for user data.
#define TENON_CHECK(condition) \
  ((condition) ? void(0) : ::tenon::check_failed(#condition, __FILE__, __LINE__))

#include "base/error.h"

namespace tenon {

static std::string join(const std::string& where, const std::string& message) {
  return where.empty() ? message : where + ": " + message;
}

Error::Error(ErrorCode code, std::string where, const std::string& message)
    : std::runtime_error(join(where, message)),
      code_(code),
      where_(std::move(where)),
      message_(message) {}

Error at(const std::string& where, const Error& error) {
  return Error(error.code(), where, error.what());
}

void check_failed(const char* condition, const char* file, int line) {
  throw Error(ErrorCode::kInternal, fmt::format("{}:{}", file, line),
              fmt::format("check failed: {}", condition));
}

}  // namespace tenon

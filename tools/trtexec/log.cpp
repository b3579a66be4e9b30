#include "trtexec/log.h"

#include <unistd.h>

#include <cstdio>
#include <ctime>

namespace tenon::trtexec {
namespace {

char letter(Severity severity) {
  switch (severity) {
    case Severity::kINTERNAL_ERROR: return 'F';
    case Severity::kERROR: return 'E';
    case Severity::kWARNING: return 'W';
    case Severity::kINFO: return 'I';
    default: return 'V';
  }
}

constexpr const char* kEraseLine = "\r\033[K";

}  // namespace

Console::Console(bool verbose)
    : least_(verbose ? Severity::kVERBOSE : Severity::kINFO),
      interactive_(::isatty(STDOUT_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0) {}

void Console::log(Severity severity, const char* message) noexcept {
  try {
    line(severity, "[TRT] " + std::string(message != nullptr ? message : ""));
  } catch (...) {
    std::fputs("out of memory while logging\n", stderr);
  }
}

void Console::line(Severity severity, std::string_view text) {
  if (severity > least_) return;
  char time[32];
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  std::strftime(time, sizeof time, "%m/%d/%Y-%H:%M:%S", &parts);
  const std::lock_guard lock(mutex_);
  if (!status_.empty()) std::fputs(kEraseLine, stderr);
  std::FILE* out = severity >= Severity::kINFO ? stdout : stderr;
  std::fprintf(out, "[%s] [%c] %.*s\n", time, letter(severity), static_cast<int>(text.size()),
               text.data());
  std::fflush(out);  // the two outputs keep their order
  if (!status_.empty()) std::fputs(status_.c_str(), stderr);
}

void Console::status(const std::string& text) {
  if (!interactive_) return;
  const std::lock_guard lock(mutex_);
  if (text.empty() && status_.empty()) return;
  status_ = text;
  std::fprintf(stderr, "%s%s", kEraseLine, status_.c_str());
  std::fflush(stderr);
}

}  // namespace tenon::trtexec

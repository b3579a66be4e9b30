#pragma once

#include <fmt/format.h>

#include <functional>
#include <string_view>

namespace tenon {

enum class Severity { kInternalError, kError, kWarning, kInfo, kVerbose };

// Where messages go: the user's ILogger behind the API, stderr in tools, nowhere by default.
// Passed down explicitly; there is no global logger.
class Log {
 public:
  using Sink = std::function<void(Severity, std::string_view)>;

  Log() = default;
  explicit Log(Sink sink) : sink_(std::move(sink)) {}

  void write(Severity severity, std::string_view message) const {
    if (sink_) sink_(severity, message);
  }
  template <typename... Args>
  void info(fmt::format_string<Args...> format, Args&&... args) const {
    if (sink_) sink_(Severity::kInfo, fmt::format(format, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void warning(fmt::format_string<Args...> format, Args&&... args) const {
    if (sink_) sink_(Severity::kWarning, fmt::format(format, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) const {
    if (sink_) sink_(Severity::kError, fmt::format(format, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void verbose(fmt::format_string<Args...> format, Args&&... args) const {
    if (sink_) sink_(Severity::kVerbose, fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  Sink sink_;
};

}  // namespace tenon

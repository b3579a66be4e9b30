// What trtexec prints: lines with time and severity, and at most one status line below them.
#pragma once

#include <NvInferRuntime.h>

#include <mutex>
#include <string>
#include <string_view>

namespace tenon::trtexec {

using Severity = nvinfer1::ILogger::Severity;

// Lines "[month/day/year-hour:minute:second] [I] text": information to the standard output,
// warnings and errors to the standard error. Messages of the library carry "[TRT]". Safe to use
// from several threads.
class Console : public nvinfer1::ILogger {
 public:
  explicit Console(bool verbose = false);

  void log(Severity severity, const char* message) noexcept override;  // the library's

  void verbose(std::string_view text) { line(Severity::kVERBOSE, text); }
  void info(std::string_view text) { line(Severity::kINFO, text); }
  void warning(std::string_view text) { line(Severity::kWARNING, text); }
  void error(std::string_view text) { line(Severity::kERROR, text); }
  void set_verbose(bool verbose) { least_ = verbose ? Severity::kVERBOSE : Severity::kINFO; }

  // Whether a status line can be shown: both outputs are a terminal.
  bool interactive() const { return interactive_; }
  // Shows a line that later lines push down and the next status replaces; empty removes it.
  void status(const std::string& text);

 private:
  void line(Severity severity, std::string_view text);

  std::mutex mutex_;
  Severity least_;
  bool interactive_;
  std::string status_;
};

}  // namespace tenon::trtexec

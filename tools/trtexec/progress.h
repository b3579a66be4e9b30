// How far a build is, told by its monitor, and its progress bar.
#pragma once

#include <NvInfer.h>

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "trtexec/log.h"

namespace tenon::trtexec {

// The phases under way, outermost first. A step of a phase counts as far as the phase inside of it
// has come.
class Phases {
 public:
  void start(std::string_view name, std::string_view parent, int steps);
  void complete(std::string_view name, int step);  // counted from 0
  void finish(std::string_view name);

  // Of the outermost phase, 0 to 1; never goes back.
  double fraction() const { return fraction_; }
  // The innermost phase; empty when none is under way.
  std::string_view current() const;

 private:
  struct Phase {
    std::string name;
    int steps;
    int done;
  };
  void update();

  std::vector<Phase> open_;
  double fraction_ = 0;
};

// "[#####     ]  50% Tactic Selection, 12 s left"; seconds < 0: not known.
std::string progress_text(double fraction, std::string_view phase, double seconds_left);

// Shows the bar on a console that can, and stops the build once interrupted() is true.
class ProgressBar : public nvinfer1::IProgressMonitor {
 public:
  explicit ProgressBar(Console& console);
  ~ProgressBar() noexcept override;

  void phaseStart(const char* phase, const char* parent, int32_t steps) noexcept override;
  bool stepComplete(const char* phase, int32_t step) noexcept override;
  void phaseFinish(const char* phase) noexcept override;

 private:
  void show();

  Console& console_;
  std::mutex mutex_;
  Phases phases_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace tenon::trtexec

#include "trtexec/progress.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "trtexec/interrupt.h"

namespace tenon::trtexec {

// ---- phases

void Phases::start(std::string_view name, std::string_view parent, int steps) {
  // What a failed or forgotten phase left open ends where its sibling begins.
  while (!open_.empty() && !parent.empty() && open_.back().name != parent) open_.pop_back();
  open_.push_back({std::string(name), std::max(steps, 1), 0});
  update();
}

void Phases::complete(std::string_view name, int step) {
  for (Phase& phase : open_) {
    if (phase.name == name) phase.done = std::clamp(step + 1, phase.done, phase.steps);
  }
  update();
}

void Phases::finish(std::string_view name) {
  const auto is_it = [&](const Phase& phase) { return phase.name == name; };
  const auto found = std::find_if(open_.begin(), open_.end(), is_it);
  if (found == open_.begin() && found != open_.end()) fraction_ = 1;
  open_.erase(found, open_.end());
}

std::string_view Phases::current() const {
  return open_.empty() ? std::string_view() : std::string_view(open_.back().name);
}

void Phases::update() {
  double inner = 0;
  for (size_t i = open_.size(); i-- > 0;) {
    const double done = std::min(open_[i].done + inner, double(open_[i].steps));
    inner = done / open_[i].steps;
  }
  fraction_ = std::max(fraction_, inner);
}

std::string progress_text(double fraction, std::string_view phase, double seconds_left) {
  constexpr int kCells = 30;
  const int filled = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * kCells);
  std::string text = fmt::format("[{:<{}}] {:3.0f}% {}", std::string(size_t(filled), '#'), kCells,
                                 100 * fraction, phase);
  if (seconds_left >= 0) text += fmt::format(", {:.0f} s left", std::ceil(seconds_left));
  return text;
}

// ---- the bar

ProgressBar::ProgressBar(Console& console) : console_(console) {}

ProgressBar::~ProgressBar() noexcept {
  try {
    console_.status("");
  } catch (...) {
    // Nothing is lost but the look of the screen.
  }
}

void ProgressBar::show() {
  if (!console_.interactive()) return;
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  const double fraction = phases_.fraction();
  // Too little is known at the beginning to tell when the end comes.
  const bool knows = fraction > 0.05 && took > 1;
  console_.status(
      progress_text(fraction, phases_.current(), knows ? took / fraction * (1 - fraction) : -1));
}

void ProgressBar::phaseStart(const char* phase, const char* parent, int32_t steps) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    phases_.start(phase, parent != nullptr ? parent : "", steps);
    show();
  } catch (...) {
    // The build matters more than its bar.
  }
}

bool ProgressBar::stepComplete(const char* phase, int32_t step) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    phases_.complete(phase, step);
    show();
  } catch (...) {
    // As above.
  }
  return !interrupted();
}

void ProgressBar::phaseFinish(const char* phase) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    phases_.finish(phase);
    show();
  } catch (...) {
    // As above.
  }
}

}  // namespace tenon::trtexec

#include "trtexec/progress.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "trtexec/interrupt.h"

namespace tenon::trtexec {
namespace {

TEST(Phases, AStepCountsAsFarAsItsInnerPhaseHasCome) {
  Phases phases;
  phases.start("build", "", 2);
  EXPECT_EQ(phases.fraction(), 0);
  phases.start("tune", "build", 4);
  phases.complete("tune", 0);
  EXPECT_DOUBLE_EQ(phases.fraction(), 0.125);
  EXPECT_EQ(phases.current(), "tune");
  phases.complete("tune", 3);
  phases.finish("tune");
  EXPECT_DOUBLE_EQ(phases.fraction(), 0.5);
  EXPECT_EQ(phases.current(), "build");
  phases.complete("build", 0);
  EXPECT_DOUBLE_EQ(phases.fraction(), 0.5);
  phases.finish("build");
  EXPECT_EQ(phases.fraction(), 1);
  EXPECT_EQ(phases.current(), "");
}

TEST(Phases, NeverGoesBackAndBearsNonsense) {
  Phases phases;
  phases.finish("unknown");
  phases.start("build", "", 0);
  phases.complete("build", 7);
  EXPECT_EQ(phases.fraction(), 1);
  phases.start("inner", "build", 3);
  phases.complete("unknown", 1);
  EXPECT_EQ(phases.fraction(), 1);
}

TEST(ProgressText, BarShareAndTime) {
  EXPECT_EQ(progress_text(0.5, "Tuning", 11.2),
            "[###############               ]  50% Tuning, 12 s left");
  EXPECT_EQ(progress_text(0, "Tuning", -1), "[                              ]   0% Tuning");
}

TEST(ProgressBarDeathTest, AnInterruptStopsTheBuild) {
  EXPECT_EXIT(
      {
        Console console;
        ProgressBar bar(console);
        bar.phaseStart("build", nullptr, 2);
        catch_interrupts();
        const bool before = bar.stepComplete("build", 0);
        std::raise(SIGINT);
        const bool after = bar.stepComplete("build", 1);
        std::_Exit(before && !after ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace tenon::trtexec

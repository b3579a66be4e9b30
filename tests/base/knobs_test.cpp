#include "base/knobs.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.h"

namespace tenon {
namespace {

// Sets a variable for the duration of a test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

TEST(Knobs, Values) {
  ::unsetenv("TENON_DUMP");
  EXPECT_EQ(knob("TENON_DUMP"), std::nullopt);
  const Variable trace("TENON_DUMP", "out.json");
  EXPECT_EQ(knob("TENON_DUMP"), "out.json");
}

TEST(Knobs, Lists) {
  ::unsetenv("TENON_DISABLE");
  EXPECT_TRUE(knob_list("TENON_DISABLE").empty());
  const Variable disable("TENON_DISABLE", ",a,,b_c,");
  EXPECT_EQ(knob_list("TENON_DISABLE"), (std::vector<std::string>{"a", "b_c"}));
}

TEST(Knobs, OnlyTheTableIsRead) {
  EXPECT_THROW(knob("TENON_SPEED"), Error);
  for (const Knob& k : knobs()) {
    EXPECT_TRUE(k.name.starts_with("TENON_")) << k.name;
    EXPECT_FALSE(k.meaning.empty()) << k.name;
    EXPECT_NO_THROW(knob(k.name));
  }
}

TEST(Knobs, UnknownOnesAreWarnedAbout) {
  const Variable unknown("TENON_SPEDE", "1");
  const Variable known("TENON_ISA", "avx2");
  std::vector<std::string> messages;
  warn_unknown_knobs(Log([&](Severity severity, std::string_view text) {
    EXPECT_EQ(severity, Severity::kWarning);
    messages.emplace_back(text);
  }));
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_NE(messages[0].find("TENON_SPEDE"), std::string::npos);
}

}  // namespace
}  // namespace tenon

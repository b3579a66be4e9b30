#include "trtexec/spec.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace tenon::trtexec {
namespace {

TEST(Spec, ShapesOfSeveralInputs) {
  const Shapes expected{{"input", {1, 3, 224, 224}}, {"other", {1, 2}}};
  EXPECT_EQ(parse_shapes("input:1x3x224x224,other:1x2"), expected);
}

TEST(Spec, NamesMayHaveColonsAndQuotesAllowCommas) {
  const Shapes expected{{"a,b", {2}}, {"Input:0", {1, 5}}};
  EXPECT_EQ(parse_shapes("Input:0:1x5,'a,b':2"), expected);
}

TEST(Spec, Scalars) {
  EXPECT_EQ(parse_shapes("s:scalar"), (Shapes{{"s", {}}}));
  EXPECT_EQ(shape_text({}), "scalar");
}

TEST(Spec, BadShapesAreRefused) {
  for (const char* text : {"", "1x2", "x:", "x:1xx2", "x:-1x2", "x:1x2,", ":1x2", "x:1,x:2",
                           "x:1.5", "x:99999999999999999999", "x:1x2 "}) {
    EXPECT_THROW(parse_shapes(text), Error) << text;
  }
}

TEST(Spec, ShapeText) { EXPECT_EQ(shape_text({1, 3, 8}), "1x3x8"); }

TEST(Spec, Files) {
  const Files expected{{"a", "x.bin"}, {"b:0", "/tmp/y"}};
  EXPECT_EQ(parse_files("a:x.bin,b:0:/tmp/y"), expected);
  EXPECT_THROW(parse_files("a"), Error);
  EXPECT_THROW(parse_files("a:"), Error);
  EXPECT_THROW(parse_files("a:x,a:y"), Error);
}

TEST(Spec, SizesAreMebibytesUnlessTheySay) {
  EXPECT_EQ(parse_size("2"), 2U << 20);
  EXPECT_EQ(parse_size("0.5G"), 512U << 20);
  EXPECT_EQ(parse_size("3M"), 3U << 20);
  EXPECT_EQ(parse_size("100K"), 102400U);
  EXPECT_EQ(parse_size("17B"), 17U);
  for (const char* text : {"", "G", "1T", "-1", "nan", "1e30", "1 M"}) {
    EXPECT_THROW(parse_size(text), Error) << text;
  }
}

TEST(Spec, Percentiles) {
  EXPECT_EQ(parse_percentiles("90,99.5"), (std::vector<double>{90, 99.5}));
  for (const char* text : {"101", "-1", "x", "90,", "nan"}) {
    EXPECT_THROW(parse_percentiles(text), Error) << text;
  }
}

}  // namespace
}  // namespace tenon::trtexec

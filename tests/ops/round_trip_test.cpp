// Attributes through text and through archives, for every op.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "ops/registry.h"
#include "sample_ops.h"

namespace tenon {
namespace {

TEST(Registry, IsSortedAndFindsEveryOp) {
  for (size_t i = 1; i < all_ops().size(); ++i) {
    EXPECT_LT(all_ops()[i - 1]->name, all_ops()[i]->name);
  }
  for (const OpInfo* info : all_ops()) EXPECT_EQ(find_op(info->name), info);
  EXPECT_EQ(find_op("convolution"), nullptr);
  EXPECT_EQ(find_op(""), nullptr);
  EXPECT_THROW(Op::parse("convolution", ""), Error);
}

TEST(RoundTrip, SamplesNameEveryOp) {
  std::set<std::string_view> sampled;
  for (const Op& op : sample_ops()) sampled.insert(op.name());
  for (const OpInfo* info : all_ops()) EXPECT_TRUE(sampled.contains(info->name)) << info->name;
}

TEST(RoundTrip, ThroughText) {
  for (const Op& op : sample_ops()) {
    SCOPED_TRACE(fmt::format("{} {}", op.name(), op.attribute_text()));
    const Op copy = Op::parse(op.name(), op.attribute_text());
    EXPECT_EQ(copy, op);
    EXPECT_EQ(copy.attribute_text(), op.attribute_text());
  }
}

TEST(RoundTrip, ThroughAnArchive) {
  for (const Op& op : sample_ops()) {
    SCOPED_TRACE(fmt::format("{} {}", op.name(), op.attribute_text()));
    ArchiveWriter writer;
    op.write(writer);
    ArchiveReader reader(writer.data());
    EXPECT_EQ(Op::read(reader), op);
    EXPECT_TRUE(reader.at_end());
  }
}

TEST(RoundTrip, DefaultsPrintAsNothing) {
  for (const OpInfo* info : all_ops()) {
    EXPECT_EQ(Op::parse(info->name, "").attribute_text(), "") << info->name;
  }
}

TEST(RoundTrip, EveryFieldCounts) {
  const std::vector<Op> ops = sample_ops();
  for (size_t i = 0; i < ops.size(); ++i) {
    for (size_t j = 0; j < ops.size(); ++j) EXPECT_EQ(ops[i] == ops[j], i == j) << i << " " << j;
  }
}

TEST(Archive, TruncatedOpsAreErrors) {
  for (const Op& op : sample_ops()) {
    ArchiveWriter writer;
    op.write(writer);
    for (size_t size = 0; size < writer.data().size(); ++size) {
      ArchiveReader reader(std::span(writer.data()).first(size));
      EXPECT_THROW(Op::read(reader), Error) << op.name() << " cut to " << size << " bytes";
    }
  }
}

TEST(Archive, MutatedOpsAreReadOrRefused) {
  std::mt19937 random(1);
  for (const Op& op : sample_ops()) {
    ArchiveWriter writer;
    op.write(writer);
    for (int trial = 0; trial < 500; ++trial) {
      std::vector<std::byte> data = writer.data();
      for (int change = 0; change < 2; ++change) {
        data[random() % data.size()] = static_cast<std::byte>(random());
      }
      ArchiveReader reader(data);
      try {
        Op::read(reader).attribute_text();
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ErrorCode::kInternal) << error.what();
      }
    }
  }
}

TEST(AttributeText, MalformedIsAnError) {
  for (const char* text : {"stride",
                           "stride=",
                           "stride=[1",
                           "stride=1",
                           "stride=[a]",
                           "stride=[1] stride",
                           "act=relu",
                           "act={fn=}",
                           "act={fn=relu",
                           "groups=1.5",
                           "groups=99999999999999999999",
                           "groups=",
                           "nothing=1",
                           "=",
                           "groups==1",
                           "act={alpha=1e}",
                           "]",
                           "{",
                           "\"",
                           "groups=\"1\""}) {
    EXPECT_THROW(Op::parse("conv", text), Error) << text;
  }
  EXPECT_THROW(Op::parse("constant", "value=f32[2]{1}"), Error);
  EXPECT_THROW(Op::parse("constant", "value=f32[-1,-1]{1}"), Error);
  EXPECT_THROW(Op::parse("constant", "value=f32[1]"), Error);
  EXPECT_THROW(Op::parse("constant", "value=i4[1]{1}"), Error);
  EXPECT_THROW(Op::parse("constant", "value={f32[1]"), Error);
}

}  // namespace
}  // namespace tenon

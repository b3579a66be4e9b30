#include "base/blank_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace tenon {
namespace {

TEST(BlankMemory, HoldsZerosAndMoves) {
  BlankMemory memory(100'000);
  ASSERT_EQ(memory.bytes().size(), 100'000);
  const auto zero = [](std::byte b) { return b == std::byte{0}; };
  EXPECT_TRUE(std::ranges::all_of(memory.bytes(), zero));
  BlankMemory other(std::move(memory));
  EXPECT_EQ(other.bytes().size(), 100'000);
  other = BlankMemory();
  EXPECT_TRUE(other.bytes().empty());
}

TEST(BlankMemory, MayBeMoreThanThereIs) {
  EXPECT_EQ(BlankMemory(size_t{1} << 40).bytes().back(), std::byte{0});
}

}  // namespace
}  // namespace tenon

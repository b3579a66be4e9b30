#include "build/weight_store.h"

#include <gtest/gtest.h>

namespace tenon {
namespace {

std::vector<std::byte> blob(size_t size, int value) {
  return std::vector<std::byte>(size, static_cast<std::byte>(value));
}

TEST(WeightStore, KeepsEqualBlobsOnceAtAlignedPlaces) {
  WeightStore store;
  const Blob a = store.add(blob(10, 1));
  const Blob b = store.add(blob(300, 2));
  const Blob again = store.add(blob(10, 1));
  EXPECT_EQ(again.offset, a.offset);
  EXPECT_EQ(b.offset, kPlanAlignment);
  EXPECT_EQ(store.size(), kPlanAlignment + 300);
  EXPECT_EQ(store.bytes()[0], std::byte{1});
  EXPECT_EQ(store.bytes()[b.offset + 299], std::byte{2});
  EXPECT_EQ(store.add({}).bytes, 0U);
}

TEST(WeightStore, InARehearsalEveryBlobHasItsPlaceAndNoContents) {
  WeightStore store(WeightStore::Purpose::kRehearsal);
  const Blob a = store.add(blob(10, 1));
  const Blob b = store.add(blob(10, 1));
  EXPECT_NE(a.offset, b.offset);
  EXPECT_EQ(b.offset % kPlanAlignment, 0U);
  EXPECT_EQ(store.size(), b.offset + 10);
  EXPECT_TRUE(store.bytes().empty());
}

}  // namespace
}  // namespace tenon

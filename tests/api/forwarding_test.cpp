// Public classes over implementations that derive from them and from the interfaces, as src/api
// does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "NvInfer.h"

using namespace nvinfer1;

namespace {

class FakeMemory : public IHostMemory, public apiv::VHostMemory {
 public:
  explicit FakeMemory(bool& deleted) : deleted_(deleted) { mImpl = this; }
  ~FakeMemory() override { deleted_ = true; }
  void* data() const noexcept override { return const_cast<char*>(bytes_.data()); }
  std::size_t size() const noexcept override { return bytes_.size(); }
  DataType type() const noexcept override { return DataType::kINT8; }

 private:
  std::string bytes_ = "plan";
  bool& deleted_;
};

TEST(Forwarding, HostMemoryIsReadAndDeletedThroughThePublicClass) {
  bool deleted = false;
  IHostMemory* memory = new FakeMemory(deleted);
  EXPECT_EQ(memory->size(), 4U);
  EXPECT_EQ(std::string(static_cast<const char*>(memory->data()), memory->size()), "plan");
  EXPECT_EQ(memory->type(), DataType::kINT8);
  delete memory;
  EXPECT_TRUE(deleted);
}

// What every layer has; records the last precision and name.
class FakeLayer : public apiv::VLayer {
 public:
  explicit FakeLayer(LayerType type) : type_(type) {}
  LayerType getType() const noexcept override { return type_; }
  void setName(const char* name) noexcept override { name_ = name; }
  const char* getName() const noexcept override { return name_.c_str(); }
  int32_t getNbInputs() const noexcept override { return 1; }
  ITensor* getInput(int32_t) const noexcept override { return nullptr; }
  int32_t getNbOutputs() const noexcept override { return 2; }
  ITensor* getOutput(int32_t) const noexcept override { return nullptr; }
  void setInput(int32_t, ITensor&) noexcept override {}
  void setPrecision(DataType type) noexcept override { precision_ = type; }
  DataType getPrecision() const noexcept override { return precision_; }
  bool precisionIsSet() const noexcept override { return true; }
  void resetPrecision() noexcept override {}
  void setOutputType(int32_t, DataType) noexcept override {}
  DataType getOutputType(int32_t index) const noexcept override {
    return static_cast<DataType>(index);
  }
  bool outputTypeIsSet(int32_t) const noexcept override { return false; }
  void resetOutputType(int32_t) noexcept override {}
  void setMetadata(const char* text) noexcept override { name_ = text; }
  const char* getMetadata() const noexcept override { return "metadata"; }
  bool setNbRanks(int32_t count) noexcept override { return count > 0; }
  int32_t getNbRanks() const noexcept override { return 1; }

 private:
  LayerType type_;
  std::string name_;
  DataType precision_ = DataType::kFLOAT;
};

class FakeTripLimit : public ITripLimitLayer,
                      public apiv::VLoopBoundaryLayer,
                      public apiv::VTripLimitLayer {
 public:
  FakeTripLimit() {
    mLayer = &layer_;
    mBoundary = this;
    mImpl = this;
  }
  ILoop* getLoop() const noexcept override { return nullptr; }
  TripLimit getTripLimit() const noexcept override { return TripLimit::kWHILE; }

 private:
  FakeLayer layer_{LayerType::kTRIP_LIMIT};
};

TEST(Forwarding, LayerHasThreeImplementationPointers) {
  FakeTripLimit fake;
  ITripLimitLayer& limit = fake;
  ILayer& layer = limit;
  layer.setName("limit");
  EXPECT_STREQ(layer.getName(), "limit");
  EXPECT_EQ(layer.getType(), LayerType::kTRIP_LIMIT);
  EXPECT_EQ(layer.getNbInputs(), 1);
  EXPECT_EQ(layer.getNbOutputs(), 2);
  EXPECT_EQ(layer.getOutputType(3), DataType::kINT32);
  EXPECT_FALSE(layer.setNbRanks(0));
  EXPECT_STREQ(layer.getMetadata(), "metadata");
  EXPECT_EQ(limit.getLoop(), nullptr);
  EXPECT_EQ(limit.getTripLimit(), TripLimit::kWHILE);
}

class MockTimingCache : public ITimingCache, public apiv::VTimingCache {
 public:
  MockTimingCache() { mImpl = this; }
  MOCK_METHOD(IHostMemory*, serialize, (), (const, noexcept, override));
  MOCK_METHOD(bool, combine, (const ITimingCache&, bool), (noexcept, override));
  MOCK_METHOD(bool, reset, (), (noexcept, override));
  MOCK_METHOD(int64_t, queryKeys, (TimingCacheKey*, int64_t), (const, noexcept, override));
  MOCK_METHOD(TimingCacheValue, query, (const TimingCacheKey&), (const, noexcept, override));
  MOCK_METHOD(bool, update, (const TimingCacheKey&, const TimingCacheValue&), (noexcept, override));
};

TEST(Forwarding, ArgumentsAndResultsPassThrough) {
  MockTimingCache mock;
  ITimingCache& cache = mock;
  const TimingCacheKey key{{1, 2}};
  EXPECT_CALL(mock, combine(testing::Ref(cache), true)).WillOnce(testing::Return(true));
  EXPECT_CALL(mock, queryKeys(nullptr, 7)).WillOnce(testing::Return(3));
  EXPECT_CALL(mock, query(testing::Ref(key))).WillOnce(testing::Return(TimingCacheValue{5, 0.5F}));
  EXPECT_TRUE(cache.combine(cache, true));
  EXPECT_EQ(cache.queryKeys(nullptr, 7), 3);
  EXPECT_EQ(cache.query(key).tacticHash, 5U);
}

}  // namespace

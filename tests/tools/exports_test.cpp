#include "trtexec/exports.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace tenon::trtexec {
namespace {

using Json = nlohmann::ordered_json;

TEST(Exports, TimesHaveTheFieldsThatToolsRead) {
  InferenceTrace t;
  t.enq_start = 1, t.enq_end = 2, t.h2d_start = 3, t.h2d_end = 5, t.compute_start = 7;
  t.compute_end = 11, t.d2h_start = 13, t.d2h_end = 21;
  const Json list = Json::parse(times_json(std::span(&t, 1)));
  EXPECT_EQ(list, Json::parse(R"([{"startEnqMs": 1.0, "endEnqMs": 2.0, "startH2dMs": 3.0,
    "endH2dMs": 5.0, "startComputeMs": 7.0, "endComputeMs": 11.0, "startD2hMs": 13.0,
    "endD2hMs": 21.0, "h2dMs": 2.0, "computeMs": 4.0, "d2hMs": 8.0, "latencyMs": 14.0}])"));
  EXPECT_EQ(Json::parse(times_json({})), Json::array());
}

TEST(Exports, ProfileInTheOrderOfTheLayers) {
  Profile profile;
  for (const float scale : {1.0F, 3.0F}) {
    profile.reportLayerTime("z", 1 * scale);
    profile.reportLayerTime("a", 2 * scale);
    profile.reportLayerTime("z2", 1 * scale);
  }
  const Json list = Json::parse(profile_json(profile));
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[0], Json::parse(R"({"count": 2})"));
  EXPECT_EQ(list[1]["name"], "z");
  EXPECT_EQ(list[2], Json::parse(R"({"name": "a", "timeMs": 8.0, "averageMs": 4.0,
                                     "medianMs": 4.0, "percentage": 50.0})"));
  EXPECT_EQ(list[3]["percentage"], 25.0);
}

TEST(Exports, AnEmptyProfile) {
  EXPECT_EQ(Json::parse(profile_json(Profile())), Json::parse(R"([{"count": 0}])"));
}

TEST(Exports, ALayerThatComesTwiceHasTwoPlaces) {
  Profile profile;
  for (int i = 0; i < 3; ++i) {
    for (const char* layer : {"a", "copy", "b", "copy"}) profile.reportLayerTime(layer, 1);
  }
  ASSERT_EQ(profile.layers().size(), 4U);
  for (const LayerProfile& layer : profile.layers()) EXPECT_EQ(layer.times_ms.size(), 3U);
  EXPECT_EQ(profile.inferences(), 3);
}

TEST(Exports, TableEndsWithTheTotal) {
  Profile profile;
  profile.reportLayerTime("conv", 3);
  profile.reportLayerTime("relu", 1);
  const auto table = profile.table();
  ASSERT_EQ(table.size(), 5U);
  EXPECT_EQ(table[0], "=== Profile (1 iterations ) ===");
  EXPECT_NE(table[2].find("75.0   conv"), std::string::npos) << table[2];
  EXPECT_NE(table[4].find("4.00"), std::string::npos) << table[4];
  EXPECT_NE(table[4].find("100.0   Total"), std::string::npos) << table[4];
}

TEST(Exports, OutputsThatAreNotNumbersAreNull) {
  const std::vector<OutputTensor> outputs{{"y", {1, 3}, {0.5, -2, std::nan("")}},
                                          {"quote\"d", {}, {7}}};
  EXPECT_EQ(Json::parse(outputs_json(outputs)),
            Json::parse(R"([{"name": "y", "dimensions": "1x3", "values": [0.5, -2.0, null]},
                            {"name": "quote\"d", "dimensions": "scalar", "values": [7.0]}])"));
}

TEST(Tensors, RandomValuesAreRepeatableAndInRange) {
  std::vector<float> a(1000), b(1000);
  fill_random(std::as_writable_bytes(std::span(a)), nvinfer1::DataType::kFLOAT, 5);
  fill_random(std::as_writable_bytes(std::span(b)), nvinfer1::DataType::kFLOAT, 5);
  EXPECT_EQ(a, b);
  EXPECT_NE(a[0], a[1]);
  for (const float value : a) EXPECT_TRUE(value >= -1 && value <= 1) << value;
  std::vector<int64_t> indices(100);
  fill_random(std::as_writable_bytes(std::span(indices)), nvinfer1::DataType::kINT64, 5);
  for (const int64_t value : indices) EXPECT_TRUE(value == 0 || value == 1) << value;
}

TEST(Tensors, ValuesOfSmallTypes) {
  const std::vector<uint16_t> halves{0x3C00, 0xC000};  // 1 and -2
  EXPECT_EQ(values_of(std::as_bytes(std::span(halves)), nvinfer1::DataType::kHALF),
            (std::vector<double>{1, -2}));
  const std::vector<uint16_t> brains{0x3F80, 0xC000};
  EXPECT_EQ(values_of(std::as_bytes(std::span(brains)), nvinfer1::DataType::kBF16),
            (std::vector<double>{1, -2}));
  const std::vector<int8_t> bytes{-3, 4};
  EXPECT_EQ(values_of(std::as_bytes(std::span(bytes)), nvinfer1::DataType::kINT8),
            (std::vector<double>{-3, 4}));
}

}  // namespace
}  // namespace tenon::trtexec

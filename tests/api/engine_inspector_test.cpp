// The inspector's texts at each verbosity.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine_session.h"

namespace tenon::testing {
namespace {

using namespace nvinfer1;
using nlohmann::json;

std::unique_ptr<IHostMemory> plan_with(ProfilingVerbosity verbosity) {
  return build_digits(shared_logger(), [&](IBuilder&, IBuilderConfig& config) {
    config.setProfilingVerbosity(verbosity);
  });
}

TEST(Inspector, NamesLayersByDefault) {
  Session s;
  const std::unique_ptr<IEngineInspector> inspector(s.engine->createEngineInspector());
  const json all = json::parse(inspector->getEngineInformation(LayerInformationFormat::kJSON));
  ASSERT_EQ(all.at("Layers").size(), static_cast<size_t>(s.engine->getNbLayers()));
  for (const json& layer : all.at("Layers")) EXPECT_TRUE(layer.is_string()) << layer;
  EXPECT_EQ(all.at("Bindings"), json({s.input, s.output}));
  const json first = json::parse(inspector->getLayerInformation(0, LayerInformationFormat::kJSON));
  EXPECT_EQ(first, all.at("Layers")[0]);
  const std::string text = inspector->getEngineInformation(LayerInformationFormat::kONELINE);
  EXPECT_NE(text.find(first.get<std::string>() + "\n"), std::string::npos);
}

TEST(Inspector, TellsEverythingWhenDetailed) {
  const auto plan = plan_with(ProfilingVerbosity::kDETAILED);
  ASSERT_NE(plan, nullptr);
  Session s(*plan);
  EXPECT_EQ(s.engine->getProfilingVerbosity(), ProfilingVerbosity::kDETAILED);
  const std::unique_ptr<IEngineInspector> inspector(s.engine->createEngineInspector());
  ASSERT_TRUE(inspector->setExecutionContext(s.context.get()));
  EXPECT_EQ(inspector->getExecutionContext(), s.context.get());
  const json all = json::parse(inspector->getEngineInformation(LayerInformationFormat::kJSON));
  const auto count = static_cast<size_t>(s.engine->getNbLayers());
  ASSERT_EQ(all.at("Layers").size(), count);
  for (size_t i = 0; i < count; ++i) {
    const json& layer = all.at("Layers")[i];
    for (const char* key : {"Name", "LayerType", "Inputs", "Outputs", "TacticName", "Metadata"}) {
      EXPECT_TRUE(layer.contains(key)) << key << " is not in " << layer;
    }
    for (const char* key : {"Name", "Location", "Dimensions", "Format/Datatype"}) {
      EXPECT_TRUE(layer.at("Outputs").at(0).contains(key)) << key << " is not in " << layer;
    }
    EXPECT_EQ(layer, json::parse(inspector->getLayerInformation(static_cast<int32_t>(i),
                                                                LayerInformationFormat::kJSON)));
  }
  EXPECT_EQ(
      std::string(inspector->getLayerInformation(0, LayerInformationFormat::kONELINE)).find('\n') +
          1,
      std::string(inspector->getLayerInformation(0, LayerInformationFormat::kONELINE)).size())
      << "one line a layer";
  EXPECT_EQ(inspector->getLayerInformation(-1, LayerInformationFormat::kJSON), nullptr);
  EXPECT_EQ(inspector->getLayerInformation(9999, LayerInformationFormat::kJSON), nullptr);
  EXPECT_NE(s.logger.errors().find("9999"), std::string::npos);
}

TEST(Inspector, SaysNothingOfLayersWhenNone) {
  const auto plan = plan_with(ProfilingVerbosity::kNONE);
  ASSERT_NE(plan, nullptr);
  Session s(*plan);
  const std::unique_ptr<IEngineInspector> inspector(s.engine->createEngineInspector());
  const json all = json::parse(inspector->getEngineInformation(LayerInformationFormat::kJSON));
  EXPECT_TRUE(all.contains("Bindings"));
}

}  // namespace
}  // namespace tenon::testing

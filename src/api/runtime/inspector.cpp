#include "api/runtime/inspector.h"

#include "api/runtime/layer_information.h"

namespace tenon::api {

using nvinfer1::LayerInformationFormat;
using Json = nlohmann::ordered_json;

EngineInspector::EngineInspector(std::shared_ptr<const LoadedEngine> loaded, const Reporter& parent)
    : loaded_(std::move(loaded)), reporter_(parent.logger()) {
  nvinfer1::IEngineInspector::mImpl = this;
  reporter_.set_recorder(parent.recorder());
}

bool EngineInspector::setExecutionContext(const nvinfer1::IExecutionContext* context) noexcept {
  context_ = context;
  return true;
}
const nvinfer1::IExecutionContext* EngineInspector::getExecutionContext() const noexcept {
  return context_;
}

const Program& EngineInspector::program() const {
  const auto& programs = loaded_->engine->plan().programs;
  return programs.at(context_ ? static_cast<size_t>(context_->getOptimizationProfile()) : 0);
}

// By the verbosity of the build: a name, or everything.
static Json layer_json(const Plan& plan, const Program& program, size_t step, const Op& op) {
  const auto verbosity = static_cast<nvinfer1::ProfilingVerbosity>(plan.verbosity);
  if (verbosity == nvinfer1::ProfilingVerbosity::kDETAILED) {
    return describe_step(program, program.steps[step], op);
  }
  return program.steps[step].name;
}

static std::string one_line(const Json& json) {
  return json.is_string() ? json.get<std::string>() : json.dump();
}

const char* EngineInspector::getLayerInformation(int32_t layer,
                                                 LayerInformationFormat format) const noexcept {
  return guarded(
      reporter_, "IEngineInspector::getLayerInformation", static_cast<const char*>(nullptr), [&] {
        const Program& p = program();
        if (layer < 0 || static_cast<size_t>(layer) >= p.steps.size()) {
          fail("there is no layer {}: the engine has {}", layer, p.steps.size());
        }
        const auto index = static_cast<size_t>(layer);
        const Engine& engine = *loaded_->engine;
        const auto profile = static_cast<size_t>(&p - engine.plan().programs.data());
        const Json json = layer_json(engine.plan(), p, index, engine.steps(profile)[index].op);
        layer_text_ =
            format == LayerInformationFormat::kJSON ? json.dump(2) : one_line(json) + "\n";
        return layer_text_.c_str();
      });
}

const char* EngineInspector::getEngineInformation(LayerInformationFormat format) const noexcept {
  return guarded(reporter_, "IEngineInspector::getEngineInformation",
                 static_cast<const char*>(nullptr), [&] {
                   const Program& p = program();
                   const Engine& engine = *loaded_->engine;
                   const auto profile = static_cast<size_t>(&p - engine.plan().programs.data());
                   Json layers = Json::array();
                   for (size_t i = 0; i < p.steps.size(); ++i) {
                     layers.push_back(layer_json(engine.plan(), p, i, engine.steps(profile)[i].op));
                   }
                   Json bindings = Json::array();
                   for (const Binding& b : engine.plan().bindings) bindings.push_back(b.name);
                   if (format == LayerInformationFormat::kJSON) {
                     engine_text_ = Json{{"Layers", layers}, {"Bindings", bindings}}.dump(2);
                   } else {
                     engine_text_ = "Layers:\n";
                     for (const Json& layer : layers) engine_text_ += one_line(layer) + "\n";
                     engine_text_ += "\nBindings:\n";
                     for (const Json& b : bindings) engine_text_ += one_line(b) + "\n";
                   }
                   return engine_text_.c_str();
                 });
}

void EngineInspector::setErrorRecorder(nvinfer1::IErrorRecorder* recorder) noexcept {
  reporter_.set_recorder(recorder);
}
nvinfer1::IErrorRecorder* EngineInspector::getErrorRecorder() const noexcept {
  return reporter_.recorder();
}

}  // namespace tenon::api

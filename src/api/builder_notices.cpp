#include "api/builder_notices.h"

namespace tenon::api {

namespace nv = nvinfer1;

namespace {

struct FlagName {
  nv::BuilderFlag flag;
  const char* name;
};

using enum nv::BuilderFlag;

// They permit; nothing has to be done.
constexpr FlagName kPermissions[] = {
    {kINT8, "kINT8"}, {kFP8, "kFP8"}, {kINT4, "kINT4"}, {kFP4, "kFP4"}};

constexpr FlagName kWithoutEffect[] = {
    {kDEBUG, "kDEBUG"},
    {kREFIT, "kREFIT"},
    {kSPARSE_WEIGHTS, "kSPARSE_WEIGHTS"},
    {kSAFETY_SCOPE, "kSAFETY_SCOPE"},
    {kDIRECT_IO, "kDIRECT_IO"},
    {kREJECT_EMPTY_ALGORITHMS, "kREJECT_EMPTY_ALGORITHMS"},
    {kVERSION_COMPATIBLE, "kVERSION_COMPATIBLE"},
    {kSTRIP_PLAN, "kSTRIP_PLAN"},
    {kREFIT_IDENTICAL, "kREFIT_IDENTICAL"},
    {kWEIGHT_STREAMING, "kWEIGHT_STREAMING"},
    {kREFIT_INDIVIDUAL, "kREFIT_INDIVIDUAL"},
    {kSTRICT_NANS, "kSTRICT_NANS"},
    {kMONITOR_MEMORY, "kMONITOR_MEMORY"},
    {kDISTRIBUTIVE_INDEPENDENCE, "kDISTRIBUTIVE_INDEPENDENCE"},
};

void check_precisions(const Network& network, const BuilderConfig& config, const Log& log) {
  int ignored = 0;
  for (const auto& layer : network.layers()) {
    const nv::DataType computed = layer->outputs().front()->getType();
    if (!layer->precisionIsSet() || layer->getPrecision() == computed ||
        !is_float(to_internal(computed))) {
      continue;
    }
    ++ignored;
    if (config.has(kOBEY_PRECISION_CONSTRAINTS)) {
      throw Error(ErrorCode::kInvalidConfig, layer->getName(),
                  fmt::format("precision {} cannot be had, and "
                              "BuilderFlag::kOBEY_PRECISION_CONSTRAINTS is set",
                              name_of(to_internal(layer->getPrecision()))));
    }
  }
  if (ignored == 0) return;
  constexpr const char* kText = "{} layers ask for a precision that they will not have";
  if (config.has(kPREFER_PRECISION_CONSTRAINTS)) {
    log.warning(kText, ignored);
  } else {
    log.info(kText, ignored);
  }
}

}  // namespace

void log_notices(const Network& network, const BuilderConfig& config, const Log& log) {
  for (const FlagName& permission : kPermissions) {
    if (config.has(permission.flag)) {
      log.info("BuilderFlag::{} allows a lower precision, which no layer makes use of yet",
               permission.name);
    }
  }
  for (const FlagName& flag : kWithoutEffect) {
    if (config.has(flag.flag)) log.warning("BuilderFlag::{} has no effect yet", flag.name);
  }
  const auto warn = [&](bool set, const char* what) {
    if (set) log.warning("{} has no effect yet", what);
  };
  warn(config.getInt8Calibrator() != nullptr, "the INT8 calibrator");
  warn(config.getAlgorithmSelector() != nullptr, "the algorithm selector");
  warn(config.getNbPluginsToSerialize() > 0, "IBuilderConfig::setPluginsToSerialize");
  warn(config.getHardwareCompatibilityLevel() != nv::HardwareCompatibilityLevel::kNONE,
       "the hardware compatibility level");
  warn(config.getMaxNbTactics() != -1, "IBuilderConfig::setMaxNbTactics");
  warn(config.getTilingOptimizationLevel() != nv::TilingOptimizationLevel::kNONE,
       "the tiling optimization level");
  check_precisions(network, config, log);
}

}  // namespace tenon::api

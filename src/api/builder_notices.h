#pragma once

#include "api/builder_config.h"
#include "api/network/network.h"

namespace tenon::api {

// What a build tells of settings that do not change it: permissions of lower precisions at kINFO
// (FP32 is always allowed), everything else at kWARNING. Throws Error{kInvalidConfig} for precision
// constraints that must be obeyed and cannot be.
void log_notices(const Network& network, const BuilderConfig& config, const Log& log);

}  // namespace tenon::api

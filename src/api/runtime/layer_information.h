#pragma once

#include <nlohmann/json.hpp>

#include "ops/op.h"
#include "plan/plan.h"

namespace tenon::api {

// A step as the engine inspector describes it: Name, LayerType, Inputs, Outputs, ParameterType,
// what its kind adds, TacticName, TacticValue, StreamId, Metadata.
nlohmann::ordered_json describe_step(const Program& program, const PlanStep& step, const Op& op);

}  // namespace tenon::api

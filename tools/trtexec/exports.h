// The JSON files and texts that trtexec leaves. Every file is written whole or not at all.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "trtexec/profile.h"
#include "trtexec/statistics.h"
#include "trtexec/tensors.h"

namespace tenon::trtexec {

// A list with a record an inference: startEnqMs endEnqMs startH2dMs endH2dMs startComputeMs
// endComputeMs startD2hMs endD2hMs h2dMs computeMs d2hMs latencyMs.
std::string times_json(std::span<const InferenceTrace> trace);

// [{"count": N}, {"name", "timeMs", "averageMs", "medianMs", "percentage"}, ...], in layer order.
std::string profile_json(const Profile& profile);

// [{"name", "dimensions", "values"}, ...]. Dimensions as "1x10"; NaN and infinities as null.
std::string outputs_json(std::span<const OutputTensor> outputs);

// Throws Error naming the path and the system's reason.
void write_text(const std::string& path, const std::string& text);

}  // namespace tenon::trtexec

#include "trtexec/exports.h"

#include <nlohmann/json.hpp>

#include "base/file.h"

namespace tenon::trtexec {

using Json = nlohmann::ordered_json;

std::string times_json(std::span<const InferenceTrace> trace) {
  Json list = Json::array();
  for (const InferenceTrace& t : trace) {
    list.push_back({{"startEnqMs", t.enq_start},
                    {"endEnqMs", t.enq_end},
                    {"startH2dMs", t.h2d_start},
                    {"endH2dMs", t.h2d_end},
                    {"startComputeMs", t.compute_start},
                    {"endComputeMs", t.compute_end},
                    {"startD2hMs", t.d2h_start},
                    {"endD2hMs", t.d2h_end},
                    {"h2dMs", t.h2d()},
                    {"computeMs", t.compute()},
                    {"d2hMs", t.d2h()},
                    {"latencyMs", t.latency()}});
  }
  return list.dump(2) + "\n";
}

std::string profile_json(const Profile& profile) {
  Json list = Json::array();
  list.push_back({{"count", profile.inferences()}});
  const double total = profile.total_ms();
  for (const LayerProfile& layer : profile.layers()) {
    const double time = layer.total();
    list.push_back({{"name", layer.name},
                    {"timeMs", time},
                    {"averageMs", time / std::max(profile.inferences(), 1)},
                    {"medianMs", layer.median()},
                    {"percentage", total > 0 ? 100 * time / total : 0.0}});
  }
  return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string outputs_json(std::span<const OutputTensor> outputs) {
  Json list = Json::array();
  for (const OutputTensor& output : outputs) {
    list.push_back({{"name", output.name},
                    {"dimensions", shape_text(output.shape)},
                    {"values", output.values}});
  }
  return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void write_text(const std::string& path, const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  write_file_atomically(path, std::span(&bytes, 1));
}

}  // namespace tenon::trtexec

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "build/candidates.h"
#include "fake_device.h"
#include "ir/text.h"

namespace tenon::testing {

// A chain of layers, two of them equal, whose tactics take the time that the test says.
struct Chain {
  Graph graph = parse_graph(R"(graph(%x: f32[1,16,4,4]) {
    %a = relu(%x)
    %b = softmax(%a) axis=1
    %c = relu(%b)
    return %c
  })");
  FakeDevice device;
  TimingCache cache;
  Tuner tuner{device, cache, 1};
  Precision precision;
  std::vector<Work> works;

  // Seconds, in one layout, of one type or all.
  FakeTactic& offer(std::string_view op, std::string name, Layout layout, double seconds,
                    std::optional<DataType> type = {}) {
    auto tactic =
        std::make_unique<FakeTactic>(std::move(name), std::vector<Layout>{layout}, seconds);
    FakeTactic& offered = *tactic;
    if (type) tactic->only_for(*type);
    device.add(op, std::move(tactic));
    return offered;
  }
  // Poses the layers and times what was offered. The reference comes last in each list and is no
  // competitor.
  void time_offers() {
    for (const char* op : {"unary", "softmax"}) offer(op, "reference", Layout::kLinear, 99);
    for (const NodeId id : running_nodes(graph)) {
      works.push_back(pose(graph, id, {}, precision));
      time_candidates(works.back(), graph.node(id).name, device, tuner, {}, Log());
    }
  }
  std::vector<std::string> names(const std::vector<size_t>& choice) const {
    std::vector<std::string> result;
    for (size_t i = 0; i < works.size(); ++i) {
      result.emplace_back(works[i].candidates.at(choice[i]).tactic->name());
    }
    return result;
  }
};

}  // namespace tenon::testing

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "base/file.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "passes/pass.h"

namespace tenon {
namespace {

int count_nodes(const Graph& graph) { return static_cast<int>(graph.order().size()); }

class Dump {
 public:
  explicit Dump(const std::string& folder) : folder_(folder) {}

  // Returns the file's name, "" when nothing is dumped.
  std::string write(size_t number, std::string_view pass, std::string_view when,
                    const Graph& graph) const {
    if (folder_.empty()) return "";
    const auto path =
        std::filesystem::path(folder_) / fmt::format("{:02}_{}_{}.ir", number, pass, when);
    const std::string text = print(graph, {.types = true});
    const std::span<const std::byte> bytes = std::as_bytes(std::span(text));
    write_file_atomically(path, std::span(&bytes, 1));
    return path.string();
  }

 private:
  std::string folder_;
};

Graph run_one(const Pass& pass, Graph graph, PassContext& context) {
  graph = pass.run(std::move(graph), context);
  graph.remove_dead();
  graph.compact();
  graph.infer();
  verify(graph);
  return graph;
}

}  // namespace

bool PassContext::allows(std::string_view rule) const {
  return std::find(disabled_.begin(), disabled_.end(), rule) == disabled_.end();
}

void PassContext::fused(std::string_view rule, std::string_view joined_name) {
  ++rewrites_;
  log_.info("{}: {}", rule, joined_name);
}

void PassContext::rewrote(std::string_view rule, std::string_view node) {
  ++rewrites_;
  log_.verbose("{}: {}", rule, node);
}

Graph run_passes(Graph graph, const std::vector<Pass>& passes, const PassOptions& options,
                 const Log& log, std::vector<PassTime>* times) {
  using Clock = std::chrono::steady_clock;
  const Dump dump(options.dump_folder);
  graph.compact();  // so that ids are in order for every pass
  for (size_t i = 0; i < passes.size(); ++i) {
    const Pass& pass = passes[i];
    PassContext context(log, options.disabled);
    if (!context.allows(pass.name)) continue;
    const auto begin = Clock::now();
    const int nodes_before = count_nodes(graph);
    const std::string before = dump.write(i, pass.name, "before", graph);
    try {
      graph = run_one(pass, std::move(graph), context);
    } catch (const Error& error) {
      const std::string hint =
          before.empty() ? std::string() : fmt::format(" (its input is in {})", before);
      throw at(fmt::format("pass {}{}", pass.name, hint), error);
    }
    dump.write(i, pass.name, "after", graph);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    const int nodes_after = count_nodes(graph);
    log.verbose("pass {}: {} nodes -> {}, {} rewrites, {:.1f} ms", pass.name, nodes_before,
                nodes_after, context.rewrites(), seconds * 1e3);
    if (times != nullptr) times->push_back({pass.name, seconds, nodes_before, nodes_after});
  }
  return graph;
}

}  // namespace tenon

#include "onnx/import.h"

#include <algorithm>

#include "onnx/graph_importer.h"

namespace tenon {

Imported OnnxModel::import(const Log& log) const { return GraphImporter(*state_, log).run(); }

static Graph import_model(const OnnxModel& model, const Log& log) {
  Imported imported = model.import(log);
  if (imported.ok()) return std::move(imported.graph);
  std::string text;
  for (const ImportProblem& problem : imported.problems) {
    if (!text.empty()) text += "\n";
    text += problem.message;
  }
  const bool unsupported =
      std::all_of(imported.problems.begin(), imported.problems.end(),
                  [](const ImportProblem& p) { return p.fault >= ImportFault::kUnsupportedGraph; });
  throw Error(unsupported ? ErrorCode::kUnsupported : ErrorCode::kInvalidArgument, "", text);
}

Graph import_onnx(std::span<const std::byte> model, const ImportOptions& options, const Log& log) {
  return import_model(OnnxModel(model, options), log);
}

Graph import_onnx_file(const std::filesystem::path& path, const Log& log) {
  const OnnxModel model = OnnxModel::from_file(path);
  try {
    return import_model(model, log);
  } catch (const Error& error) {
    throw at(path.string(), error);
  }
}

}  // namespace tenon

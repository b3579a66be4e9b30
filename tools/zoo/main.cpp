// tenon_zoo: writes well-known networks as ONNX files with random weights, for tests and benchmarks
// that need the real shapes but no training.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <span>

#include "base/error.h"
#include "base/file.h"
#include "models.h"

namespace {

void list_models() {
  for (const auto& model : tenon::zoo::models()) {
    fmt::print("{:16} {}\n", model.name, model.description);
  }
}

// A positive number, or -1 for "dynamic".
int64_t parse_batch(const std::string& text) {
  if (text == "dynamic") return -1;
  int64_t batch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), batch);
  if (error != std::errc() || end != text.data() + text.size() || batch < 1) {
    tenon::fail("--batch takes a positive number or 'dynamic', not '{}'", text);
  }
  return batch;
}

void write_model(const std::string& name, const std::string& path,
                 const tenon::zoo::BuilderOptions& options) {
  const std::string bytes = tenon::zoo::make_model(name, options);
  const auto part = std::as_bytes(std::span(bytes));
  tenon::write_file_atomically(path, std::span(&part, 1));
  fmt::print("{}: {:.1f} MB\n", path, static_cast<double>(bytes.size()) / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Writes well-known networks as ONNX files with random weights.");
  std::string model;
  std::string output;
  std::string batch = "dynamic";
  tenon::zoo::BuilderOptions options;
  bool list = false;
  app.add_option("--model", model, "the network, one of --list");
  app.add_option("--output", output, "the file to write (default: MODEL.onnx)");
  app.add_option("--batch", batch, "the batch size, or 'dynamic' (default)");
  app.add_option("--seed", options.seed, "of the weights (default: 1)");
  app.add_flag("--batch-norm", options.batch_norm, "keep batch normalisations as nodes");
  app.add_flag("--list", list, "list the networks");
  CLI11_PARSE(app, argc, argv);
  try {
    if (list) {
      list_models();
      return 0;
    }
    if (model.empty()) tenon::fail("say which --model to write; --list shows them");
    options.batch = parse_batch(batch);
    write_model(model, output.empty() ? model + ".onnx" : output, options);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "tenon_zoo: {}\n", error.what());
    return 1;
  }
}

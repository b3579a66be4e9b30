// Runs every tests/passes/<pass>/*.ir. With --update as an argument it rewrites the expectations.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "case_file.h"
#include "ir/interpreter.h"
#include "ir/text.h"
#include "ops/constant.h"
#include "passes/pass.h"

namespace tenon {
namespace {

bool update = false;

const Pass& find_pass(const std::string& name) {
  for (const Pass& pass : pipeline()) {
    if (pass.name == name) return pass;
  }
  fail("no pass is called '{}'", name);
}

// How the large constants of a hand-written graph are spelled, so that they stay recognisable.
PrintOptions spelled_as_in(const std::string& text) {
  PrintOptions options;
  size_t at = 0;
  while ((at = text.find("const ", at)) != std::string::npos) {
    const size_t end = text.find('\n', at);
    const std::string statement = text.substr(at, end - at);
    const size_t how = std::min(statement.find("random("), statement.find("fill("));
    if (how != std::string::npos) {
      const size_t close = statement.find(')', how) + 1;
      const Graph one =
          parse_graph("graph() { %c = " + statement.substr(0, close) + " return %c }");
      const Tensor* tensor = one.constant(one.outputs()[0]);
      options.spellings[tensor->hash()] = statement.substr(how, close - how);
    }
    at = end;
  }
  return options;
}

Graph run(const Pass& pass, Graph graph) { return run_passes(std::move(graph), {pass}, {}, Log()); }

// Symbols in order of appearance take 2, 3, 4, ...
std::vector<Tensor> random_inputs(const Graph& graph) {
  std::vector<std::string> symbols;
  std::vector<Tensor> inputs;
  for (const ValueId v : graph.inputs()) {
    const TensorType& type = graph.value(v).type;
    Dims dims;
    for (const Dim& d : type.dims) {
      d.collect_symbols(symbols);
      dims.push_back(d.evaluate([&](std::string_view name) {
        return 2 + (std::find(symbols.begin(), symbols.end(), name) - symbols.begin());
      }));
    }
    inputs.push_back(random_tensor(type.dtype, dims, 100 + inputs.size()));
  }
  return inputs;
}

void expect_close(const Tensor& a, const Tensor& b) {
  ASSERT_EQ(to_string(a.type()), to_string(b.type()));
  double largest = 1e-30;
  for (int64_t i = 0; i < a.volume(); ++i)
    largest = std::max(largest, std::abs(element(a.view(), i)));
  for (int64_t i = 0; i < a.volume(); ++i) {
    const double x = element(a.view(), i), y = element(b.view(), i);
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    ASSERT_LE(std::abs(x - y), 1e-4 * largest) << "element " << i << ": " << x << " became " << y;
  }
}

void check(const Pass& pass, PassCase& c) {
  const Graph before = parse_graph(c.before);
  const Graph after = run(pass, before);
  const PrintOptions options = spelled_as_in(c.before);
  const std::string text = print(after, options);
  const bool unchanged = text == print(run_passes(before, {}, {}, Log()), options);
  if (update) {
    c.after = unchanged ? "unchanged\n" : text;
  } else if (c.after == "unchanged\n") {
    EXPECT_EQ(text, print(run_passes(before, {}, {}, Log()), options)) << "the pass must not fire";
  } else {
    EXPECT_EQ(text, c.after);
  }
  EXPECT_EQ(print(run(pass, after), options), text) << "the pass is not idempotent";

  ASSERT_EQ(before.inputs().size(), after.inputs().size());
  const auto inputs = random_inputs(before);
  const auto expected = interpret(before, inputs);
  const auto actual = interpret(after, inputs);
  ASSERT_EQ(expected.size(), actual.size());
  for (size_t i = 0; i < expected.size(); ++i) expect_close(expected[i], actual[i]);
}

class PassFile : public testing::Test {
 public:
  explicit PassFile(std::filesystem::path path) : path_(std::move(path)) {}

  void TestBody() override {
    auto cases = read_cases(path_);
    const Pass& pass = find_pass(path_.parent_path().filename().string());
    for (PassCase& c : cases) {
      SCOPED_TRACE(testing::Message() << path_.string() << ":" << c.line << "\n" << c.comment);
      try {
        check(pass, c);
      } catch (const Error& error) {
        ADD_FAILURE() << error.what();
      }
    }
    if (update) write_cases(path_, cases);
  }

 private:
  std::filesystem::path path_;
};

void register_cases() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(TENON_PASS_CASES)) {
    if (entry.path().extension() == ".ir") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    testing::RegisterTest(file.parent_path().filename().c_str(), file.stem().c_str(), nullptr,
                          nullptr, __FILE__, __LINE__,
                          [file]() -> PassFile* { return new PassFile(file); });
  }
}

}  // namespace
}  // namespace tenon

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) tenon::update |= std::string_view(argv[i]) == "--update";
  tenon::register_cases();
  return RUN_ALL_TESTS();
}

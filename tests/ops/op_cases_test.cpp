// Runs the tables in cases/: inference and reference evaluation of every op.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "case_file.h"
#include "ops/attribute_text.h"
#include "ops/registry.h"

namespace tenon {
namespace {

std::vector<std::string> case_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(TENON_OP_CASES)) {
    files.push_back(entry.path().stem().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<OpCase> cases_of(const std::string& file) {
  return read_cases(std::string(TENON_OP_CASES) + "/" + file + ".txt");
}

double tolerance(DataType dtype) {
  switch (dtype) {
    case DataType::kF64: return 1e-12;
    case DataType::kF32: return 2e-6;
    case DataType::kF16: return 1e-3;
    case DataType::kBF16: return 8e-3;
    default: return 0;
  }
}

bool same_number(double a, double b, double relative) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  return std::abs(a - b) <= relative * std::max(1.0, std::abs(b));
}

void expect_same_tensor(const Tensor& got, const Tensor& want) {
  ASSERT_EQ(to_string(got.type()), to_string(want.type()));
  for (int64_t i = 0; i < want.volume(); ++i) {
    const double a = element(got.view(), i);
    const double b = element(want.view(), i);
    if (want.dtype() == DataType::kI64) {
      EXPECT_EQ(integer_element(got.view(), i), integer_element(want.view(), i)) << "element " << i;
    } else {
      EXPECT_TRUE(same_number(a, b, tolerance(want.dtype())))
          << "element " << i << ": " << a << ", expected " << b;
    }
  }
}

std::vector<Fact> facts_of(const OpCase& c) {
  std::vector<Fact> facts;
  for (const CaseValue& operand : c.operands) facts.push_back(operand.fact());
  return facts;
}

bool all_constant(const OpCase& c) {
  return std::all_of(c.operands.begin(), c.operands.end(),
                     [](const CaseValue& v) { return !v.present || v.tensor; });
}

std::vector<Tensor> run(const Op& op, const OpCase& c) {
  std::vector<const Tensor*> inputs;
  for (const CaseValue& v : c.operands) inputs.push_back(v.tensor ? &*v.tensor : nullptr);
  return evaluate(op, inputs);
}

void expect_error(const OpCase& c) {
  try {
    const Op op = Op::parse(c.op, c.attributes);
    const Inference inference = infer(op, facts_of(c));
    if (all_constant(c)) run(op, c);
    FAIL() << "no error; the result is " << to_string(inference.outputs[0].type);
  } catch (const Error& error) {
    EXPECT_NE(error.code(), ErrorCode::kInternal) << error.what();
    EXPECT_NE(std::string(error.what()).find(c.error), std::string::npos) << error.what();
  }
}

// What inference tracked must be what evaluation computes.
void expect_elements(const std::vector<Dim>& elements, const Tensor& tensor) {
  ASSERT_EQ(static_cast<int64_t>(elements.size()), tensor.volume());
  for (size_t i = 0; i < elements.size(); ++i) {
    ASSERT_TRUE(elements[i].is_constant());
    EXPECT_EQ(static_cast<double>(elements[i].value()),
              element(tensor.view(), static_cast<int64_t>(i)));
  }
}

// One output against its inference and what was computed, where something was.
void expect_output(const Fact& fact, const CaseValue& result, const Tensor* computed) {
  EXPECT_EQ(to_string(fact.type), to_string(result.type));
  if (result.elements) {
    ASSERT_TRUE(fact.elements.has_value()) << "the contents are not tracked";
    EXPECT_EQ(to_string(*fact.elements), to_string(*result.elements));
  }
  if (!result.tensor) {
    if (!result.elements && fact.elements) ADD_FAILURE() << "tracks " << to_string(*fact.elements);
    return;
  }
  expect_same_tensor(*computed, *result.tensor);
  if (fact.elements) expect_elements(*fact.elements, *computed);
}

void expect_results(const OpCase& c) {
  const Op op = Op::parse(c.op, c.attributes);
  const Inference inference = infer(op, facts_of(c));
  ASSERT_EQ(inference.outputs.size(), c.results.size());
  ASSERT_EQ(inference.constraints.size(), c.constraints.size());
  for (size_t i = 0; i < c.constraints.size(); ++i) {
    EXPECT_EQ(inference.constraints[i].a.to_string(), c.constraints[i].first.to_string());
    EXPECT_EQ(inference.constraints[i].b.to_string(), c.constraints[i].second.to_string());
  }
  const bool computes = std::any_of(c.results.begin(), c.results.end(),
                                    [](const CaseValue& r) { return r.tensor.has_value(); });
  const std::vector<Tensor> out = computes ? run(op, c) : std::vector<Tensor>();
  for (size_t i = 0; i < c.results.size(); ++i) {
    expect_output(inference.outputs[i], c.results[i], computes ? &out.at(i) : nullptr);
  }
}

class OpCases : public testing::TestWithParam<std::string> {};

TEST_P(OpCases, InferAndEvaluate) {
  const std::vector<OpCase> cases = cases_of(GetParam());
  ASSERT_FALSE(cases.empty());
  for (const OpCase& c : cases) {
    SCOPED_TRACE(fmt::format("{}.txt:{}: {}", GetParam(), c.line, c.text));
    try {
      if (c.error.empty()) {
        expect_results(c);
      } else {
        expect_error(c);
      }
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, OpCases, testing::ValuesIn(case_files()),
                         [](const auto& info) { return info.param; });

TEST(OpCaseFiles, CoverEveryOp) {
  std::set<std::string> evaluated, refused;
  for (const std::string& file : case_files()) {
    for (const OpCase& c : cases_of(file)) {
      if (!c.results.empty() && c.results[0].tensor) evaluated.insert(c.op);
      if (!c.error.empty()) refused.insert(c.op);
    }
  }
  // These two take anything.
  refused.insert({"constant", "identity", "shape"});
  for (const OpInfo* info : all_ops()) {
    EXPECT_TRUE(evaluated.contains(std::string(info->name))) << info->name;
    EXPECT_TRUE(refused.contains(std::string(info->name))) << info->name;
  }
}

}  // namespace
}  // namespace tenon

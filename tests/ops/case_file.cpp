#include "case_file.h"

#include <fstream>

#include "ops/attribute_text.h"

namespace tenon {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> pieces(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> result;
  while (true) {
    const size_t at = text.find(separator);
    result.push_back(trimmed(text.substr(0, at)));
    if (at == std::string_view::npos) return result;
    text.remove_prefix(at + separator.size());
  }
}

std::vector<Dim> dim_list(std::string_view text) { return parse_value<std::vector<Dim>>(text); }

CaseValue parse_operand(std::string_view text) {
  CaseValue value;
  if (text == "-") return value;
  value.present = true;
  if (text.back() == '}') {
    value.tensor = parse_tensor(text);
    value.type = value.tensor->type();
    return value;
  }
  const size_t equals = text.find('=');
  if (equals != std::string_view::npos) {
    value.elements = dim_list(text.substr(equals + 1));
    text = text.substr(0, equals);
  }
  const size_t bracket = text.find('[');
  if (bracket == std::string_view::npos) fail("'{}' is no operand", text);
  value.type.dtype = parse_value<DataType>(text.substr(0, bracket));
  value.type.dims = dim_list(text.substr(bracket));
  return value;
}

OpCase parse_case(std::string_view text) {
  OpCase result;
  result.text = text;
  const auto sides = pieces(text, " => ");
  if (sides.size() != 2) fail("one => is needed");
  const auto left = pieces(sides[0], " : ");
  if (left.size() > 2) fail("at most one : is allowed");
  const size_t space = left[0].find(' ');
  result.op = left[0].substr(0, space);
  if (space != std::string_view::npos) result.attributes = trimmed(left[0].substr(space));
  if (left.size() == 2) {
    for (const auto operand : pieces(left[1], " ; ")) {
      result.operands.push_back(parse_operand(operand));
    }
  }
  if (sides[1].starts_with("error ")) {
    result.error = sides[1].substr(6);
    return result;
  }
  const auto conditions = pieces(sides[1], " where ");
  for (const auto operand : pieces(conditions[0], " ; ")) {
    result.results.push_back(parse_operand(operand));
  }
  for (size_t i = 1; i < conditions.size(); ++i) {
    const auto dims = pieces(conditions[i], "==");
    result.constraints.emplace_back(Dim::parse(dims.at(0)), Dim::parse(dims.at(1)));
  }
  return result;
}

}  // namespace

Fact CaseValue::fact() const {
  if (tensor) return fact_of(&*tensor);
  return {.present = present, .type = type, .elements = elements};
}

std::vector<OpCase> read_cases(const std::string& path) {
  std::ifstream file(path);
  if (!file) fail("cannot open {}", path);
  std::vector<OpCase> cases;
  std::string text;
  for (int line = 1; std::getline(file, text); ++line) {
    if (trimmed(text).empty() || text[0] == '#') continue;
    try {
      cases.push_back(parse_case(text));
      cases.back().line = line;
    } catch (const Error& error) {
      throw at(fmt::format("{}:{}", path, line), error);
    }
  }
  return cases;
}

}  // namespace tenon

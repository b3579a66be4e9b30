#include "ops/attribute_text.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace tenon {
namespace {

constexpr int64_t kMaxPrintedElements = 64;

template <typename T>
std::string shortest(T value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return std::string(buffer, end);
}

// Calls visit(item) for the pieces of `text` between separators outside of brackets and quotes.
template <typename Visit>
void split(std::string_view text, char separator, Visit&& visit) {
  int depth = 0;
  bool quote = false;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : separator;
    if (quote) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        quote = false;
      }
      if (i < text.size()) continue;
    }
    if (c == '"') quote = true;
    if (c == '[' || c == '{' || c == '(') ++depth;
    if (c == ']' || c == '}' || c == ')') --depth;
    if (i >= text.size() || (c == separator && depth == 0)) {
      if (i > begin) visit(text.substr(begin, std::min(i, text.size()) - begin));
      begin = i + 1;
    }
  }
}

}  // namespace

std::string number_text(double value) { return shortest(value); }
std::string number_text(float value) { return shortest(value); }

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result + "\"";
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') fail("'{}' lacks quotes", text);
  std::string result;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    result += text[i];
  }
  return result;
}

std::vector<std::pair<std::string_view, std::string_view>> split_attributes(std::string_view text) {
  std::vector<std::pair<std::string_view, std::string_view>> pairs;
  split(text, ' ', [&](std::string_view item) {
    const size_t equals = item.find('=');
    if (equals == std::string_view::npos) fail("attribute '{}' lacks a value", item);
    pairs.emplace_back(item.substr(0, equals), item.substr(equals + 1));
  });
  return pairs;
}

std::vector<std::string_view> split_list(std::string_view text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']')
    fail("'{}' lacks brackets", text);
  std::vector<std::string_view> items;
  split(text.substr(1, text.size() - 2), ',',
        [&](std::string_view item) { items.push_back(item); });
  return items;
}

double parse_number(std::string_view text) {
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    fail("'{}' is no number", text);
  }
  return value;
}

int64_t parse_integer(std::string_view text) {
  int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    fail("'{}' is no integer", text);
  }
  return value;
}

static bool has_printed_form(DataType dtype) {
  return bits_of(dtype) >= 8 && dtype != DataType::kF8 && dtype != DataType::kE8M0;
}

std::string tensor_text(const Tensor& tensor) {
  std::string text = to_string(tensor.type());
  if (tensor.volume() > kMaxPrintedElements || !has_printed_form(tensor.dtype())) {
    return text + fmt::format("#{:016x}", tensor.hash());
  }
  text += "{";
  for (int64_t i = 0; i < tensor.volume(); ++i) {
    if (i > 0) text += ",";
    if (tensor.dtype() == DataType::kF32) {
      text += number_text(tensor.as<float>()[static_cast<size_t>(i)]);
    } else if (is_float(tensor.dtype())) {
      text += number_text(element(tensor.view(), i));
    } else {
      text += std::to_string(integer_element(tensor.view(), i));
    }
  }
  return text + "}";
}

Tensor parse_tensor(std::string_view text) {
  const size_t bracket = text.find('[');
  const size_t brace = text.find('{');
  if (bracket == std::string_view::npos || brace == std::string_view::npos || text.back() != '}') {
    fail("'{}' is no tensor that can be read back", text);
  }
  const auto dtype = parse_value<DataType>(text.substr(0, bracket));
  const auto dims = parse_value<Dims>(text.substr(bracket, brace - bracket));
  std::vector<std::string_view> items;
  split(text.substr(brace + 1, text.size() - brace - 2), ',',
        [&](std::string_view item) { items.push_back(item); });
  if (static_cast<int64_t>(items.size()) != dims.volume()) {
    fail("a tensor {} takes {} elements, {} given", to_string(dims), dims.volume(), items.size());
  }
  return Tensor::make(dtype, dims, [&](const TensorView& view) {
    for (size_t i = 0; i < items.size(); ++i) {
      const auto at = static_cast<int64_t>(i);
      if (is_float(dtype)) {
        set_element(view, at, parse_number(items[i]));
      } else {
        set_integer_element(view, at, parse_integer(items[i]));
      }
    }
  });
}

}  // namespace tenon

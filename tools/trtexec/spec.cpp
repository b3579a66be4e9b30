#include "trtexec/spec.h"

#include <charconv>
#include <utility>

#include "base/error.h"

namespace tenon::trtexec {
namespace {

template <typename T>
bool read_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

// "name:value", where the value has no colon.
std::pair<std::string, std::string> name_and_value(const std::string& item) {
  const size_t colon = item.rfind(':');
  if (colon == std::string::npos) fail("'{}' is not name:value", item);
  std::string name = item.substr(0, colon);
  if (name.size() >= 2 && name.front() == '\'' && name.back() == '\'') {
    name = name.substr(1, name.size() - 2);
  }
  if (name.empty()) fail("'{}' has no name before the colon", item);
  return {std::move(name), item.substr(colon + 1)};
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  parts.emplace_back();
  bool quoted = false;
  for (const char c : text) {
    if (c == '\'') quoted = !quoted;
    if (c == separator && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

Shape parse_shape(std::string_view text) {
  Shape shape;
  if (text == "scalar") return shape;
  for (const std::string& part : split(text, 'x')) {
    int64_t extent = 0;
    if (!read_number(std::string_view(part), extent) || extent < 0) {
      fail("'{}' is no shape: '{}' is not a number of at least 0", text, part);
    }
    shape.push_back(extent);
  }
  if (shape.empty()) fail("a shape is empty; a tensor without dimensions is written scalar");
  return shape;
}

std::string shape_text(const Shape& shape) {
  if (shape.empty()) return "scalar";
  std::string text;
  for (const int64_t extent : shape) {
    if (!text.empty()) text += 'x';
    text += std::to_string(extent);
  }
  return text;
}

Shapes parse_shapes(std::string_view text) {
  Shapes shapes;
  for (const std::string& item : split(text, ',')) {
    auto [name, shape] = name_and_value(item);
    if (!shapes.emplace(name, parse_shape(shape)).second) fail("'{}' has two shapes", name);
  }
  if (shapes.empty()) fail("there are no shapes");
  return shapes;
}

std::string shapes_text(const Shapes& shapes) {
  std::string text;
  for (const auto& [name, shape] : shapes) {
    text += (text.empty() ? "" : ", ") + name + "=" + shape_text(shape);
  }
  return text;
}

Files parse_files(std::string_view text) {
  Files files;
  for (const std::string& item : split(text, ',')) {
    auto [name, file] = name_and_value(item);
    if (file.empty()) fail("'{}' has no file", name);
    if (!files.emplace(name, file).second) fail("'{}' has two files", name);
  }
  return files;
}

uint64_t parse_size(std::string_view text) {
  constexpr std::string_view kUnits = "BKMG";
  std::string_view digits = text;
  double unit = 1024.0 * 1024.0;
  if (!text.empty()) {
    const size_t at = kUnits.find(text.back());
    if (at != std::string_view::npos) {
      unit = static_cast<double>(uint64_t{1} << (10 * at));
      digits.remove_suffix(1);
    }
  }
  double count = 0;
  constexpr double kLargest = 1e18;
  if (!read_number(digits, count) || !(count >= 0) || count * unit > kLargest) {
    fail("'{}' is no size: a number of MiB, or a number followed by B, K, M or G", text);
  }
  return static_cast<uint64_t>(count * unit);
}

std::vector<double> parse_percentiles(std::string_view text) {
  std::vector<double> percentiles;
  for (const std::string& part : split(text, ',')) {
    double value = 0;
    if (!read_number(std::string_view(part), value) || !(value >= 0 && value <= 100)) {
      fail("'{}' is no percentile from 0 to 100", part);
    }
    percentiles.push_back(value);
  }
  return percentiles;
}

}  // namespace tenon::trtexec

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/archive.h"
#include "base/fields.h"

namespace tenon {

// Text form of attributes: "name=value" separated by spaces. Values: numbers, names of enum
// values, true/false, "quoted strings", [lists], dims in brackets, {nested structs}, and tensors
// as dtype[dims]{elements} (large ones, and those of types without arithmetic, by their hash: those
// cannot be read back).
std::string number_text(
    double value);  // the shortest text that reads back as the same float/double
std::string number_text(float value);
std::string quoted(std::string_view text);
std::string tensor_text(const Tensor& tensor);

// Splits a text at spaces outside of brackets, braces and quotes into name/value pairs.
std::vector<std::pair<std::string_view, std::string_view>> split_attributes(std::string_view text);
// The comma-separated items of "[...]"; throws Error when the brackets are missing.
std::vector<std::string_view> split_list(std::string_view text);
double parse_number(std::string_view text);
int64_t parse_integer(std::string_view text);
std::string unquoted(std::string_view text);
Tensor parse_tensor(std::string_view text);

template <Reflected T>
std::string print_attributes(const T& value);
template <Reflected T>
T parse_attributes(std::string_view text);

template <typename T>
std::string value_text(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_same_v<T, DataType> || NamedEnum<T>) {
    return std::string(name_of(value));
  } else if constexpr (std::integral<T>) {
    return std::to_string(value);
  } else if constexpr (std::floating_point<T>) {
    return number_text(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return quoted(value);
  } else if constexpr (std::is_same_v<T, Dim>) {
    return value.to_string();
  } else if constexpr (std::is_same_v<T, Dims>) {
    return to_string(value);
  } else if constexpr (std::is_same_v<T, Tensor>) {
    return tensor_text(value);
  } else if constexpr (IsOptional<T>::value) {
    return value ? value_text(*value) : "none";
  } else if constexpr (IsVector<T>::value) {
    std::string text = "[";
    for (const auto& element : value) {
      if (text.size() > 1) text += ",";
      text += value_text(static_cast<const typename T::value_type&>(element));
    }
    return text + "]";
  } else {
    return "{" + print_attributes(value) + "}";
  }
}

template <typename T>
T parse_value(std::string_view text) {
  if constexpr (std::is_same_v<T, bool>) {
    if (text != "true" && text != "false") fail("'{}' is neither true nor false", text);
    return text == "true";
  } else if constexpr (std::is_same_v<T, DataType>) {
    const auto dtype = parse_dtype(text);
    if (!dtype) fail("'{}' is no element type", text);
    return *dtype;
  } else if constexpr (NamedEnum<T>) {
    T value{};
    if (!parse_enum(text, value)) fail("unknown value '{}'", text);
    return value;
  } else if constexpr (std::integral<T>) {
    return static_cast<T>(parse_integer(text));
  } else if constexpr (std::floating_point<T>) {
    return static_cast<T>(parse_number(text));
  } else if constexpr (std::is_same_v<T, std::string>) {
    return unquoted(text);
  } else if constexpr (std::is_same_v<T, Dim>) {
    return Dim::parse(text);
  } else if constexpr (std::is_same_v<T, Dims>) {
    Dims dims;
    for (const auto item : split_list(text)) dims.push_back(parse_integer(item));
    return dims;
  } else if constexpr (std::is_same_v<T, Tensor>) {
    return parse_tensor(text);
  } else if constexpr (IsOptional<T>::value) {
    if (text == "none") return std::nullopt;
    return parse_value<typename T::value_type>(text);
  } else if constexpr (IsVector<T>::value) {
    T values;
    for (const auto item : split_list(text)) {
      values.push_back(parse_value<typename T::value_type>(item));
    }
    return values;
  } else {
    if (text.size() < 2 || text.front() != '{' || text.back() != '}')
      fail("'{}' lacks braces", text);
    return parse_attributes<T>(text.substr(1, text.size() - 2));
  }
}

template <Reflected T>
std::string print_attributes(const T& value) {
  const T defaults{};
  std::string text;
  for_each_field<T>([&](const auto& f) {
    if (value.*f.member == defaults.*f.member) return;
    if (!text.empty()) text += " ";
    text += std::string(f.name) + "=" + value_text(value.*f.member);
  });
  return text;
}

template <Reflected T>
T parse_attributes(std::string_view text) {
  T value{};
  for (const auto& [name, item] : split_attributes(text)) {
    bool known = false;
    for_each_field<T>([&, name = name, item = item](const auto& f) {
      if (f.name != name) return;
      using Member = std::remove_cvref_t<decltype(value.*f.member)>;
      value.*f.member = parse_value<Member>(item);
      known = true;
    });
    if (!known) fail("unknown attribute '{}'", name);
  }
  return value;
}

}  // namespace tenon

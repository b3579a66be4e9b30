#pragma once

#include <array>
#include <string_view>
#include <tuple>
#include <utility>

namespace tenon {

// Reflection over a struct's members, declared once and used for equality, text, hashing and
// serialising:
//
//   struct Clip {
//     float lo = 0, hi = 6;
//     static constexpr auto fields =
//         std::tuple{field<1>("lo", &Clip::lo), field<2>("hi", &Clip::hi)};
//   };
//
// The number identifies the field in files: it is never reused for another meaning.
template <typename Struct, typename Member>
struct Field {
  int id;
  std::string_view name;
  Member Struct::*member;
};

template <int Id, typename Struct, typename Member>
constexpr Field<Struct, Member> field(std::string_view name, Member Struct::*member) {
  static_assert(Id > 0);
  return {Id, name, member};
}

template <typename Struct>
concept Reflected = requires {
  Struct::fields;
};

// Calls visit(field) for each field in declaration order.
template <Reflected Struct, typename Visit>
constexpr void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... f) { (visit(f), ...); }, Struct::fields);
}

// An enum's values by name, found by argument-dependent lookup of
//   constexpr auto names(E) { return std::array{std::pair{E::kA, "a"}, ...}; }
template <typename E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) {
  names(e);
};

template <NamedEnum E>
constexpr std::string_view name_of(E value) {
  for (const auto& [v, name] : names(value)) {
    if (v == value) return name;
  }
  return "invalid";
}

template <NamedEnum E>
constexpr bool parse_enum(std::string_view text, E& value) {
  for (const auto& [v, name] : names(value)) {
    if (name == text) {
      value = v;
      return true;
    }
  }
  return false;
}

}  // namespace tenon

#pragma once

#include <concepts>

namespace tenon {

// Of numbers that are not negative: a / b, rounded up; the next multiple of `unit`.
template <std::integral A, std::integral B>
constexpr auto ceil_div(A a, B b) {
  return (a + b - 1) / b;
}
template <std::integral A, std::integral B>
constexpr auto round_up(A a, B unit) {
  return ceil_div(a, unit) * unit;
}

}  // namespace tenon

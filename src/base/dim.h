#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon {

namespace expr {
struct Node;  // an interned, immutable expression; lives as long as the process
}

// The extent of one tensor axis, or an element of a shape tensor: an integer or an expression over
// named symbols (an input's unknown dimension). Expressions are kept as polynomials with integer
// coefficients over symbols and the non-linear terms floor division, modulus, max and min, in
// canonical order, so equal expressions compare equal: N + N == 2*N, (4*N)/2 == 2*N.
class Dim {
 public:
  Dim() = default;
  template <std::integral T>
  Dim(T value) : value_(static_cast<int64_t>(value)) {}  // NOLINT: numbers are dims
  // Two symbols are equal when their names are. In text, bytes of a name that no identifier has are
  // written as $ and two hexadecimal digits: "batch size" is batch$20size.
  static Dim symbol(std::string_view name);
  // Reads what to_string() writes. Throws Error on anything else.
  static Dim parse(std::string_view text);

  bool is_constant() const { return node_ == nullptr; }
  // The number; TENON_CHECKs is_constant().
  int64_t value() const;
  std::string to_string() const;
  // The name given to symbol(); nullopt for all other dims.
  std::optional<std::string> symbol_name() const;

  // The number that the expression takes under an assignment of its symbols. Throws Error on an
  // unassigned symbol, on division by zero and on overflow.
  using Lookup = std::function<std::optional<int64_t>(std::string_view)>;
  int64_t evaluate(const Lookup& lookup) const;
  // The expression with symbols replaced (those for which the function gives a value).
  Dim substitute(const std::function<std::optional<Dim>(std::string_view)>& lookup) const;
  // Appends all symbols as to_string() writes them, each once. Lookups get them in the same form.
  void collect_symbols(std::vector<std::string>& names) const;

  friend bool operator==(const Dim&, const Dim&) = default;

 private:
  explicit Dim(const expr::Node* node) : node_(node) {}
  friend struct expr::Node;
  friend struct DimAlgebra;

  int64_t value_ = 0;  // 0 when node_ is set
  const expr::Node* node_ = nullptr;
};

Dim operator+(const Dim& a, const Dim& b);
Dim operator-(const Dim& a, const Dim& b);
Dim operator*(const Dim& a, const Dim& b);
// Rounds towards negative infinity. Exact where a is a multiple of b.
Dim floor_div(const Dim& a, const Dim& b);
Dim ceil_div(const Dim& a, const Dim& b);
Dim mod(const Dim& a, const Dim& b);  // sign of the divisor
// Of two operands that compare the same way for all values of the symbols, the result is one.
Dim max(const Dim& a, const Dim& b);
Dim min(const Dim& a, const Dim& b);

// A number that the expression is never below, whatever the values of its symbols, which are not
// negative: they stand for extents. nullopt when none is found.
std::optional<int64_t> lower_bound(const Dim& d);

using Shape = std::vector<Dim>;

// The number of elements: the product of the dims, 1 for a scalar.
Dim volume(const Shape& shape);
bool is_static(const Shape& shape);
std::string to_string(const Shape& shape);  // "[N,3,8,8]"

}  // namespace tenon

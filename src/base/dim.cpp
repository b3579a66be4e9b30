#include "base/dim.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <unordered_map>

#include "base/error.h"

namespace tenon {

namespace expr {

enum class Kind { kSymbol, kFloorDiv, kMod, kMax, kMin, kPolynomial };

// Atoms (kSymbol to kMin) are the variables of polynomials. A monomial is a sorted list of atoms
// (with repetition); a polynomial maps monomials to coefficients, the empty one is the constant.
using Monomial = std::vector<const Node*>;

struct Node {
  Kind kind;
  std::string text;  // canonical; the interning key
  Dim lhs, rhs;      // of the binary atoms
  std::vector<std::pair<Monomial, int64_t>> terms;
};

}  // namespace expr

using expr::Kind;
using expr::Monomial;
using expr::Node;

namespace {

bool less(const Node* a, const Node* b) { return a->text < b->text; }

struct MonomialLess {
  bool operator()(const Monomial& a, const Monomial& b) const {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), less);
  }
};

using Polynomial = std::map<Monomial, int64_t, MonomialLess>;

// Longer expressions are refused: shape arithmetic of real networks stays far below, and a damaged
// file must not make expressions that double with every node.
constexpr size_t kMaxTextLength = 4096;
constexpr size_t kMaxTerms = 1024;

const Node* intern(Node node) {
  if (node.text.size() > kMaxTextLength) {
    fail(ErrorCode::kUnsupported, "a dimension's expression is too long: {}...",
         node.text.substr(0, 64));
  }
  static std::mutex mutex;
  static std::unordered_map<std::string, std::unique_ptr<Node>> table;
  const std::lock_guard lock(mutex);
  auto& slot = table[node.text];
  if (!slot) slot = std::make_unique<Node>(std::move(node));
  return slot.get();
}

int64_t checked_add(int64_t a, int64_t b) {
  int64_t r;
  if (__builtin_add_overflow(a, b, &r)) fail("dimension overflow in {} + {}", a, b);
  return r;
}

int64_t checked_mul(int64_t a, int64_t b) {
  int64_t r;
  if (__builtin_mul_overflow(a, b, &r)) fail("dimension overflow in {} * {}", a, b);
  return r;
}

int64_t floor_div_int(int64_t a, int64_t b) {
  if (b == 0) fail("dimension divided by zero");
  if (a == std::numeric_limits<int64_t>::min() && b == -1) fail("dimension overflow in division");
  const int64_t q = a / b;
  return (a % b != 0 && (a < 0) != (b < 0)) ? q - 1 : q;
}

int64_t mod_int(int64_t a, int64_t b) {
  if (b == 0) fail("dimension divided by zero");
  if (b == -1) return 0;
  const int64_t r = a % b;
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

int64_t apply(Kind kind, int64_t a, int64_t b) {
  switch (kind) {
    case Kind::kFloorDiv: return floor_div_int(a, b);
    case Kind::kMod: return mod_int(a, b);
    case Kind::kMax: return std::max(a, b);
    default: return std::min(a, b);
  }
}

}  // namespace

struct DimAlgebra {
  static const Node* node(const Dim& d) { return d.node_; }
  static Dim make(const Node* n) { return Dim(n); }
  static std::optional<int64_t> lower_bound(const Node& n);

  static Polynomial polynomial(const Dim& d) {
    Polynomial p;
    if (d.is_constant()) {
      if (d.value_ != 0) p[{}] = d.value_;
    } else if (d.node_->kind == Kind::kPolynomial) {
      p.insert(d.node_->terms.begin(), d.node_->terms.end());
    } else {
      p[{d.node_}] = 1;
    }
    return p;
  }

  static std::string text_of(const Polynomial& p) {
    std::string text;
    for (const auto& [monomial, c] : p) {
      const bool negative = c < 0;
      text += text.empty() ? (negative ? "-" : "") : (negative ? "-" : "+");
      const uint64_t magnitude = negative ? 0 - static_cast<uint64_t>(c) : static_cast<uint64_t>(c);
      std::string factors;
      if (magnitude != 1 || monomial.empty()) factors = std::to_string(magnitude);
      for (const Node* atom : monomial) factors += (factors.empty() ? "" : "*") + atom->text;
      text += factors;
    }
    return text;
  }

  static Dim from(Polynomial p) {
    std::erase_if(p, [](const auto& term) { return term.second == 0; });
    if (p.empty()) return Dim(0);
    if (p.size() == 1) {
      const auto& [monomial, c] = *p.begin();
      if (monomial.empty()) return Dim(c);
      if (monomial.size() == 1 && c == 1) return make(monomial[0]);
    }
    Node n{.kind = Kind::kPolynomial, .text = text_of(p)};
    n.terms.assign(p.begin(), p.end());
    return make(intern(std::move(n)));
  }

  // min(a, max(a, x)) == a, and max(a, min(a, x)) == a
  static bool absorbs(Kind kind, const Dim& a, const Dim& b) {
    const Kind opposite = kind == Kind::kMax ? Kind::kMin : Kind::kMax;
    return b.node_ && b.node_->kind == opposite && (b.node_->lhs == a || b.node_->rhs == a);
  }

  static Dim binary_atom(Kind kind, const Dim& a, const Dim& b) {
    static constexpr std::string_view kNames[] = {"", "div", "mod", "max", "min"};
    std::string text =
        fmt::format("{}({},{})", kNames[static_cast<int>(kind)], a.to_string(), b.to_string());
    return make(intern(Node{.kind = kind, .text = std::move(text), .lhs = a, .rhs = b}));
  }

  // a / b for coefficients of a in [0, b), rounded down: in lowest terms, and with quotients of
  // quotients joined, so that a chain of strided layers is one division.
  static Dim proper_quotient(const Dim& a, int64_t b) {
    Polynomial p = polynomial(a);
    int64_t divisor = b;
    for (const auto& [monomial, c] : p) divisor = std::gcd(divisor, c);
    if (divisor > 1) {
      for (auto& [monomial, c] : p) c /= divisor;
      return floor_div(from(std::move(p)), b / divisor);
    }
    for (const auto& [monomial, c] : p) {
      if (c != 1 || monomial.size() != 1 || monomial[0]->kind != Kind::kFloorDiv) continue;
      const Node& inner = *monomial[0];
      int64_t product = 0;
      if (!inner.rhs.is_constant() || inner.rhs.value() <= 0 ||
          __builtin_mul_overflow(inner.rhs.value(), b, &product)) {
        continue;
      }
      // floor((floor(x / m) + k) / b) == floor((x + k * m) / (m * b))
      const Dim rest = a - make(&inner);
      return floor_div(inner.lhs + rest * inner.rhs, product);
    }
    return binary_atom(Kind::kFloorDiv, a, b);
  }

  // a / b where b is one monomial that divides every term of a exactly; nullopt otherwise.
  static std::optional<Dim> exact_quotient(const Dim& a, const Dim& b) {
    const Polynomial pb = polynomial(b);
    if (pb.size() != 1) return a == b && !pb.empty() ? std::optional<Dim>(1) : std::nullopt;
    const auto& [mb, cb] = *pb.begin();
    Polynomial quotient;
    for (const auto& [ma, ca] : polynomial(a)) {
      if (mod_int(ca, cb) != 0 ||
          !std::includes(ma.begin(), ma.end(), mb.begin(), mb.end(), less)) {
        return std::nullopt;
      }
      Monomial rest;
      std::set_difference(ma.begin(), ma.end(), mb.begin(), mb.end(), std::back_inserter(rest),
                          less);
      quotient[rest] = floor_div_int(ca, cb);
    }
    return from(std::move(quotient));
  }
};

namespace {

bool is_digit(char c) { return '0' <= c && c <= '9'; }
bool is_word(char c) {
  return is_digit(c) || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '_' || c == '.';
}

// A name as an identifier, and back. Different names have different identifiers.
std::string spell(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (is_word(c) && !(text.empty() && is_digit(c))) {
      text += c;
    } else {
      text += fmt::format("${:02x}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

// nullopt for what spell() does not write.
std::optional<std::string> read_spelling(std::string_view text) {
  std::string name;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$') {
      name += text[i];
      continue;
    }
    const std::string_view digits = text.substr(i + 1, 2);
    unsigned char code = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), code, 16);
    if (error != std::errc() || end != digits.begin() + 2) return std::nullopt;
    name += static_cast<char>(code);
    i += 2;
  }
  if (spell(name) != text) return std::nullopt;
  return name;
}

}  // namespace

Dim Dim::symbol(std::string_view name) {
  TENON_CHECK(!name.empty());
  return Dim(intern(Node{.kind = Kind::kSymbol, .text = spell(name)}));
}

std::optional<std::string> Dim::symbol_name() const {
  if (node_ == nullptr || node_->kind != Kind::kSymbol) return std::nullopt;
  return read_spelling(node_->text);
}

int64_t Dim::value() const {
  TENON_CHECK(is_constant());
  return value_;
}

std::string Dim::to_string() const { return node_ ? node_->text : std::to_string(value_); }

int64_t Dim::evaluate(const Lookup& lookup) const {
  if (is_constant()) return value_;
  switch (node_->kind) {
    case Kind::kSymbol: {
      const auto v = lookup(node_->text);
      if (!v) fail("dimension {} has no value", node_->text);
      return *v;
    }
    case Kind::kPolynomial: {
      int64_t sum = 0;
      for (const auto& [monomial, c] : node_->terms) {
        int64_t product = c;
        for (const Node* atom : monomial)
          product = checked_mul(product, Dim(atom).evaluate(lookup));
        sum = checked_add(sum, product);
      }
      return sum;
    }
    default: return apply(node_->kind, node_->lhs.evaluate(lookup), node_->rhs.evaluate(lookup));
  }
}

Dim Dim::substitute(const std::function<std::optional<Dim>(std::string_view)>& lookup) const {
  if (is_constant()) return *this;
  switch (node_->kind) {
    case Kind::kSymbol: return lookup(node_->text).value_or(*this);
    case Kind::kPolynomial: {
      Dim sum = 0;
      for (const auto& [monomial, c] : node_->terms) {
        Dim product = c;
        for (const Node* atom : monomial) product = product * Dim(atom).substitute(lookup);
        sum = sum + product;
      }
      return sum;
    }
    case Kind::kFloorDiv:
      return floor_div(node_->lhs.substitute(lookup), node_->rhs.substitute(lookup));
    case Kind::kMod: return mod(node_->lhs.substitute(lookup), node_->rhs.substitute(lookup));
    case Kind::kMax: return max(node_->lhs.substitute(lookup), node_->rhs.substitute(lookup));
    default: return min(node_->lhs.substitute(lookup), node_->rhs.substitute(lookup));
  }
}

void Dim::collect_symbols(std::vector<std::string>& names) const {
  if (is_constant()) return;
  if (node_->kind == Kind::kSymbol) {
    if (std::find(names.begin(), names.end(), node_->text) == names.end()) {
      names.push_back(node_->text);
    }
  } else if (node_->kind == Kind::kPolynomial) {
    for (const auto& [monomial, c] : node_->terms) {
      for (const Node* atom : monomial) Dim(atom).collect_symbols(names);
    }
  } else {
    node_->lhs.collect_symbols(names);
    node_->rhs.collect_symbols(names);
  }
}

Dim operator+(const Dim& a, const Dim& b) {
  if (a.is_constant() && b.is_constant()) return checked_add(a.value(), b.value());
  Polynomial sum = DimAlgebra::polynomial(a);
  for (const auto& [monomial, c] : DimAlgebra::polynomial(b)) {
    sum[monomial] = checked_add(sum[monomial], c);
  }
  return DimAlgebra::from(std::move(sum));
}

Dim operator*(const Dim& a, const Dim& b) {
  if (a.is_constant() && b.is_constant()) return checked_mul(a.value(), b.value());
  Polynomial product;
  const Polynomial pa = DimAlgebra::polynomial(a);
  const Polynomial pb = DimAlgebra::polynomial(b);
  if (pa.size() * pb.size() > kMaxTerms) {
    fail(ErrorCode::kUnsupported, "a product of dimensions has too many terms");
  }
  for (const auto& [ma, ca] : pa) {
    for (const auto& [mb, cb] : pb) {
      Monomial m;
      std::merge(ma.begin(), ma.end(), mb.begin(), mb.end(), std::back_inserter(m), less);
      product[m] = checked_add(product[m], checked_mul(ca, cb));
    }
  }
  return DimAlgebra::from(std::move(product));
}

Dim operator-(const Dim& a, const Dim& b) { return a + b * Dim(-1); }

Dim floor_div(const Dim& a, const Dim& b) {
  if (a.is_constant() && b.is_constant()) return floor_div_int(a.value(), b.value());
  if (b.is_constant() && b.value() == 0) fail("dimension {} divided by zero", a.to_string());
  if (auto exact = DimAlgebra::exact_quotient(a, b)) return *exact;
  // (q*b + r) / b == q + r / b for an integer divisor: pulls multiples out, so that the chain of
  // strided layers over N stays short.
  if (b.is_constant() && b.value() > 0) {
    Polynomial whole, rest;
    for (const auto& [monomial, c] : DimAlgebra::polynomial(a)) {
      const int64_t q = floor_div_int(c, b.value());
      if (q != 0) whole[monomial] = q;
      if (c - q * b.value() != 0) rest[monomial] = c - q * b.value();
    }
    const Dim remainder = DimAlgebra::from(std::move(rest));
    if (!whole.empty()) return DimAlgebra::from(std::move(whole)) + floor_div(remainder, b);
    return DimAlgebra::proper_quotient(remainder, b.value());
  }
  return DimAlgebra::binary_atom(Kind::kFloorDiv, a, b);
}

Dim ceil_div(const Dim& a, const Dim& b) { return floor_div(a + b - 1, b); }

Dim mod(const Dim& a, const Dim& b) {
  if (a.is_constant() && b.is_constant()) return mod_int(a.value(), b.value());
  if (DimAlgebra::exact_quotient(a, b)) return 0;
  return DimAlgebra::binary_atom(Kind::kMod, a, b);
}

std::optional<int64_t> DimAlgebra::lower_bound(const Node& n) {
  const auto of = [](const Dim& d) { return tenon::lower_bound(d); };
  switch (n.kind) {
    case Kind::kSymbol: return 0;
    case Kind::kFloorDiv: {
      const auto a = of(n.lhs);
      const auto b = of(n.rhs);
      return a && *a >= 0 && b && *b >= 0 ? std::optional<int64_t>(0) : std::nullopt;
    }
    case Kind::kMod: {
      const auto b = of(n.rhs);
      return b && *b >= 0 ? std::optional<int64_t>(0) : std::nullopt;
    }
    case Kind::kMax: {
      const auto a = of(n.lhs);
      const auto b = of(n.rhs);
      return a && b ? std::max(a, b) : a ? a : b;
    }
    case Kind::kMin: {
      const auto a = of(n.lhs);
      const auto b = of(n.rhs);
      return a && b ? std::min(a, b) : std::nullopt;
    }
    case Kind::kPolynomial: break;
  }
  int64_t sum = 0;
  for (const auto& [monomial, c] : n.terms) {
    int64_t product = c;
    for (const Node* atom : monomial) {
      const auto bound = lower_bound(*atom);
      if (c < 0 || !bound || *bound < 0) return std::nullopt;
      if (__builtin_mul_overflow(product, *bound, &product)) return std::nullopt;
    }
    if (__builtin_add_overflow(sum, product, &sum)) return std::nullopt;
  }
  return sum;
}

std::optional<int64_t> lower_bound(const Dim& d) {
  if (d.is_constant()) return d.value();
  return DimAlgebra::lower_bound(*DimAlgebra::node(d));
}

static Dim extremum(Kind kind, const Dim& a, const Dim& b) {
  if (lower_bound(a - b).value_or(-1) >= 0) return kind == Kind::kMax ? a : b;
  if (lower_bound(b - a).value_or(-1) >= 0) return kind == Kind::kMax ? b : a;
  if (DimAlgebra::absorbs(kind, a, b)) return a;
  if (DimAlgebra::absorbs(kind, b, a)) return b;
  return a.to_string() < b.to_string() ? DimAlgebra::binary_atom(kind, a, b)
                                       : DimAlgebra::binary_atom(kind, b, a);
}

Dim max(const Dim& a, const Dim& b) { return extremum(Kind::kMax, a, b); }
Dim min(const Dim& a, const Dim& b) { return extremum(Kind::kMin, a, b); }

namespace {

// Recursive descent over the grammar that to_string() writes:
//   sum = ['-'] product {('+'|'-') product};  product = factor {'*' factor};
//   factor = number | name | name '(' sum ',' sum ')'
class DimParser {
 public:
  explicit DimParser(std::string_view text) : text_(text) {}

  Dim parse() {
    const Dim d = sum();
    if (at_ != text_.size()) error();
    return d;
  }

 private:
  [[noreturn]] void error() const { fail("not a dimension: '{}'", text_); }
  bool eat(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  Dim sum() {
    if (++depth_ > 1024) error();  // more than an expression of the longest text has
    Dim total = eat('-') ? negative_product() : product();
    while (true) {
      if (eat('+')) {
        total = total + product();
      } else if (eat('-')) {
        total = total + negative_product();
      } else {
        --depth_;
        return total;
      }
    }
  }

  Dim product() { return factors(factor(1)); }
  Dim negative_product() { return factors(factor(-1)); }

  Dim factors(Dim p) {
    while (eat('*')) p = p * factor(1);
    return p;
  }

  // The sign belongs to the number, so that the smallest int64_t can be read.
  Dim factor(int sign) {
    const size_t begin = at_;
    while (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '$')) ++at_;
    const std::string_view token = text_.substr(begin, at_ - begin);
    if (token.empty()) error();
    if (is_digit(token[0])) {
      int64_t value = 0;
      for (const char c : token) {
        if (!is_digit(c)) error();
        value = checked_add(checked_mul(value, 10), sign * (c - '0'));
      }
      return value;
    }
    if (eat('(')) return call(token) * sign;
    const auto name = read_spelling(token);
    if (!name) error();
    return Dim::symbol(*name) * sign;
  }

  Dim call(std::string_view function) {
    const Dim a = sum();
    if (!eat(',')) error();
    const Dim b = sum();
    if (!eat(')')) error();
    if (function == "div") return floor_div(a, b);
    if (function == "mod") return mod(a, b);
    if (function == "max") return max(a, b);
    if (function == "min") return min(a, b);
    error();
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Dim Dim::parse(std::string_view text) { return DimParser(text).parse(); }

Dim volume(const Shape& shape) {
  Dim v = 1;
  for (const Dim& d : shape) v = v * d;
  return v;
}

bool is_static(const Shape& shape) {
  return std::all_of(shape.begin(), shape.end(), [](const Dim& d) { return d.is_constant(); });
}

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) text += (i ? "," : "") + shape[i].to_string();
  return text + "]";
}

}  // namespace tenon

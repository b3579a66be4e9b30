#include "base/dim.h"

#include <gtest/gtest.h>

#include <random>

#include "base/error.h"

namespace tenon {
namespace {

const Dim n = Dim::symbol("N");
const Dim m = Dim::symbol("M");

std::optional<int64_t> seven_and_three(std::string_view name) {
  if (name == "N") return 7;
  if (name == "M") return 3;
  return std::nullopt;
}

TEST(Dim, EqualExpressionsAreEqual) {
  EXPECT_EQ(n + n, 2 * n);
  EXPECT_EQ(n + m, m + n);
  EXPECT_EQ((n + 1) * (n - 1), n * n - 1);
  EXPECT_EQ(n - n, Dim(0));
  EXPECT_EQ(n * 0, Dim(0));
  EXPECT_EQ(2 * (n + m) - n, n + 2 * m);
  EXPECT_NE(n, m);
  EXPECT_EQ(Dim::symbol("N"), n);
  EXPECT_EQ(floor_div(n, 2) + m, m + floor_div(n, 2));
}

TEST(Dim, Prints) {
  EXPECT_EQ(Dim(-5).to_string(), "-5");
  EXPECT_EQ((n * m * 2 - 1).to_string(), "-1+2*M*N");
  EXPECT_EQ((1 - n).to_string(), "1-N");
  EXPECT_EQ(max(n, m).to_string(), "max(M,N)");
  EXPECT_EQ(to_string(Shape{n, 3, 2 * m}), "[N,3,2*M]");
}

TEST(Dim, SymbolsAreEqualWhenTheirNamesAre) {
  const std::string names[] = {"a_b",      "a-b", "a b", "a.b", "ab", "a$2db", "$61",
                               "a",        "0",   "_0",  "1a",  "a1", "N+1",   "max(M,N)",
                               "\xc3\xa9", "-",   "$",   ".",   "3.0"};
  for (const std::string& name : names) {
    const Dim d = Dim::symbol(name);
    EXPECT_EQ(d.symbol_name(), name);
    EXPECT_EQ(Dim::parse(d.to_string()), d) << name;
    EXPECT_EQ(Dim::parse((2 * d - 1).to_string()), 2 * d - 1) << name;
    for (const std::string& other : names) {
      EXPECT_EQ(d == Dim::symbol(other), name == other) << name << " and " << other;
    }
  }
  EXPECT_EQ(Dim::symbol("batch size").to_string(), "batch$20size");
  EXPECT_EQ(Dim::symbol("batch_size").to_string(), "batch_size");
  EXPECT_EQ(Dim(3).symbol_name(), std::nullopt);
  EXPECT_EQ((n + 1).symbol_name(), std::nullopt);
  // Spellings that to_string() never writes.
  for (const char* text : {"a$", "a$2", "a$2D", "a$61", "$zz", "a$-1", "1$20"}) {
    EXPECT_THROW(Dim::parse(text), Error) << text;
  }
}

TEST(Dim, Quotients) {
  EXPECT_EQ(floor_div(4 * n, 2), 2 * n);
  EXPECT_EQ(floor_div(n * m * 6, 3 * m), 2 * n);
  EXPECT_EQ(floor_div(n * 4 + m * n * 2, 2 * n), 2 + m);
  EXPECT_EQ(floor_div(n, n), Dim(1));
  EXPECT_EQ(floor_div(n + 1, n + 1), Dim(1));
  EXPECT_EQ(floor_div(5 * n + 7, 2), 2 * n + 3 + floor_div(n + 1, 2));
  EXPECT_EQ(floor_div(2 * n, 4), floor_div(n, 2));
  EXPECT_EQ(floor_div(floor_div(n, 2), 3), floor_div(n, 6));
  EXPECT_EQ(floor_div(floor_div(n + 1, 2) + 1, 2), floor_div(n + 3, 4));
  EXPECT_EQ(ceil_div(n, 2), floor_div(n + 1, 2));
  EXPECT_EQ(floor_div(Dim(-7), Dim(2)), Dim(-4));
  EXPECT_EQ(floor_div(Dim(7), Dim(-2)), Dim(-4));
  EXPECT_EQ(floor_div(Dim(0), n), Dim(0));
}

TEST(Dim, Remainders) {
  EXPECT_EQ(mod(4 * n, 2), Dim(0));
  EXPECT_EQ(mod(Dim(-7), Dim(3)), Dim(2));
  EXPECT_EQ(mod(Dim(7), Dim(-3)), Dim(-2));
  EXPECT_EQ(mod(Dim(INT64_MIN), Dim(-1)), Dim(0));
  EXPECT_EQ(mod(Dim(INT64_MIN), Dim(3)), Dim(1));
  EXPECT_EQ(mod(n, 4).to_string(), "mod(N,4)");
}

TEST(Dim, ExtremaOfOrderedExpressionsFold) {
  EXPECT_EQ(max(n, 0), n);
  EXPECT_EQ(min(n, 0), Dim(0));
  EXPECT_EQ(max(n + 1, n), n + 1);
  EXPECT_EQ(min(n, 2 * n + m), n);
  EXPECT_EQ(max(n, m), max(m, n));
  EXPECT_EQ(min(n, max(n, m)), n);
  EXPECT_EQ(max(min(m, n), m), m);
  EXPECT_EQ(max(Dim(3), Dim(5)), Dim(5));
  EXPECT_EQ(max(n - 1, 0).to_string(), "max(-1+N,0)");
}

TEST(Dim, LowerBounds) {
  EXPECT_EQ(lower_bound(Dim(-3)), -3);
  EXPECT_EQ(lower_bound(n), 0);
  EXPECT_EQ(lower_bound(2 * n + n * m + 3), 3);
  EXPECT_EQ(lower_bound(n - 1), -1);
  EXPECT_EQ(lower_bound(1 - n), std::nullopt);
  EXPECT_EQ(lower_bound(floor_div(n, 2) + 1), 1);
  EXPECT_EQ(lower_bound(floor_div(n, m)), 0);
  EXPECT_EQ(lower_bound(mod(n, 4)), 0);
  EXPECT_EQ(lower_bound(max(n - 5, m - 7)), -5);
  EXPECT_EQ(lower_bound(max(m - n, 2)), 2);
  EXPECT_EQ(lower_bound(min(n + 2, m + 1)), 1);
  EXPECT_EQ(lower_bound(min(m - n, 3)), std::nullopt);
}

TEST(Dim, EvaluatesAndSubstitutes) {
  const Dim d = 2 * n * m + floor_div(n, 2) - mod(n, 4) + max(n, m) - min(n, 5);
  EXPECT_EQ(d.evaluate(seven_and_three), 42 + 3 - 3 + 7 - 5);
  const auto to_m = [](std::string_view name) {
    return name == "N" ? std::optional(2 * m) : std::nullopt;
  };
  EXPECT_EQ((n + floor_div(n, 2)).substitute(to_m), 3 * m);
  EXPECT_EQ(max(n, m).substitute(to_m), 2 * m);
  EXPECT_EQ(mod(n, 2).substitute(to_m), Dim(0));
  EXPECT_EQ(min(n, 9).substitute(to_m), min(2 * m, 9));
  std::vector<std::string> names;
  d.collect_symbols(names);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"M", "N"}));
}

TEST(Dim, FaultsAreErrors) {
  EXPECT_THROW(Dim::symbol("K").evaluate(seven_and_three), Error);
  EXPECT_THROW(floor_div(n, 0), Error);
  EXPECT_THROW(mod(Dim(1), Dim(0)), Error);
  EXPECT_THROW(floor_div(1, n - 7).evaluate(seven_and_three), Error);
  EXPECT_THROW(Dim(INT64_MAX) + 1, Error);
  EXPECT_THROW(Dim(INT64_MAX) * 2, Error);
  EXPECT_THROW(floor_div(Dim(INT64_MIN), Dim(-1)), Error);
  EXPECT_THROW(floor_div(n * INT64_MIN, Dim(-1)), Error);
  EXPECT_THROW((n * INT64_MAX).evaluate(seven_and_three), Error);
  EXPECT_THROW(n * INT64_MAX + n * INT64_MAX, Error);
  EXPECT_THROW(static_cast<void>(n.value()), Error);
}

TEST(Dim, ExpressionsDoNotGrowWithoutEnd) {
  Dim power = n;
  Dim sum = n + m + 1;
  EXPECT_THROW(
      {
        for (int i = 0; i < 64; ++i) power = power * power;
      },
      Error);
  EXPECT_THROW(
      {
        for (int i = 0; i < 64; ++i) sum = sum * sum;
      },
      Error);
  EXPECT_THROW(Dim::parse(std::string(5000, 'x')), Error);
}

TEST(Dim, ParsesWhatItPrints) {
  const Dim samples[] = {0,
                         -1,
                         INT64_MAX,
                         INT64_MIN,
                         n,
                         0 - n,
                         INT64_MIN * n,
                         2 * n * m - 3,
                         floor_div(n + 1, 2) * m - mod(n, m),
                         max(n - 1, min(m, 4 * n * n)),
                         floor_div(floor_div(n, m) + 1, 2),
                         1 - max(n, m)};
  for (const Dim& d : samples) EXPECT_EQ(Dim::parse(d.to_string()), d) << d.to_string();
  EXPECT_EQ(Dim::parse("N*2+N"), 3 * n);
}

TEST(Dim, MalformedTextIsAnError) {
  for (const char* text :
       {"", "+", "N+", "*N", "2N", "div(N)", "div(N,2", "div(N,2))", "pow(N,2)", "N M", "1.5x(",
        "99999999999999999999", "div(N,0)", "--1", "(N)", "N,M"}) {
    EXPECT_THROW(Dim::parse(text), Error) << text;
  }
  EXPECT_THROW(Dim::parse(std::string(100000, '-') + "1"), Error);
  std::string deep;
  for (int i = 0; i < 20000; ++i) deep += "div(";
  EXPECT_THROW(Dim::parse(deep), Error);
}

// Random expressions: the canonical form has the value of the computation it stands for.
class RandomExpression {
 public:
  explicit RandomExpression(uint32_t seed) : random_(seed) {}

  std::pair<Dim, int64_t> make(int depth) {
    if (depth == 0 || random_() % 4 == 0) return leaf();
    const auto [a, va] = make(depth - 1);
    const auto [b, vb] = make(depth - 1);
    const auto divisor = static_cast<int64_t>(1 + random_() % 5);
    const auto floored = [](int64_t x, int64_t y) { return (x - ((x % y) + y) % y) / y; };
    switch (random_() % 7) {
      case 0: return {a + b, va + vb};
      case 1: return {a - b, va - vb};
      case 2: return {a * b, va * vb};
      case 3: return {floor_div(a, divisor), floored(va, divisor)};
      case 4: return {mod(a, divisor), va - floored(va, divisor) * divisor};
      case 5: return {max(a, b), std::max(va, vb)};
      default: return {min(a, b), std::min(va, vb)};
    }
  }

 private:
  std::pair<Dim, int64_t> leaf() {
    switch (random_() % 3) {
      case 0: return {n, 7};
      case 1: return {m, 3};
      default: {
        const auto v = static_cast<int64_t>(random_() % 9) - 4;
        return {v, v};
      }
    }
  }
  std::mt19937 random_;
};

TEST(Dim, CanonicalFormsKeepTheValue) {
  RandomExpression expressions(5);
  for (int trial = 0; trial < 5000; ++trial) {
    const auto [d, value] = expressions.make(4);
    EXPECT_EQ(d.evaluate(seven_and_three), value) << d.to_string();
    EXPECT_EQ(Dim::parse(d.to_string()), d) << d.to_string();
    EXPECT_LE(lower_bound(d).value_or(value), value) << d.to_string();
  }
}

}  // namespace
}  // namespace tenon

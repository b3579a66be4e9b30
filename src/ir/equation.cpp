#include "ir/equation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "ir/constant_value.h"
#include "ir/op_text.h"
#include "ops/attribute_text.h"
#include "ops/binary.h"

namespace tenon {
namespace {

struct Expression {
  enum class Kind { kVariable, kNumber, kCapture, kCall, kEither } kind = Kind::kVariable;
  std::string name;  // of a variable, a capture, an op
  double number = 0;
  std::vector<Expression> parts;  // operands, alternatives
  std::vector<std::pair<std::string, std::string>> attributes;
};

class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : text_(text) {}

  Expression parse() {
    Expression e = either();
    TENON_CHECK(at_ == text_.size());
    return e;
  }

 private:
  char peek() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool eat(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  std::string word(std::string_view more) {
    peek();
    const size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) ||
                                  more.find(text_[at_]) != std::string_view::npos)) {
      ++at_;
    }
    TENON_CHECK(at_ > begin);
    return std::string(text_.substr(begin, at_ - begin));
  }

  Expression either() {
    Expression first = primary();
    if (peek() != '|') return first;
    Expression e{.kind = Expression::Kind::kEither, .parts = {std::move(first)}};
    while (eat('|')) e.parts.push_back(primary());
    return e;
  }

  Expression primary() {
    using enum Expression::Kind;
    if (eat('(')) {
      Expression e = either();
      TENON_CHECK(eat(')'));
      return e;
    }
    if (eat('#')) return {.kind = kCapture, .name = word("_")};
    if (std::isdigit(static_cast<unsigned char>(peek())) || peek() == '-') {
      return {.kind = kNumber, .number = parse_number(word(".-"))};
    }
    Expression e{.kind = kVariable, .name = word("_")};
    if (!eat('(')) return e;
    e.kind = kCall;
    do {
      e.parts.push_back(either());
    } while (eat(','));
    if (eat(';')) {
      while (peek() != ')') {
        std::string key = word("_");
        TENON_CHECK(eat('='));
        e.attributes.emplace_back(std::move(key), word("_.-#[],"));
      }
    }
    TENON_CHECK(eat(')'));
    return e;
  }

  std::string_view text_;
  size_t at_ = 0;
};

struct Bindings {
  std::map<std::string, ValueId> values;
  std::map<std::string, std::string> captures;
  std::vector<NodeId> nodes;  // matched, the root last
};

bool near(double a, double b) { return std::abs(a - b) <= 1e-5 * std::abs(b); }

class Matcher {
 public:
  explicit Matcher(const Graph& graph) : graph_(graph) {}

  bool match(const Expression& e, ValueId value, Bindings& b) const {
    using enum Expression::Kind;
    switch (e.kind) {
      case kVariable: return value != kNone && bind(b.values, e.name, value);
      case kNumber: {
        const auto number = uniform_value(graph_, value);
        return number && near(*number, e.number);
      }
      case kCapture: {
        const auto number = uniform_value(graph_, value);
        return number && bind(b.captures, e.name, number_text(static_cast<float>(*number)));
      }
      case kEither: {
        for (const Expression& part : e.parts) {
          Bindings attempt = b;
          if (match(part, value, attempt)) {
            b = std::move(attempt);
            return true;
          }
        }
        return false;
      }
      case kCall: {
        const Node* node = graph_.producer(value);
        return node != nullptr && match_node(e, graph_.value(value).producer, b);
      }
    }
    return false;
  }

  // The root, which may be a choice as well.
  bool match_root(const Expression& e, NodeId id, Bindings& b) const {
    if (e.kind != Expression::Kind::kEither) return match_node(e, id, b);
    return std::any_of(e.parts.begin(), e.parts.end(), [&](const Expression& part) {
      Bindings attempt;
      if (!match_root(part, id, attempt)) return false;
      b = std::move(attempt);
      return true;
    });
  }

  bool match_node(const Expression& e, NodeId id, Bindings& b) const {
    const Node& node = graph_.node(id);
    if (text_name(node.op) != e.name || node.inputs.size() != e.parts.size()) return false;
    if (!match_attributes(e, node.op, b)) return false;
    Bindings attempt = b;
    if (match_operands(e, {node.inputs.begin(), node.inputs.end()}, attempt) ||
        (attempt = b,
         commutes(node.op) && match_operands(e, {node.inputs[1], node.inputs[0]}, attempt))) {
      b = std::move(attempt);
      if (std::find(b.nodes.begin(), b.nodes.end(), id) == b.nodes.end()) b.nodes.push_back(id);
      return true;
    }
    return false;
  }

 private:
  static bool commutes(const Op& op) {
    const auto* binary = op.as<Binary>();
    return binary != nullptr && is_commutative(binary->fn);
  }

  template <typename Map, typename T>
  static bool bind(Map& map, const std::string& name, const T& value) {
    return map.emplace(name, value).first->second == value;
  }

  bool match_operands(const Expression& e, const std::vector<ValueId>& inputs, Bindings& b) const {
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (!match(e.parts[i], inputs[i], b)) return false;
    }
    return true;
  }

  static bool match_attributes(const Expression& e, const Op& op, Bindings& b) {
    const std::string text = text_attributes(op);
    const auto actual = split_attributes(text);
    size_t matched = 0;
    for (const auto& [key, expected] : e.attributes) {
      const auto found = std::find_if(actual.begin(), actual.end(),
                                      [&, key = key](const auto& a) { return a.first == key; });
      // An attribute at its default is not in the text; of those that rules ask for it is 0.
      const std::string value = found == actual.end() ? "0" : std::string(found->second);
      matched += found != actual.end();
      if (expected[0] == '#') {
        if (!bind(b.captures, expected.substr(1), value)) return false;
      } else if (std::isdigit(static_cast<unsigned char>(expected[0]))) {
        if (!near(parse_number(value), parse_number(expected))) return false;
      } else if (value != expected) {
        return false;
      }
    }
    return matched == actual.size();
  }

  const Graph& graph_;
};

// Nobody outside of the match may read what is inside it.
bool closed(const Rewriter& rewriter, const Bindings& b, NodeId root) {
  for (const NodeId id : b.nodes) {
    if (id == root) continue;
    const ValueId v = rewriter.output(id);
    if (rewriter.graph().is_output(v)) return false;
    for (const NodeId reader : rewriter.readers(v)) {
      if (std::find(b.nodes.begin(), b.nodes.end(), reader) == b.nodes.end()) return false;
    }
  }
  return true;
}

Op make_op(const Expression& e, const Bindings& b) {
  std::string attributes;
  for (const auto& [key, value] : e.attributes) {
    if (!attributes.empty()) attributes += " ";
    attributes += key + "=" + (value[0] == '#' ? b.captures.at(value.substr(1)) : value);
  }
  return op_from_text(e.name, attributes);
}

ValueId build(Rewriter& rewriter, const Expression& e, const Bindings& b, NodeId root) {
  if (e.kind == Expression::Kind::kVariable) return b.values.at(e.name);
  TENON_CHECK(e.kind == Expression::Kind::kCall);
  std::vector<ValueId> inputs;
  for (const Expression& part : e.parts) inputs.push_back(build(rewriter, part, b, root));
  return rewriter.add(rewriter.graph().value(rewriter.output(root)).name, make_op(e, b),
                      std::move(inputs), root);
}

bool apply_equation(Rewriter& rewriter, NodeId root, const Expression& pattern,
                    const Expression& replacement) {
  if (!is_float(rewriter.output_type(root).dtype)) return false;
  Bindings b;
  if (!Matcher(rewriter.graph()).match_root(pattern, root, b)) return false;
  if (!closed(rewriter, b, root)) return false;
  if (replacement.kind == Expression::Kind::kVariable) {
    return rewriter.bypass(root, b.values.at(replacement.name));
  }
  std::vector<ValueId> inputs;
  for (const Expression& part : replacement.parts) {
    inputs.push_back(build(rewriter, part, b, root));
  }
  std::sort(b.nodes.begin(), b.nodes.end());
  return rewriter.fuse(root, b.nodes, make_op(replacement, b), std::move(inputs));
}

}  // namespace

Rule equation(std::string_view name, std::string_view pattern, std::string_view replacement) {
  struct Sides {
    Expression pattern, replacement;
  };
  const auto sides = std::make_shared<const Sides>(
      Sides{ExpressionParser(pattern).parse(), ExpressionParser(replacement).parse()});
  TENON_CHECK(sides->pattern.kind == Expression::Kind::kCall ||
              sides->pattern.kind == Expression::Kind::kEither);
  return {name, [sides](Rewriter& rewriter, NodeId node) {
            return apply_equation(rewriter, node, sides->pattern, sides->replacement);
          }};
}

}  // namespace tenon

#include <cctype>
#include <charconv>
#include <unordered_map>

#include "ir/op_text.h"
#include "ir/text.h"
#include "ops/attribute_text.h"

namespace tenon {
namespace {

// A statement's trailing "key=value" pairs, its own two taken out.
struct Attributes {
  std::string of_op;
  std::string name;
  std::vector<std::string> origins;
};

class GraphParser {
 public:
  GraphParser(std::string_view text, const ConstantPool& pool) : text_(text), pool_(pool) {}

  Graph parse() {
    try {
      header();
      while (!keyword("return")) statement();
      results();
    } catch (const Error& error) {
      throw Error(error.code(), position(), error.what());
    }
    return std::move(graph_);
  }

 private:
  std::string position() const {
    size_t line = 1, column = 1;
    for (const char c : text_.substr(0, std::min(mark_, text_.size()))) {
      line += c == '\n';
      column = c == '\n' ? 1 : column + 1;
    }
    return fmt::format("line {}, column {}", line, column);
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() {
    while (at_ < text_.size()) {
      if (std::isspace(static_cast<unsigned char>(peek()))) {
        ++at_;
      } else if (peek() == '#') {
        while (at_ < text_.size() && peek() != '\n') ++at_;
      } else {
        break;
      }
    }
    mark_ = at_;
  }

  bool eat(char c) {
    skip_space();
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!eat(c)) {
      if (at_ >= text_.size()) fail("expected '{}' before the end of the text", c);
      fail("expected '{}' in place of '{}'", c, peek());
    }
  }

  std::string_view word() {
    skip_space();
    const size_t begin = at_;
    while (std::isalnum(static_cast<unsigned char>(peek())) || peek() == '_') ++at_;
    return text_.substr(begin, at_ - begin);
  }

  bool keyword(std::string_view expected) {
    skip_space();
    const size_t begin = at_;
    if (word() == expected && peek() != '=') return true;
    at_ = begin;
    return false;
  }

  std::string_view quoted_text() {
    const size_t begin = at_++;
    while (at_ < text_.size() && peek() != '"') at_ += peek() == '\\' ? 2 : 1;
    if (at_ >= text_.size()) fail("a quoted text does not end");
    return text_.substr(begin, ++at_ - begin);
  }

  // Everything up to white space outside of brackets and quotes.
  std::string_view balanced() {
    const size_t begin = at_;
    int depth = 0;
    while (at_ < text_.size()) {
      const char c = peek();
      if (c == '"') {
        quoted_text();
        continue;
      }
      if (depth == 0 && (std::isspace(static_cast<unsigned char>(c)) || c == '}')) break;
      if (c == '[' || c == '{' || c == '(') ++depth;
      if (c == ']' || c == '}' || c == ')') --depth;
      ++at_;
      if (depth < 0) fail("an unopened '{}'", c);
    }
    if (depth > 0) fail("a bracket is not closed");
    return text_.substr(begin, at_ - begin);
  }

  std::string value_name() {
    expect('%');
    if (peek() == '"') return unquoted(quoted_text());
    const size_t begin = at_;
    while (std::isalnum(static_cast<unsigned char>(peek())) ||
           (peek() != '\0' && std::string_view("_./-").find(peek()) != std::string_view::npos)) {
      ++at_;
    }
    if (at_ == begin) fail("a value's name is missing after '%'");
    return std::string(text_.substr(begin, at_ - begin));
  }

  TensorType type() {
    const std::string_view name = word();
    const auto dtype = parse_dtype(name);
    if (!dtype) fail("'{}' is no element type", name);
    if (peek() != '[') fail("expected the dims of a tensor in brackets");
    const size_t begin = at_;
    while (at_ < text_.size() && peek() != ']') ++at_;
    if (at_ >= text_.size()) fail("a bracket is not closed");
    TensorType type{*dtype, {}};
    for (const auto dim : split_list(text_.substr(begin, ++at_ - begin))) {
      std::string trimmed;
      for (const char c : dim) {
        if (!std::isspace(static_cast<unsigned char>(c))) trimmed += c;
      }
      type.dims.push_back(Dim::parse(trimmed));
    }
    return type;
  }

  void define(const std::string& name, ValueId id) {
    if (!values_.emplace(name, id).second) fail("value %{} is defined twice", name);
    graph_.value(id).name = name;
  }

  ValueId use() {
    const std::string name = value_name();
    const auto found = values_.find(name);
    if (found == values_.end()) fail("value %{} is not defined", name);
    return found->second;
  }

  void header() {
    if (!keyword("graph")) fail("expected 'graph'");
    skip_space();
    if (peek() == '"') graph_.name = unquoted(quoted_text());
    expect('(');
    if (!eat(')')) {
      do {
        const std::string name = value_name();
        expect(':');
        define(name, graph_.add_input(name, type()));
      } while (eat(','));
      expect(')');
    }
    expect('{');
  }

  void statement() {
    std::vector<std::string> names;
    do {
      names.push_back(value_name());
    } while (eat(','));
    expect('=');
    const std::string_view op = word();
    if (op.empty()) fail("expected an op");
    const size_t statement_begin = mark_;
    if (op == "const") {
      Tensor tensor = constant();
      Attributes attributes = trailing();
      if (!attributes.of_op.empty()) fail("a constant has no attribute {}", attributes.of_op);
      const ValueId id = graph_.add_constant(names[0], std::move(tensor));
      finish(graph_.value(id).producer, names, std::move(attributes));
      return;
    }
    std::vector<ValueId> inputs;
    expect('(');
    if (!eat(')')) {
      do {
        inputs.push_back(eat('_') ? kNone : use());
      } while (eat(','));
      expect(')');
    }
    Attributes attributes = trailing();
    mark_ = statement_begin;
    const std::string& name = attributes.name.empty() ? names[0] : attributes.name;
    const NodeId id = graph_.add_node(name, op_from_text(op, attributes.of_op), std::move(inputs));
    finish(id, names, std::move(attributes));
  }

  void finish(NodeId id, const std::vector<std::string>& names, Attributes attributes) {
    const auto outputs = graph_.node(id).outputs;
    if (outputs.size() != names.size()) {
      fail("{} names for {} outputs", names.size(), outputs.size());
    }
    for (size_t i = 0; i < names.size(); ++i) define(names[i], outputs[i]);
    if (!attributes.name.empty()) graph_.node(id).name = attributes.name;
    graph_.node(id).origins = std::move(attributes.origins);
  }

  Attributes trailing() {
    Attributes result;
    while (true) {
      skip_space();
      const size_t begin = at_;
      const std::string_view key = word();
      if (key.empty() || peek() != '=') {
        at_ = begin;
        return result;
      }
      ++at_;
      const std::string_view value = balanced();
      if (key == "name") {
        result.name = unquoted(value);
      } else if (key == "origins") {
        result.origins = parse_value<std::vector<std::string>>(value);
      } else {
        if (!result.of_op.empty()) result.of_op += ' ';
        result.of_op += text_.substr(begin, at_ - begin);
      }
    }
  }

  Tensor constant() {
    skip_space();
    const size_t begin = at_;
    const TensorType type = this->type();
    if (!is_static(type.dims)) fail("a constant needs dims that are numbers");
    const Dims dims = to_dims(type.dims);
    if (peek() == '#') return from_pool(type);
    if (peek() == '{') {
      balanced();
      std::string compact;
      for (const char c : text_.substr(begin, at_ - begin)) {
        if (!std::isspace(static_cast<unsigned char>(c))) compact += c;
      }
      return parse_tensor(compact);
    }
    const std::string_view how = word();
    expect('(');
    const size_t argument = at_;
    while (at_ < text_.size() && peek() != ')') ++at_;
    const std::string_view number = text_.substr(argument, at_ - argument);
    expect(')');
    if (how == "random") {
      return random_tensor(type.dtype, dims, static_cast<uint64_t>(parse_integer(number)));
    }
    if (how != "fill") fail("a constant is '{{..}}', 'random(seed)', 'fill(value)' or '#hash'");
    const double fill = parse_number(number);
    return Tensor::make(type.dtype, dims, [&](const TensorView& view) {
      for (int64_t i = 0; i < view.volume(); ++i) set_element(view, i, fill);
    });
  }

  Tensor from_pool(const TensorType& type) {
    ++at_;
    const std::string_view digits = word();
    uint64_t hash = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), hash, 16);
    if (result.ec != std::errc() || result.ptr != digits.data() + digits.size()) {
      fail("'{}' is no hash of a constant", digits);
    }
    const auto found = pool_.find(hash);
    if (found == pool_.end()) {
      fail("the contents of constant {}#{} are not in the text and not in the constant pool",
           to_string(type), digits);
    }
    if (found->second.type() != type) {
      fail("constant #{} is {}, not {}", digits, to_string(found->second.type()), to_string(type));
    }
    return found->second;
  }

  void results() {
    skip_space();
    if (peek() == '%') {
      do {
        graph_.add_output(use());
      } while (eat(','));
    }
    expect('}');
    skip_space();
    if (at_ < text_.size()) fail("text after the end of the graph");
  }

  std::string_view text_;
  const ConstantPool& pool_;
  size_t at_ = 0;
  size_t mark_ = 0;  // where errors are said to be
  Graph graph_;
  std::unordered_map<std::string, ValueId> values_;
};

uint64_t next_random(uint64_t& state) {  // splitmix64
  uint64_t z = (state += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

}  // namespace

Graph parse_graph(std::string_view text, const ConstantPool& pool) {
  return GraphParser(text, pool).parse();
}

Tensor random_tensor(DataType dtype, const Dims& dims, uint64_t seed) {
  uint64_t state = seed * 0x2545f4914f6cdd1dU + 1;
  return Tensor::make(dtype, dims, [&](const TensorView& view) {
    for (int64_t i = 0; i < view.volume(); ++i) {
      if (is_float(dtype)) {
        // The sum of 12 uniform numbers is normal enough and needs no library function.
        double sum = -6;
        for (int k = 0; k < 12; ++k)
          sum += static_cast<double>(next_random(state) >> 40) / (1 << 24);
        set_element(view, i, sum);
      } else if (dtype == DataType::kBool) {
        set_integer_element(view, i, static_cast<int64_t>(next_random(state) >> 63));
      } else {
        set_integer_element(view, i, static_cast<int64_t>(next_random(state) % 9) - 4);
      }
    }
  });
}

}  // namespace tenon

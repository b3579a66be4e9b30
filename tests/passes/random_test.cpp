// Random graphs through the whole pipeline: what rules do to one another shows only in company.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "ir/interpreter.h"
#include "ir/text.h"
#include "ops/binary.h"
#include "ops/concat.h"
#include "ops/constant.h"
#include "ops/conv.h"
#include "ops/expand.h"
#include "ops/identity.h"
#include "ops/matmul.h"
#include "ops/normalization.h"
#include "ops/pad.h"
#include "ops/pool.h"
#include "ops/reduce.h"
#include "ops/reshape.h"
#include "ops/scale.h"
#include "ops/select.h"
#include "ops/shape_of.h"
#include "ops/softmax.h"
#include "ops/transpose.h"
#include "ops/unary.h"
#include "passes/pass.h"

namespace tenon {
namespace {

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {
    values_.push_back(graph_.add_input("x", {DataType::kF32, {Dim::symbol("N"), 4, 6, 6}}));
    values_.push_back(graph_.add_input("z", {DataType::kF32, {1, 4, 6, 6}}));
  }

  Graph make() {
    for (int i = 0; i < 25; ++i) {
      try {
        values_.push_back(next());
      } catch (const Error&) {
        // Operands that do not fit: another time.
      }
    }
    const auto users = users_of_all(graph_);
    for (const ValueId v : values_) {
      const bool input = graph_.producer(v) == nullptr;
      if (!input && (users[static_cast<size_t>(v)].empty() || pick(12) == 0)) graph_.add_output(v);
    }
    graph_.remove_dead();
    graph_.compact();
    return std::move(graph_);
  }

 private:
  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  // Recent values more often: chains are what fuses.
  ValueId value() {
    const auto n = static_cast<int>(values_.size());
    return values_[static_cast<size_t>(pick(2) == 0 ? n - 1 - pick(std::min(n, 3)) : pick(n))];
  }
  std::string name() { return "n" + std::to_string(++names_); }
  ValueId add(Op op, std::vector<ValueId> inputs) {
    return graph_.add(name(), std::move(op), std::move(inputs));
  }
  ValueId random_constant(const Dims& dims) {
    return graph_.add_constant(name(), random_tensor(DataType::kF32, dims, random_()));
  }
  ValueId number(float value) { return graph_.add_constant(name(), Tensor::f32({}, {value})); }
  ValueId integers(const std::vector<int64_t>& list) {
    return graph_.add_constant(name(), Tensor::i64({static_cast<int64_t>(list.size())}, list));
  }
  int64_t extent(ValueId v, size_t axis) {
    const Shape& dims = graph_.value(v).type.dims;
    if (axis >= dims.size() || !dims[axis].is_constant()) fail("no such extent");
    return dims[axis].value();
  }

  ValueId operand_of(ValueId x) {
    switch (pick(7)) {
      case 0: return number(static_cast<float>(pick(3)));
      case 1: return number(0.5F);
      case 2: return random_constant({extent(x, 1), 1, 1});
      case 3: return random_constant({1, extent(x, 1), 1, 1});
      case 4: return random_constant({extent(x, graph_.value(x).type.dims.size() - 1)});
      default: return value();
    }
  }

  ValueId unary() {
    using enum UnaryFn;
    const Unary functions[] = {
        {kRelu},    {kSigmoid},    {kTanh},        {kNeg},
        {kAbs},     {kClip, 0, 6}, {kClip, -1, 1}, {kHardSwish, 1.0F / 6, 0.5F},
        {kGeluErf}, {kErf},        {kIdentity},    {kLeakyRelu, 0.1F}};
    return add(functions[pick(12)], {value()});
  }

  ValueId binary() {
    using enum BinaryFn;
    const BinaryFn functions[] = {kAdd, kAdd, kMul, kMul, kSub, kMax, kMin};
    const ValueId x = value(), y = operand_of(x);
    const bool swap = pick(2) == 0;
    return add(Binary{functions[pick(7)]}, swap ? std::vector{y, x} : std::vector{x, y});
  }

  ValueId conv() {
    const ValueId x = value();
    const int64_t channels = extent(x, 1), k = pick(2) == 0 ? 1 : 3;
    const int64_t groups = pick(4) == 0 ? channels : 1;
    const ValueId w =
        random_constant({4 * (groups > 1 ? groups / 4 + 1 : 1), channels / groups, k, k});
    std::vector<ValueId> inputs{x, w};
    if (pick(2) == 0) inputs.push_back(random_constant({extent(w, 0)}));
    const std::vector<int64_t> pads(2, pick(2) == 0 ? 0 : k / 2);
    return add(Conv{.pad_begin = pads, .pad_end = pads, .groups = groups}, inputs);
  }

  ValueId scale() {
    const ValueId x = value();
    const Dims dims{pick(4) == 0 ? 1 : extent(x, 1)};
    return add(Scale{1}, {x, random_constant(dims), random_constant(dims)});
  }

  ValueId matmul() {
    const ValueId x = value();
    const int64_t k = extent(x, graph_.value(x).type.dims.size() - 1);
    if (pick(3) == 0) return add(MatMul{.transpose_b = true, .alpha = 0.5F}, {x, value()});
    if (pick(2) == 0) return add(MatMul{}, {x, random_constant({k, 6})});
    return add(MatMul{.transpose_b = true}, {x, random_constant({6, k})});
  }

  ValueId view() {
    const ValueId x = value();
    switch (pick(5)) {
      case 0: return add(Identity{}, {x});
      case 1: return add(Unsqueeze{{pick(2)}}, {x});
      case 2: return add(Squeeze{{pick(2)}}, {x});
      case 3: return add(Flatten{2}, {x});
      default: return add(Reshape{}, {x, add(ShapeOf{}, {value()})});
    }
  }

  ValueId movement() {
    const std::vector<std::vector<int64_t>> perms{
        {0, 2, 3, 1}, {0, 3, 1, 2}, {0, 1, 3, 2}, {1, 0, 2, 3}};
    const ValueId x = value();
    switch (pick(6)) {
      case 0: return add(Concat{1}, {x, value()});
      case 1: return add(Expand{}, {x, add(ShapeOf{}, {value()})});
      case 2: return add(Pad{}, {x, integers({0, 0, pick(2), 1, 0, 0, 1, pick(2)})});
      default: return add(Transpose{perms[static_cast<size_t>(pick(4))]}, {x});
    }
  }

  ValueId reduction() {
    const ValueId x = value();
    const std::vector<int64_t> pads(2, pick(2));
    switch (pick(5)) {
      case 0: return add(Reduce{ReduceKind::kMean, {2, 3}}, {x});
      case 1: return add(Softmax{}, {x});
      case 2: return add(Normalization{}, {x});
      default:
        return add(Pool{.kind = pick(2) == 0 ? PoolKind::kMax : PoolKind::kAverage,
                        .window = {3, 3},
                        .stride = {1, 1},
                        .pad_begin = pads,
                        .pad_end = pads,
                        .count_include_pad = pick(2) == 0},
                   {x});
    }
  }

  ValueId excitation() {
    const ValueId x = value();
    const int64_t channels = extent(x, 1), hidden = 1 + pick(5);
    const ValueId mean = add(Reduce{ReduceKind::kMean, {2, 3}}, {x});
    const ValueId first = add(Conv{}, {mean, random_constant({hidden, channels, 1, 1})});
    const ValueId second =
        add(Conv{}, {add(Unary{UnaryFn::kRelu}, {first}), random_constant({channels, hidden, 1, 1}),
                     random_constant({channels})});
    const ValueId gate = add(Unary{UnaryFn::kSigmoid}, {second});
    if (pick(8) == 0) values_.push_back(pick(2) == 0 ? mean : gate);
    return add(Binary{BinaryFn::kMul}, {pick(4) == 0 ? value() : x, gate});
  }
  ValueId next() {
    switch (pick(11)) {
      case 0:
      case 1: return unary();
      case 2:
      case 3:
      case 4: return binary();
      case 5: return conv();
      case 6: return pick(2) == 0 ? scale() : matmul();
      case 7: return view();
      case 8: return movement();
      case 9: return excitation();
      default:
        return pick(3) > 0 ? reduction()
                           : add(Select{}, {add(Binary{BinaryFn::kGreater}, {value(), number(0)}),
                                            value(), value()});
    }
  }

  std::mt19937 random_;
  Graph graph_;
  std::vector<ValueId> values_;
  int names_ = 0;
};

// Nodes that do something at run time.
int work_in(const Graph& graph) {
  int count = 0;
  for (const NodeId id : graph.order()) count += !graph.node(id).op.is<Constant>();
  return count;
}

double largest_of(const Tensor& t) {
  double largest = 1;
  for (int64_t i = 0; i < t.volume(); ++i)
    largest = std::max(largest, std::abs(element(t.view(), i)));
  return largest;
}

// Sums that cancel amplify rounding: outputs beyond this size say nothing.
constexpr double kMeaningful = 1e4;

TEST(Pipeline, KeepsWhatRandomGraphsCompute) {
  int compared = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    const Graph before = Generator(seed).make();
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + print(before));
    Graph after;
    ASSERT_NO_THROW(after = run_passes(before, pipeline(), {}, Log()));
    EXPECT_LE(work_in(after), work_in(before)) << print(after);
    EXPECT_TRUE(parse_graph(print(after), constants_of(after)) == after) << print(after);
    const std::vector<Tensor> inputs{random_tensor(DataType::kF32, {2, 4, 6, 6}, seed),
                                     random_tensor(DataType::kF32, {1, 4, 6, 6}, seed + 1)};
    std::vector<Tensor> expected;
    try {
      expected = interpret(before, inputs);
    } catch (const Error&) {
      continue;  // two extents of N that inference took for equal
    }
    const auto actual = interpret(after, inputs);
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(to_string(actual[i].type()), to_string(expected[i].type()));
      const double largest = largest_of(expected[i]);
      if (!(largest < kMeaningful)) continue;
      for (int64_t k = 0; k < expected[i].volume(); ++k) {
        ASSERT_NEAR(element(actual[i].view(), k), element(expected[i].view(), k), 1e-3 * largest)
            << "output " << i << "\n"
            << print(after);
      }
      ++compared;
    }
  }
  EXPECT_GT(compared, 1000);
}

}  // namespace
}  // namespace tenon

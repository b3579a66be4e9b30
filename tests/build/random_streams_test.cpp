// Random networks built for several streams, checked step by step for memory that two steps use at
// the same time, and run.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "branching_device.h"
#include "ir/interpreter.h"
#include "ir/text.h"

namespace tenon {
namespace {

using testing::Branching;
using testing::Buffers;
using testing::buffers_for;

// Convolutions, sums, concatenations and softmax over earlier values, none of them large, so that
// rounding does not grow. What nobody reads and some of the rest are outputs.
std::string random_network(std::mt19937& random) {
  const size_t count = 6 + random() % 14;
  std::string text = "graph(%v0: f32[N,8,6,6]) {\n%k = const f32[1,1,1,1]{0.2}\n";
  std::vector<bool> read(count + 1, false);
  const auto pick = [&](size_t below) {
    const size_t v = below - 1 - random() % std::min<size_t>(below, 5);
    read[v] = true;
    return v;
  };
  for (size_t i = 1; i <= count; ++i) {
    const size_t a = pick(i);
    const size_t b = pick(i);
    switch (random() % 6) {
      case 0:
        text += fmt::format("%w{0} = const f32[8,8,3,3] random({0})\n", i);
        text += fmt::format("%u{0} = conv(%v{1}, %w{0}) pad_begin=[1,1] pad_end=[1,1]\n", i, a);
        text += fmt::format("%v{0} = mul(%u{0}, %k)\n", i);
        break;
      case 1:
        text += fmt::format("%w{0} = const f32[8,8,1,1] random({0})\n", i);
        text += fmt::format("%v{0} = conv(%v{1}, %w{0})\n", i, a);
        break;
      case 2: text += fmt::format("%v{} = add(%v{}, %v{})\n", i, a, b); break;
      case 3: text += fmt::format("%v{} = softmax(%v{}) axis=1\n", i, a); break;
      case 4: text += fmt::format("%v{} = softmax(%v{}) axis=3\n", i, a); break;
      default:
        text += fmt::format("%c{} = concat(%v{}, %v{}) axis=1\n", i, a, b);
        text += fmt::format("%w{0} = const f32[8,16,1,1] random({0})\n", i);
        text += fmt::format("%u{0} = conv(%c{0}, %w{0})\n", i);
        text += fmt::format("%v{0} = mul(%u{0}, %k)\n", i);
    }
  }
  std::string outputs;
  for (size_t i = 1; i <= count; ++i) {
    if (!read[i] || random() % 8 == 0)
      outputs += fmt::format("{}%v{}", outputs.empty() ? "" : ", ", i);
  }
  return text + "return " + outputs + " }";
}

// Bytes from a buffer's or a binding's start.
struct Bytes {
  int64_t where;  // -1: the arena, otherwise the binding
  uint64_t begin, end;
  bool writes;
};

std::vector<Bytes> bytes_of_step(const Program& program, const PlanStep& step,
                                 const Symbols& symbols) {
  std::vector<Bytes> result;
  const auto add = [&](int64_t index, bool writes) {
    const PlanTensor& t = program.tensors.at(static_cast<size_t>(index));
    const bool arena = t.place == Place::kArena;
    const uint64_t base = offset_bytes(t, symbols) +
                          (arena ? program.buffers.at(static_cast<size_t>(t.index)).offset : 0);
    PlanTensor one = t;  // image of the batch
    const int64_t images = symbols.evaluate(t.dims)[0];
    one.dims[0] = 1;
    one.offset = 0;
    const uint64_t bytes = extent_bytes(one, symbols);
    const auto stride = static_cast<uint64_t>(symbols.evaluate(Shape{t.batch_stride})[0]);
    const uint64_t step_bytes =
        stride == 0 ? bytes : tenon::bytes_of(t.dtype, static_cast<int64_t>(stride));
    for (int64_t n = 0; n < images; ++n) {
      const uint64_t at = base + static_cast<uint64_t>(n) * step_bytes;
      result.push_back({arena ? -1 : t.index, at, at + bytes, writes});
    }
  };
  for (const PlanOperand& o : step.inputs) {
    if (o.kind == OperandKind::kTensor) add(o.tensor, false);
  }
  for (const int64_t t : step.outputs) add(t, true);
  if (step.workspace_buffer >= 0) {
    const ArenaBuffer& b = program.buffers.at(static_cast<size_t>(step.workspace_buffer));
    result.push_back({-1, b.offset, b.offset + b.bytes, true});
  }
  return result;
}

bool disturb(const std::vector<Bytes>& a, const std::vector<Bytes>& b) {
  return std::ranges::any_of(a, [&](const Bytes& x) {
    return std::ranges::any_of(b, [&](const Bytes& y) {
      return (x.writes || y.writes) && x.where == y.where && x.begin < y.end && y.begin < x.end;
    });
  });
}

// Steps that touch the same bytes, one of them to write, follow each other on a stream or through
// waits: then every way to run the program does what running it step by step does.
void expect_no_races(const Program& program, int64_t n) {
  Symbols symbols;
  symbols.bind("v0", program.binding_dims[0], {n, 8, 6, 6});
  const size_t count = program.steps.size();
  std::vector<std::vector<Bytes>> bytes;
  std::vector<std::vector<bool>> before(count, std::vector<bool>(count, false));
  for (size_t b = 0; b < count; ++b) {
    const PlanStep& step = program.steps[b];
    bytes.push_back(bytes_of_step(program, step, symbols));
    for (size_t a = 0; a < b; ++a) {
      const bool waits = std::ranges::count(step.waits, static_cast<int64_t>(a)) > 0;
      if (program.steps[a].stream != step.stream && !waits) continue;
      before[b][a] = true;
      for (size_t x = 0; x < a; ++x) before[b][x] = before[b][x] || before[a][x];
    }
    for (size_t a = 0; a < b; ++a) {
      ASSERT_TRUE(before[b][a] || !disturb(bytes[a], bytes[b]))
          << program.steps[a].name << " and " << step.name << " of N " << n;
    }
  }
}

void expect_like_interpreter(const Graph& graph, Context& context, Stream& stream, int64_t n) {
  context.set_dims(0, {n, 8, 6, 6});
  std::vector<Buffers> all;
  constexpr unsigned kRuns = 12;  // more than may be under way at once
  for (unsigned i = 0; i < kRuns; ++i) all.push_back(buffers_for(context, i % 3));
  for (unsigned i = 0; i < kRuns; ++i) {
    all[i].bind(context);
    i % 4 == 3 ? context.execute() : context.enqueue(stream);
    if (i % 4 != 1) stream.synchronize();
  }
  stream.synchronize();
  for (unsigned i = 0; i < kRuns; ++i) {
    const Tensor input = Tensor::f32({n, 8, 6, 6}, buffers_for(context, i % 3).data[0]);
    const std::vector<Tensor> expected = interpret(graph, std::span(&input, 1));
    for (size_t o = 0; o < expected.size(); ++o) {
      const auto values = expected[o].as<float>();
      const float largest = std::abs(*std::ranges::max_element(
          values, [](float a, float b) { return std::abs(a) < std::abs(b); }));
      for (size_t k = 0; k < values.size(); ++k) {
        ASSERT_NEAR(all[i].data[1 + o][k], values[k], 5e-5F * largest)
            << "output " << o << " element " << k << " of run " << i << " with N " << n;
      }
    }
  }
}

TEST(Streams, RandomNetworksRunOnThemAsOnOne) {
  std::mt19937 random(8);
  int with_streams = 0;
  for (int round = 0; round < 60; ++round) {
    const std::string text = random_network(random);
    SCOPED_TRACE(text);
    const Graph graph = parse_graph(text);
    Branching device(1 + round % 3);
    TimingCache cache;
    Built built = testing::build(graph, device, cache);
    const Program& program = built.plan.programs[0];
    with_streams += program.auxiliary_streams > 0 ? 1 : 0;
    for (const int64_t n : {1, 2, 3}) ASSERT_NO_FATAL_FAILURE(expect_no_races(program, n));
    Context context(Engine::make(built.plan, built.weights, device, device.default_allocator()),
                    Context::MemoryMode::kOwn);
    const auto stream = device.make_stream();
    for (const int64_t n : {3, 1}) {
      ASSERT_NO_FATAL_FAILURE(expect_like_interpreter(graph, context, *stream, n));
    }
  }
  EXPECT_GT(with_streams, 30);
}

}  // namespace
}  // namespace tenon

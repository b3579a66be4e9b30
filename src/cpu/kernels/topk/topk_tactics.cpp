#include "cpu/kernels/topk/topk_tactics.h"

#include <algorithm>
#include <array>

#include "cpu/kernels/dispatch.h"
#include "cpu/kernels/topk/topk_kernels.h"
#include "cpu/kernels/topk/topk_select.h"
#include "cpu/launch.h"
#include "cpu/offers.h"
#include "cpu/thread_count.h"
#include "ops/topk.h"

namespace tenon {
namespace {

const FirstKernels& kernels() {
  return for_isa(generic::kFirstKernels, avx2::kFirstKernels, avx512::kFirstKernels);
}

TopKShape shape_of(const Problem& problem) {
  const TopK& op = *problem.op.as<TopK>();
  const TopKShape s{topk_lines(problem), problem.inputs[0].dtype, op.largest, op.last_first,
                    op.indices == DataType::kI64};
  if (s.n > INT32_MAX) fail("top-k along an axis of more than {} elements", INT32_MAX);
  return s;
}

// The first of each row; few long rows in parts.
std::unique_ptr<Launch> bind_rows(const TopKShape& s) {
  const int64_t lines = std::max<int64_t>(s.lines(), 1);
  const int64_t shares = (int64_t{cpu_threads()} + lines - 1) / lines;
  const int64_t parts = std::clamp<int64_t>(s.n / 16384, 1, shares);
  const int64_t grain = std::max<int64_t>(1, 8192 * parts / s.n);
  const auto first_of = [s](const float* row, int64_t begin, int64_t end) {
    return begin + kernels().row(row + begin, end - begin, s.largest, s.last_first);
  };
  const auto run = [=](const LaunchArgs& args) {
    auto* places = static_cast<int64_t*>(args.workspace);  // of the parts' first elements
    pool_of(args).run(s.lines() * parts, grain, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t part = i % parts;
        const int64_t place = first_of(input(args, 0) + i / parts * s.n, s.n * part / parts,
                                       s.n * (part + 1) / parts);
        if (parts == 1) write_topk<float>(s, args, i, 0, place);
        if (parts > 1) places[i] = place;
      }
    });
    for (int64_t line = 0; parts > 1 && line < s.lines(); ++line) {
      const float* row = input(args, 0) + line * s.n;
      std::array<float, 2> pair;
      int64_t best = places[line * parts];
      for (int64_t part = 1; part < parts; ++part) {
        const int64_t next = places[line * parts + part];
        pair = {row[best], row[next]};
        if (first_of(pair.data(), 0, 2) == 1) best = next;
      }
      write_topk<float>(s, args, line, 0, best);
    }
  };
  const int64_t bytes = parts == 1 ? 0 : s.lines() * parts * int64_t{sizeof(int64_t)};
  return make_launch(run, static_cast<size_t>(bytes));
}

// The first of each column, stretches of neighbours at a time.
std::unique_ptr<Launch> bind_columns(const TopKShape& s) {
  constexpr int64_t kColumns = 128;
  const int64_t stretches = (s.inner + kColumns - 1) / kColumns;
  return make_launch([=](const LaunchArgs& args) {
    pool_of(args).run(s.outer * stretches, 1, [&](int64_t begin, int64_t end, int) {
      std::array<float, kColumns> places;
      for (int64_t i = begin; i < end; ++i) {
        const int64_t o = i / stretches;
        const int64_t column = i % stretches * kColumns;
        const int64_t count = std::min(kColumns, s.inner - column);
        const int64_t to = o * s.inner + column;
        kernels().columns(input(args, 0) + o * s.n * s.inner + column, s.n, s.inner, count,
                          s.largest, s.last_first, output(args) + to, places.data());
        if (s.wide) {
          std::copy_n(places.begin(), count, output<int64_t>(args, 1) + to);
        } else {
          std::copy_n(places.begin(), count, output<int32_t>(args, 1) + to);
        }
      }
    });
  });
}

class TopKLinesTactic final : public Tactic {
 public:
  std::string_view name() const override { return "topk_lines"; }

  Offer offer(const Problem& problem) const override {
    if (const auto refusal = refuse_topk(problem)) return *refusal;
    return linear_offer(problem);
  }
  double estimate(const Problem& problem) const override { return memory_seconds(problem); }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed&) const override {
    const TopKShape s = shape_of(problem);
    if (s.k * s.lines() == 0) return make_launch([](const LaunchArgs&) {});
    if (s.k == 1 && s.type == DataType::kF32) {
      if (s.inner == 1) return bind_rows(s);
      if (s.n <= kMostPlaces) return bind_columns(s);
    }
    return bind_topk_select(s);
  }
};

}  // namespace

std::span<const Tactic* const> topk_tactics() {
  static const TopKLinesTactic lines;
  static const Tactic* const table[] = {&lines};
  return table;
}

}  // namespace tenon

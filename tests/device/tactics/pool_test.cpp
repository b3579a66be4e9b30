#include <gtest/gtest.h>

#include <limits>

#include "ops/pool.h"
#include "tactic_harness.h"

namespace tenon::test {
namespace {

struct Row {
  Dims dims;
  Pool pool;
};

TEST(Pool, Shapes) {
  const std::vector<Row> rows = {
      {{2, 16, 9, 9}, {.window = {3, 3}, .stride = {2, 2}, .pad_begin = {1, 1}, .pad_end = {1, 1}}},
      {{1, 20, 8, 8}, {.window = {2, 2}, .stride = {2, 2}}},
      {{3, 5, 7, 11}, {.window = {3, 2}, .stride = {1, 2}, .pad_begin = {0, 1}, .pad_end = {2, 0}}},
      {{1, 33, 10, 10}, {.window = {3, 3}, .stride = {2, 2}, .ceil_mode = true}},
      {{1, 8, 12, 12}, {.window = {3, 3}, .dilation = {2, 3}}},
      {{1, 8, 12, 12},
       {.window = {3, 3}, .pad_begin = {2, 1}, .pad_end = {1, 2}, .dilation = {2, 2}}},
      {{2, 6, 7, 7}, {.window = {7, 7}}},
      {{2, 6, 17}, {.window = {3}, .stride = {2}, .pad_begin = {1}, .pad_end = {1}}},
      {{1, 3, 2, 5000}, {.window = {2, 5}, .stride = {1, 3}}},
      {{1, 2, 2, 2500}, {.window = {2, 2300}, .stride = {1, 50}}},
      {{2, 64, 7, 7}, {.window = {7, 7}}},
      {{2, 40, 13, 14}, {.window = {5, 3}, .stride = {2, 1}, .pad_begin = {2, 1}}},
      {{0, 8, 4, 4}, {.window = {2, 2}}},
  };
  for (const Row& row : rows) {
    for (const PoolKind kind : {PoolKind::kMax, PoolKind::kAverage}) {
      for (const bool count_pad : {false, true}) {
        Pool pool = row.pool;
        pool.kind = kind;
        pool.count_include_pad = count_pad;
        check_tactics({pool, {random_input(row.dims)}, 1e-5}, "pool_rows");
      }
    }
  }
}

// Large enough for kernels that give a thread several outputs.
TEST(Pool, LargePlanes) {
  const std::vector<Row> rows = {
      {{4, 32, 128, 128},
       {.window = {3, 3}, .stride = {2, 2}, .pad_begin = {1, 1}, .pad_end = {1, 1}}},
      {{2, 64, 65, 66}, {.window = {3, 3}, .pad_begin = {1, 1}, .pad_end = {1, 1}}},
      {{4, 32, 129, 134}, {.window = {2, 2}, .stride = {2, 2}}},
  };
  for (const Row& row : rows) {
    check_tactics({row.pool, {random_input(row.dims)}, 1e-5}, "pool_rows");
    Pool padded = row.pool;
    padded.kind = PoolKind::kAverage;
    padded.count_include_pad = true;
    check_tactics({padded, {random_input(row.dims)}, 1e-5}, "pool_rows");
  }
}

TEST(Pool, PropagatesNan) {
  Tensor x = Tensor::make(DataType::kF32, {1, 8, 4, 4}, [](const TensorView& view) {
    for (int64_t i = 0; i < view.volume(); ++i) view.as<float>()[i] = static_cast<float>(i);
    view.as<float>()[5] = std::numeric_limits<float>::quiet_NaN();
    view.as<float>()[30] = std::numeric_limits<float>::quiet_NaN();
  });
  check_tactics({Pool{.window = {3, 3}}, {{x}}}, "pool_rows");
  check_tactics({Pool{.window = {2, 2}, .stride = {2, 2}}, {{x}}}, "pool_rows");
}

TEST(Pool, VolumesGoToTheReference) {
  for (const int64_t channels : {3, 16}) {
    for (const PoolKind kind : {PoolKind::kMax, PoolKind::kAverage}) {
      const CaseInput x = random_input({2, channels, 4, 5, 6});
      const Pool padded{.kind = kind,
                        .window = {2, 3, 2},
                        .stride = {2, 1, 1},
                        .pad_begin = {1, 1, 0},
                        .pad_end = {0, 1, 1}};
      check_tactics({Pool{.kind = kind, .window = {2, 2, 2}}, {x}}, "reference");
      check_tactics({padded, {x}}, "reference");
      check_tactics({Pool{.kind = kind, .window = {4, 5, 6}}, {x}}, "reference");
    }
  }
}

}  // namespace
}  // namespace tenon::test

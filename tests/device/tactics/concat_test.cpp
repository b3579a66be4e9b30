#include <gtest/gtest.h>

#include "ops/concat.h"
#include "tactic_harness.h"

namespace tenon::test {
namespace {

TEST(Concat, AxesAndLayouts) {
  check_tactics({Concat{1}, {random_input({2, 16, 5, 7}), random_input({2, 32, 5, 7})}},
                "concat_copies");
  check_tactics({Concat{1}, {random_input({2, 16, 5, 7}), random_input({2, 20, 5, 7})}},
                "concat_copies");
  check_tactics({Concat{1},
                 {random_input({2, 3, 5}), random_input({2, 4, 5}), random_input({2, 0, 5}),
                  random_constant({2, 1, 5})}},
                "concat_copies");
  check_tactics({Concat{0}, {random_input({2, 20, 5}), random_input({3, 20, 5})}}, "concat_copies");
  check_tactics({Concat{2}, {random_input({2, 20, 5, 2}), random_input({2, 20, 3, 2})}},
                "concat_copies");
  check_tactics({Concat{-1}, {random_input({2, 20, 5, 2}), random_input({2, 20, 5, 3})}},
                "concat_copies");
  check_tactics({Concat{0}, {random_input({5}), random_input({1})}}, "concat_copies");
  check_tactics({Concat{1}, {random_input({1, 32, 24, 24}), random_input({1, 48, 24, 24})}},
                "concat_copies");
  std::vector<CaseInput> many;
  for (int i = 0; i < 70; ++i) many.push_back(random_input({2, 1 + i % 3, 3}));
  check_tactics({Concat{1}, many}, "concat_copies");
  check_tactics({Concat{0}, {random_input({2, 8, 4}), random_input({1, 8, 4})}}, "concat_copies");
  check_tactics({Concat{0}, {{Tensor::i64({2}, {1, 2})}, {Tensor::i64({1}, {7})}}},
                "concat_copies");
}

}  // namespace
}  // namespace tenon::test

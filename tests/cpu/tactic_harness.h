#pragma once

#include <optional>
#include <string>
#include <vector>

#include "device/device.h"

// Checks tactics against Op::eval: random inputs, every layout that a tactic offers, dense and with
// strided batches, in place.
namespace tenon::test {

// An operand of a case. Shape operands are given as `constant` integers.
struct CaseInput {
  Tensor value;
  bool constant = false;
  bool present = true;
};

// Random FP32 elements in [low, high), or the integers 0 .. below `high`.
CaseInput random_input(Dims dims, float low = -1, float high = 1);
CaseInput random_constant(Dims dims, float low = -1, float high = 1);
CaseInput integers(std::vector<int64_t> values);
CaseInput absent();

struct TacticCase {
  Op op;
  std::vector<CaseInput> inputs;
  double tolerance = 2e-6;  // of |a - b| against |b| + the largest |b|
};

// The case's problem in linear layouts; throws Error when the op's inference refuses it.
Problem problem_of(const TacticCase& c);

// Runs one tactic in one offered combination of layouts, as `options` says, and returns a failure's
// description or "".
struct RunOptions {
  int64_t extra_stride = 0;  // elements between the images of operands, where strided() allows
  bool in_place = false;
};
std::string run_and_compare(const Tactic& tactic, const TacticCase& c, const LayoutOffer& layouts,
                            const RunOptions& options = {});

// Runs every tactic of the CPU device for the case's op in every layout that it offers, dense,
// strided and in place; fails the test naming tactic, layouts and the first wrong element. With
// `expected_tactic` it also fails when that tactic does not offer anything.
void check_tactics(const TacticCase& c, std::string_view expected_tactic = "");

}  // namespace tenon::test

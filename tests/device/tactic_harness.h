#pragma once

#include <optional>
#include <string>
#include <vector>

#include "device/device.h"

// Checks tactics against Op::eval: random inputs, every type of the device and every layout that a
// tactic offers, dense and with strided batches, in place.
namespace tenon::test {

// The device whose tactics a test program checks; every program defines harness_device().
struct HarnessDevice {
  Device& device;
  // Least tolerance of FP32: the device's functions may be less exact than the host's.
  double f32_tolerance = 0;
  bool tf32 = false;                   // whether FP32 is tested with TF32 products as well
  std::vector<DataType> narrow_types;  // tested on FP32 cases, too
};
HarnessDevice harness_device();

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
  double tolerance = 2e-6;  // of |a - b| in FP32 against |b| + the largest |b|
};

// The case's problem in linear layouts; throws Error when the op's inference refuses it.
Problem problem_of(const TacticCase& c);

// Runs every tactic of the device for the case's op in every type and layout, dense, strided and in
// place; fails the test naming tactic, layouts and the first wrong element. With `expected_tactic`
// it also fails when that tactic does not offer anything; on devices that have none of this name,
// when the reference tactic alone does.
void check_tactics(const TacticCase& c, std::string_view expected_tactic = "");

// Whether some tactic but the reference does the case in FP16; vacuously on devices without any,
// and where a GPU is not Hopper, which the refusal says.
bool done_in_halves(const TacticCase& c);

}  // namespace tenon::test

// Damaged plans: no crash, no hang, no allocation beyond ten times the file and 64 MiB.
#include <gtest/gtest.h>

#include <random>

#include "base/file.h"
#include "build/builder.h"
#include "forwarding_device.h"
#include "fuzz/counted_memory.h"
#include "onnx/import.h"
#include "runtime/engine.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern const size_t plan_fuzz_weights_bytes;

namespace tenon::testing {
namespace {

constexpr size_t kProgramAt = 128;

// The host's device whose clock shows the same numbers in every run, so that the plans are the
// same; random ones, so that many tactics are chosen.
class SteadyDevice : public ForwardingDevice {
 public:
  explicit SteadyDevice(unsigned seed) : random_(seed) {}
  std::string fingerprint() const override { return "steady"; }
  double time(const Launch&, const LaunchArgs&, int, double) override {
    return 1e-6 * static_cast<double>(1 + random_() % 100);
  }

 private:
  std::minstd_rand random_;
};

// The digits network with a batch of 1 to 8.
std::string make_digits_file(unsigned seed) {
  const std::vector<std::byte> model = read_file(TENON_DIGITS_MODEL);
  const Imported imported = OnnxModel(model).import({});
  const std::string& input = imported.graph.value(imported.graph.inputs()[0]).name;
  BuildOptions options;
  options.timing_repeats = 1;
  options.profiles = {{{input, {{1, 1, 8, 8}, {2, 1, 8, 8}, {8, 1, 8, 8}}}}};
  SteadyDevice device(seed);
  TimingCache cache;
  Built built = build_plan(imported.graph, device, options, cache, Log());
  const auto bytes = plan_file(built.plan, std::move(built.weights));
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

const std::string& digits_file() {
  static const std::string file = make_digits_file(1);
  return file;
}

uint64_t number_at(const std::string& file, size_t at) {
  uint64_t value = 0;
  std::memcpy(&value, file.data() + at, sizeof value);
  return value;
}

std::string program_of(const std::string& file) {
  return file.substr(number_at(file, 32), number_at(file, 40));
}

void run(char mode, const std::string& bytes) {
  const std::string input = mode + bytes;
  const size_t before = live_bytes();
  reset_peak();
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
  ASSERT_LE(peak_bytes() - before, 10 * bytes.size() + (64U << 20U));
}

using Random = std::mt19937_64;  // the same numbers on every machine

// An integer that arithmetic likes least.
uint64_t extreme(Random& random) {
  constexpr uint64_t kMost = UINT64_MAX;
  const uint64_t values[] = {0,
                             1,
                             kMost,
                             kMost - 1,
                             kMost / 2,
                             kMost / 2 + 1,
                             uint64_t{1} << 32,
                             uint64_t{1} << 31,
                             255,
                             256,
                             1000000007};
  return values[random() % std::size(values)];
}

std::string mutated(const std::string& seed, Random& random) {
  std::string bytes = seed;
  const uint64_t count = 1 + random() % 3;
  for (uint64_t i = 0; i < count && !bytes.empty(); ++i) {
    const size_t at = random() % bytes.size();
    const size_t length = std::min<size_t>(1 + random() % 16, bytes.size() - at);
    const uint64_t number = extreme(random);
    switch (random() % 7) {
      case 0: bytes[at] = static_cast<char>(bytes[at] ^ (1U << (random() % 8))); break;
      case 1: bytes[at] = static_cast<char>(random()); break;
      case 2: bytes.insert(at, length, static_cast<char>(random())); break;
      case 3: bytes.erase(at, length); break;
      case 4: bytes.insert(random() % bytes.size(), bytes.substr(at, length)); break;
      case 5:
        if (at + 8 <= bytes.size()) std::memcpy(bytes.data() + at, &number, 8);
        break;
      default:
        if (random() % 8 == 0) bytes.resize(at);
    }
  }
  return bytes;
}

void mutate_many(char mode, const std::string& seed, int count, uint64_t first) {
  ASSERT_NO_FATAL_FAILURE(run(mode, seed));
  for (int i = 0; i < count; ++i) {
    Random random(first + static_cast<uint64_t>(i));
    ASSERT_NO_FATAL_FAILURE(run(mode, mutated(seed, random))) << "mutation " << i;
  }
}

TEST(PlanMutation, SeedsAreSound) {
  const auto file = std::as_bytes(std::span(digits_file()));
  const auto engine = Engine::load(file, cpu_device(), cpu_device().default_allocator(), 1);
  EXPECT_LE(engine->weights_bytes(), plan_fuzz_weights_bytes);
}

TEST(PlanMutation, Files) { mutate_many(0, digits_file(), 10000, 1); }
TEST(PlanMutation, ProgramsWithRightChecksums) {
  for (const unsigned clock : {1, 2, 3}) {
    mutate_many(1, program_of(make_digits_file(clock)), 8000, 100000 * clock);
  }
}

TEST(PlanMutation, EveryPrefixOfTheHeader) {
  for (size_t n = 0; n < 2 * kProgramAt; ++n) {
    ASSERT_NO_FATAL_FAILURE(run(0, digits_file().substr(0, n)));
  }
}

// Each word of the program in turn becomes a number that it should not be.
TEST(PlanMutation, EveryNumberOfTheProgram) {
  const std::string program = program_of(digits_file());
  Random random(7);
  for (size_t at = 0; at + 8 <= program.size(); at += 1 + random() % 8) {
    std::string bytes = program;
    const uint64_t number = extreme(random);
    std::memcpy(bytes.data() + at, &number, 8);
    ASSERT_NO_FATAL_FAILURE(run(1, bytes)) << "at " << at;
  }
}

}  // namespace
}  // namespace tenon::testing

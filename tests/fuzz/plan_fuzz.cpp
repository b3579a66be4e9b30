// Fuzz target: loads arbitrary bytes as a plan, makes a context of what loads and resolves its
// shapes. Link with -fsanitize=fuzzer, or with the deterministic mutations of
// plan_mutation_test.cpp.
//
// The first byte chooses what the others are: even, a plan file as it is; odd, the program section
// of a file whose header and checksums are then right, so that mutations get past the checksums to
// the archive reader, validate() and the runtime.
//
// Kernels do not run: a plan with right checksums is trusted as far as they are concerned, as a
// shared library is; what is promised of any file is that loading and resolving it is safe.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/hash.h"
#include "cpu/cpu_device.h"
#include "plan/plan_file.h"
#include "runtime/context.h"

namespace {

using tenon::Error;

constexpr size_t kWeightsBytes = size_t{1} << 20;
constexpr size_t kHeaderBytes = 96;

template <typename T>
void put(std::vector<std::byte>& file, size_t at, T value) {
  std::memcpy(file.data() + at, &value, sizeof value);
}

uint64_t checksum_of(std::span<const std::byte> section) {
  const uint64_t hash = tenon::hash_bytes(section);  // one chunk
  return tenon::hash_bytes(std::as_bytes(std::span(&hash, 1)));
}

// See plan_file.h for the offsets.
std::vector<std::byte> file_around(std::span<const std::byte> program) {
  const size_t program_at = 128;
  const size_t weights_at = (program_at + program.size() + 63) / 64 * 64;
  std::vector<std::byte> file(weights_at + kWeightsBytes);
  std::memcpy(file.data(), "TENONPLN", 8);
  put<uint32_t>(file, 8, tenon::kPlanFormatVersion);
  put<uint32_t>(file, 12, 2);
  put<uint64_t>(file, 16, file.size());
  if (!program.empty()) std::memcpy(file.data() + program_at, program.data(), program.size());
  static const uint64_t weights_checksum = checksum_of(std::vector<std::byte>(kWeightsBytes));
  const size_t at[] = {program_at, weights_at};
  const size_t bytes[] = {program.size(), kWeightsBytes};
  const uint64_t checksums[] = {checksum_of(std::span(file).subspan(program_at, program.size())),
                                weights_checksum};
  for (uint32_t i = 0; i < 2; ++i) {
    const size_t entry = 24 + 32 * i;
    put<uint32_t>(file, entry, i + 1);
    put<uint64_t>(file, entry + 8, at[i]);
    put<uint64_t>(file, entry + 16, bytes[i]);
    put<uint64_t>(file, entry + 24, checksums[i]);
  }
  put<uint64_t>(file, kHeaderBytes - 8,
                tenon::hash_bytes(std::span<const std::byte>(file).first(kHeaderBytes - 8)));
  return file;
}

void resolve_profiles(const std::shared_ptr<const tenon::Engine>& engine) {
  // The arena would be the user's to give: its size is a claim of the file.
  tenon::Context context(engine, tenon::Context::MemoryMode::kUser);
  const auto& plan = engine->plan();
  for (size_t p = 0; p < plan.programs.size(); ++p) {
    context.set_program(p);
    for (const auto member : {&tenon::DimsRange::opt, &tenon::DimsRange::max}) {
      try {
        for (size_t b = 0; b < plan.bindings.size(); ++b) {
          if (!plan.bindings[b].is_input) continue;
          context.set_dims(static_cast<int>(b), plan.programs[p].ranges[b].*member);
        }
        context.prepare();
      } catch (const Error&) {
        // Refused, if need be by a tactic's check of what it packed.
      }
    }
  }
}

}  // namespace

// Of the files made around programs: the weights of a program that is to load must fit.
extern const size_t plan_fuzz_weights_bytes;
const size_t plan_fuzz_weights_bytes = kWeightsBytes;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::span<const std::byte> bytes = std::as_bytes(std::span(data + 1, size - 1));
  std::vector<std::byte> made;
  if (data[0] % 2 == 1) {
    made = file_around(bytes);
    bytes = made;
  }
  try {
    tenon::Device& device = tenon::cpu_device();
    resolve_profiles(tenon::Engine::load(bytes, device, device.default_allocator(), 1));
  } catch (const Error& error) {
    // Our own mistakes are no refusals.
    if (error.code() == tenon::ErrorCode::kInternal) __builtin_trap();
  }
  return 0;
}

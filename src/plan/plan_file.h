#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "plan/plan.h"

namespace tenon {

// The plan file, version 1. All numbers are little-endian.
//
//   offset 0   8 bytes   magic "TENONPLN"
//          8   u32       format version
//         12   u32       number of sections (2)
//         16   u64       file size
//         24   sections  {u32 id, u32 zero, u64 offset, u64 bytes, u64 checksum} each
//          .   u64       XXH3 of everything before it
//          .   sections  each at a multiple of 256
//
// Section 1, the program: a Plan in archive form. Section 2, the weights: raw bytes, to be mapped
// or copied as they are. A section's checksum is the XXH3 of the XXH3s of its 4 MiB chunks, so that
// several threads can check it while they copy.
inline constexpr uint32_t kPlanFormatVersion = 2;

struct PlanImage {
  std::vector<std::byte> header_and_program;  // padded so that the weights follow
  std::vector<std::byte> weights;
};
// The file's bytes in two parts, to be written one after the other.
PlanImage write_plan(const Plan& plan, std::vector<std::byte> weights);

// The file's bytes in one piece.
std::vector<std::byte> plan_file(const Plan& plan, std::vector<std::byte> weights);

// A file's program and where its weights are; the weights are not checked yet.
struct PlanView {
  Plan plan;
  std::span<const std::byte> weights;
  uint64_t weights_checksum = 0;
};
// Reads and validates header and program. Throws Error saying what is wrong: not a plan, written by
// another version, truncated, damaged.
PlanView read_plan(std::span<const std::byte> file);

// Copies weights into `to` (of the same size) and checks them on `threads` threads.
// Throws Error when the checksum does not match.
void load_weights(const PlanView& view, std::span<std::byte> to, int threads);

}  // namespace tenon

#include "plan/plan_file.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <thread>

#include "base/archive.h"
#include "base/hash.h"
#include "base/rounding.h"

namespace tenon {
namespace {

constexpr std::string_view kMagic = "TENONPLN";
constexpr size_t kChunk = size_t{4} << 20;
constexpr uint32_t kProgramSection = 1;
constexpr uint32_t kWeightsSection = 2;

struct Section {
  uint32_t id;
  uint32_t zero;
  uint64_t offset;
  uint64_t bytes;
  uint64_t checksum;
};

struct Header {
  char magic[8];
  uint32_t version;
  uint32_t section_count;
  uint64_t file_bytes;
  Section sections[2];
  uint64_t checksum;
};
static_assert(sizeof(Header) == 24 + 2 * 32 + 8);

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorCode::kInvalidArgument, "plan", why);
}

uint64_t align(uint64_t offset) { return round_up(offset, kPlanAlignment); }

std::span<const std::byte> chunk_of(std::span<const std::byte> data, size_t i) {
  return data.subspan(i * kChunk, std::min(kChunk, data.size() - i * kChunk));
}

size_t chunk_count(std::span<const std::byte> data) { return (data.size() + kChunk - 1) / kChunk; }

uint64_t checksum_of(std::span<const std::byte> data) {
  std::vector<uint64_t> hashes(chunk_count(data));
  for (size_t i = 0; i < hashes.size(); ++i) hashes[i] = hash_bytes(chunk_of(data, i));
  return hash_bytes(std::as_bytes(std::span(hashes)));
}

uint64_t header_checksum(const Header& header) {
  return hash_bytes(std::as_bytes(std::span(&header, 1)).first(offsetof(Header, checksum)));
}

Header read_header(std::span<const std::byte> file) {
  if (file.size() < kMagic.size() || std::memcmp(file.data(), kMagic.data(), kMagic.size()) != 0) {
    refuse("this is not a Tenon plan (no magic number at its start)");
  }
  if (file.size() < sizeof(Header)) refuse("the file is truncated within its header");
  Header header;
  std::memcpy(&header, file.data(), sizeof header);
  if (header.version != kPlanFormatVersion) {
    refuse(fmt::format("it has format version {}, this library reads version {}: build it again",
                       header.version, kPlanFormatVersion));
  }
  if (header.checksum != header_checksum(header)) refuse("the header is damaged");
  if (header.file_bytes != file.size()) {
    refuse(fmt::format("the file is truncated: {} of {} bytes", file.size(), header.file_bytes));
  }
  return header;
}

std::span<const std::byte> section(std::span<const std::byte> file, const Header& header,
                                   uint32_t id, uint64_t& checksum) {
  for (const Section& s : header.sections) {
    if (s.id != id) continue;
    if (s.offset > file.size() || s.bytes > file.size() - s.offset ||
        s.offset % kPlanAlignment != 0) {
      refuse(fmt::format("section {} is outside of the file", id));
    }
    checksum = s.checksum;
    return file.subspan(s.offset, s.bytes);
  }
  refuse(fmt::format("section {} is missing", id));
}

}  // namespace

PlanImage write_plan(const Plan& plan, std::vector<std::byte> weights) {
  ArchiveWriter archive;
  archive.write(plan);
  const std::vector<std::byte> program = archive.take();
  Header header{};
  std::copy(kMagic.begin(), kMagic.end(), header.magic);
  header.version = kPlanFormatVersion;
  header.section_count = 2;
  const uint64_t program_at = align(sizeof(Header));
  const uint64_t weights_at = align(program_at + program.size());
  header.sections[0] = {kProgramSection, 0, program_at, program.size(), checksum_of(program)};
  header.sections[1] = {kWeightsSection, 0, weights_at, weights.size(), checksum_of(weights)};
  header.file_bytes = weights_at + weights.size();
  header.checksum = header_checksum(header);
  PlanImage image{std::vector<std::byte>(weights_at), std::move(weights)};
  std::memcpy(image.header_and_program.data(), &header, sizeof header);
  std::copy(program.begin(), program.end(),
            image.header_and_program.begin() + static_cast<std::ptrdiff_t>(program_at));
  return image;
}

std::vector<std::byte> plan_file(const Plan& plan, std::vector<std::byte> weights) {
  PlanImage image = write_plan(plan, std::move(weights));
  std::vector<std::byte> file = std::move(image.header_and_program);
  file.insert(file.end(), image.weights.begin(), image.weights.end());
  return file;
}

PlanView read_plan(std::span<const std::byte> file) {
  const Header header = read_header(file);
  uint64_t checksum = 0;
  const auto program = section(file, header, kProgramSection, checksum);
  if (checksum_of(program) != checksum) refuse("the program section is damaged");
  PlanView view;
  try {
    ArchiveReader(program).read(view.plan);
  } catch (const Error& error) {
    throw at("plan", error);
  }
  view.weights = section(file, header, kWeightsSection, view.weights_checksum);
  validate(view.plan, view.weights.size());
  return view;
}

void load_weights(const PlanView& view, std::span<std::byte> to, int threads) {
  TENON_CHECK(to.size() == view.weights.size());
  std::vector<uint64_t> hashes(chunk_count(view.weights));
  std::atomic<size_t> next{0};
  auto work = [&] {
    for (size_t i = next.fetch_add(1); i < hashes.size(); i = next.fetch_add(1)) {
      const auto chunk = chunk_of(view.weights, i);
      std::memcpy(to.data() + i * kChunk, chunk.data(), chunk.size());
      hashes[i] = hash_bytes(to.subspan(i * kChunk, chunk.size()));
    }
  };
  std::vector<std::thread> extra;
  const auto wanted = std::min<size_t>(hashes.size(), static_cast<size_t>(std::max(threads, 1)));
  for (size_t i = 1; i < wanted; ++i) extra.emplace_back(work);
  work();
  for (std::thread& thread : extra) thread.join();
  if (hash_bytes(std::as_bytes(std::span(hashes))) != view.weights_checksum) {
    refuse("the weights are damaged");
  }
}

}  // namespace tenon

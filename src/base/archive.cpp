#include "base/archive.h"

namespace tenon {

void ArchiveWriter::number(uint64_t value) {
  for (int i = 0; i < 8; ++i) data_.push_back(static_cast<std::byte>(value >> (8 * i)));
}

void ArchiveWriter::bytes(std::span<const std::byte> data) {
  number(data.size());
  data_.insert(data_.end(), data.begin(), data.end());
}

size_t ArchiveWriter::begin_field(int id) {
  number(static_cast<uint64_t>(id));
  number(0);
  return data_.size();
}

void ArchiveWriter::end_field(size_t mark) {
  const uint64_t length = data_.size() - mark;
  for (size_t i = 0; i < 8; ++i) data_[mark - 8 + i] = static_cast<std::byte>(length >> (8 * i));
}

uint64_t ArchiveReader::number() {
  if (data_.size() - at_ < 8) fail("archive: ends within a number");
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value |= static_cast<uint64_t>(data_[at_ + i]) << (8 * i);
  at_ += 8;
  return value;
}

std::span<const std::byte> ArchiveReader::bytes() {
  const uint64_t length = number();
  if (length > data_.size() - at_) fail("archive: a length of {} runs past the end", length);
  const auto result = data_.subspan(at_, length);
  at_ += length;
  return result;
}

size_t ArchiveReader::count() {
  const uint64_t n = number();
  if (n > data_.size() - at_) fail("archive: a count of {} runs past the end", n);
  return n;
}

}  // namespace tenon

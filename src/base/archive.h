#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/dim.h"
#include "base/error.h"
#include "base/fields.h"
#include "base/tensor.h"

namespace tenon {

// Little-endian binary form of reflected structs. A struct is a sequence of (id, byte length,
// payload) ended by id 0; readers skip ids that they do not know, so fields can be added without a
// new file version. Numbers are 8 bytes; strings and vectors carry their count.
class ArchiveWriter {
 public:
  void number(uint64_t value);
  void bytes(std::span<const std::byte> data);  // with its length
  const std::vector<std::byte>& data() const { return data_; }
  std::vector<std::byte> take() { return std::move(data_); }

  template <typename T>
  void write(const T& value);

 private:
  size_t begin_field(int id);
  void end_field(size_t mark);
  std::vector<std::byte> data_;
};

// Every length is checked against what is left: a damaged archive throws Error, it never reads
// outside and never allocates more than the archive's own size allows.
class ArchiveReader {
 public:
  explicit ArchiveReader(std::span<const std::byte> data) : data_(data) {}

  uint64_t number();
  std::span<const std::byte> bytes();
  bool at_end() const { return at_ == data_.size(); }

  template <typename T>
  void read(T& value);
  template <typename T>
  T read() {
    T value{};
    read(value);
    return value;
  }

 private:
  // A count of elements that take at least one byte each.
  size_t count();
  std::span<const std::byte> data_;
  size_t at_ = 0;
};

// ---- implementation

template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};
template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <typename T>
void ArchiveWriter::write(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    number(static_cast<uint64_t>(value));
  } else if constexpr (std::integral<T>) {
    number(static_cast<uint64_t>(value));
  } else if constexpr (std::floating_point<T>) {
    number(std::bit_cast<uint64_t>(static_cast<double>(value)));
  } else if constexpr (std::is_same_v<T, std::string>) {
    bytes(std::as_bytes(std::span(value)));
  } else if constexpr (std::is_same_v<T, Dim>) {
    write(value.to_string());
  } else if constexpr (std::is_same_v<T, Dims>) {
    number(static_cast<uint64_t>(value.rank()));
    for (const int64_t d : value) write(d);
  } else if constexpr (std::is_same_v<T, Tensor>) {
    write(value.dtype());
    write(value.dims());
    bytes(value.bytes());
  } else if constexpr (std::is_same_v<T, std::vector<uint8_t>>) {
    bytes(std::as_bytes(std::span(value)));
  } else if constexpr (IsVector<T>::value) {
    number(value.size());
    for (const auto& element : value) write(element);
  } else if constexpr (IsOptional<T>::value) {
    number(value.has_value());
    if (value) write(*value);
  } else {
    for_each_field<T>([&](const auto& f) {
      const size_t mark = begin_field(f.id);
      write(value.*f.member);
      end_field(mark);
    });
    number(0);
  }
}

template <typename T>
void ArchiveReader::read(T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    value = number() != 0;
  } else if constexpr (std::is_enum_v<T>) {
    const uint64_t n = number();
    if (n > 255) fail("archive: {} is no value of its enumeration", n);
    value = static_cast<T>(n);
    if constexpr (NamedEnum<T>) {
      if (name_of(value) == "invalid") fail("archive: {} is no value of its enumeration", n);
    }
  } else if constexpr (std::integral<T>) {
    const auto n = static_cast<int64_t>(number());
    value = static_cast<T>(n);
    if (static_cast<int64_t>(value) != n) fail("archive: {} does not fit its field", n);
  } else if constexpr (std::floating_point<T>) {
    value = static_cast<T>(std::bit_cast<double>(number()));
  } else if constexpr (std::is_same_v<T, std::string>) {
    const auto b = bytes();
    value.assign(reinterpret_cast<const char*>(b.data()), b.size());
  } else if constexpr (std::is_same_v<T, Dim>) {
    value = Dim::parse(read<std::string>());
  } else if constexpr (std::is_same_v<T, Dims>) {
    value = Dims();
    for (size_t n = count(); n > 0; --n) value.push_back(read<int64_t>());
  } else if constexpr (std::is_same_v<T, Tensor>) {
    const auto dtype = read<DataType>();
    if (name_of(dtype) == "invalid") fail("archive: invalid element type");
    const auto dims = read<Dims>();
    const auto b = bytes();
    for (const int64_t d : dims) {
      if (d < 0) fail("archive: negative dimension");
    }
    if (bytes_of(dtype, dims.volume()) != b.size()) fail("archive: tensor of the wrong size");
    value = Tensor(dtype, dims, b);
  } else if constexpr (std::is_same_v<T, std::vector<uint8_t>>) {
    const auto b = bytes();
    value.resize(b.size());
    if (!b.empty()) std::memcpy(value.data(), b.data(), b.size());
  } else if constexpr (IsVector<T>::value) {
    value.clear();
    for (size_t n = count(); n > 0; --n) value.push_back(read<typename T::value_type>());
  } else if constexpr (IsOptional<T>::value) {
    value.reset();
    if (number() != 0) value = read<typename T::value_type>();
  } else {
    while (const uint64_t id = number()) {
      ArchiveReader payload(bytes());
      for_each_field<T>([&](const auto& f) {
        if (static_cast<uint64_t>(f.id) == id) payload.read(value.*f.member);
      });
    }
  }
}

}  // namespace tenon

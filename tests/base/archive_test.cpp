#include "base/archive.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace tenon {
namespace {

enum class Color : uint8_t { kRed, kBlue = 4 };
constexpr auto names(Color) {
  return std::to_array<std::pair<Color, std::string_view>>(
      {{Color::kRed, "red"}, {Color::kBlue, "blue"}});
}

struct Inner {
  int32_t small = 1;
  std::vector<std::string> words;
  static constexpr auto fields =
      std::tuple{field<1>("small", &Inner::small), field<2>("words", &Inner::words)};
  friend bool operator==(const Inner&, const Inner&) = default;
};

struct Record {
  int64_t count = 0;
  double ratio = 0;
  bool flag = false;
  Color color = Color::kRed;
  std::string name;
  Dim dim;
  Dims dims;
  Tensor tensor;
  std::vector<Inner> inner;
  std::optional<int64_t> limit;
  std::vector<uint8_t> raw;
  static constexpr auto fields =
      std::tuple{field<1>("count", &Record::count), field<2>("ratio", &Record::ratio),
                 field<3>("flag", &Record::flag),   field<4>("color", &Record::color),
                 field<5>("name", &Record::name),   field<6>("dim", &Record::dim),
                 field<7>("dims", &Record::dims),   field<8>("tensor", &Record::tensor),
                 field<9>("inner", &Record::inner), field<10>("limit", &Record::limit),
                 field<11>("raw", &Record::raw)};
  friend bool operator==(const Record&, const Record&) = default;
};

Record sample() {
  return {.count = INT64_MIN,
          .ratio = -0.1,
          .flag = true,
          .color = Color::kBlue,
          .name = "a \"quoted\" name",
          .dim = floor_div(Dim::symbol("N") + 1, 2),
          .dims = {2, 0, 5},
          .tensor = Tensor::f32({2, 2}, {1, 2, 3, NAN}),
          .inner = {{-7, {"x", ""}}, {}},
          .limit = 0,
          .raw = {1, 2, 255}};
}

std::vector<std::byte> written(const Record& record) {
  ArchiveWriter writer;
  writer.write(record);
  return writer.take();
}

TEST(Archive, RoundTrips) {
  const auto data = written(sample());
  ArchiveReader reader(data);
  EXPECT_EQ(reader.read<Record>(), sample());
  EXPECT_TRUE(reader.at_end());
  const auto defaults = written(Record{});
  ArchiveReader second(defaults);
  EXPECT_EQ(second.read<Record>(), Record{});
}

struct NewerInner {
  int32_t small = 1;
  std::vector<std::string> added;
  static constexpr auto fields =
      std::tuple{field<1>("small", &NewerInner::small), field<7>("added", &NewerInner::added)};
};

TEST(Archive, UnknownFieldsAreSkippedAndMissingOnesKeepDefaults) {
  ArchiveWriter writer;
  writer.write(NewerInner{5, {"new"}});
  ArchiveReader reader(writer.data());
  EXPECT_EQ(reader.read<Inner>(), (Inner{5, {}}));
  EXPECT_TRUE(reader.at_end());
}

TEST(Archive, EveryTruncationIsAnError) {
  const auto data = written(sample());
  for (size_t size = 0; size < data.size(); ++size) {
    const std::span<const std::byte> cut(data.data(), size);
    ArchiveReader reader(cut);
    EXPECT_THROW(reader.read<Record>(), Error) << size;
  }
}

TEST(Archive, EveryChangedByteIsReadOrRefused) {
  const auto data = written(sample());
  for (size_t at = 0; at < data.size(); ++at) {
    for (const int value : {0, 1, 4, 127, 128, 255}) {
      auto changed = data;
      changed[at] = static_cast<std::byte>(value);
      ArchiveReader reader(changed);
      try {
        reader.read<Record>();
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ErrorCode::kInternal) << error.what();
      }
    }
  }
}

TEST(Archive, RandomBytesAreReadOrRefused) {
  std::mt19937 random(3);
  for (int trial = 0; trial < 20000; ++trial) {
    std::vector<std::byte> data(random() % 96);
    for (size_t i = 0; i < data.size(); ++i) {
      data[i] = static_cast<std::byte>(i % 8 == 0 || random() % 16 == 0 ? random() % 12 : 0);
    }
    ArchiveReader reader(data);
    try {
      reader.read<Record>();
    } catch (const Error& error) {
      EXPECT_NE(error.code(), ErrorCode::kInternal) << error.what();
    }
  }
}

template <typename T, typename... Numbers>
void expect_refused(Numbers... numbers) {
  ArchiveWriter writer;
  (writer.number(static_cast<uint64_t>(numbers)), ...);
  ArchiveReader reader(writer.data());
  EXPECT_THROW(reader.read<T>(), Error);
}

TEST(Archive, ValuesThatDoNotFitAreErrors) {
  expect_refused<int32_t>(int64_t{1} << 31);
  expect_refused<uint8_t>(256);
  expect_refused<Color>(1);
  expect_refused<Color>(260);
  expect_refused<DataType>(int64_t{1} << 40);
  expect_refused<std::string>(-1);
  expect_refused<std::vector<int64_t>>(INT64_MAX);
  expect_refused<std::vector<uint8_t>>(9, 0);
  expect_refused<Dims>(9, 1, 1, 1, 1, 1, 1, 1, 1, 1);
  expect_refused<Tensor>(13, 0, 0);
  expect_refused<Tensor>(0, 1, -1, 0);
  expect_refused<Tensor>(0, 1, 2, 4, 0);
  // 2^61 elements of 8 bytes would be 0 bytes modulo 2^64.
  expect_refused<Tensor>(8, 1, int64_t{1} << 61, 0);
}

}  // namespace
}  // namespace tenon

#include "onnx/tensor_data.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>

#include "onnx_schema/onnx.pb.h"

namespace tenon {
namespace {

using onnx_format::ElementType;
using onnx_format::TensorProto;

// How elements of an ONNX type are stored in files and in graphs.
struct TypeRow {
  ElementType onnx;
  std::string_view name;
  int bits;  // in files; 0: not supported
  DataType dtype;
};

constexpr TypeRow kTypes[] = {
    {ElementType::FLOAT, "FLOAT", 32, DataType::kF32},
    {ElementType::UINT8, "UINT8", 8, DataType::kU8},
    {ElementType::INT8, "INT8", 8, DataType::kI8},
    {ElementType::UINT16, "UINT16", 16, DataType::kI32},
    {ElementType::INT16, "INT16", 16, DataType::kI32},
    {ElementType::INT32, "INT32", 32, DataType::kI32},
    {ElementType::INT64, "INT64", 64, DataType::kI64},
    {ElementType::STRING, "STRING", 0, DataType::kU8},
    {ElementType::BOOL, "BOOL", 8, DataType::kBool},
    {ElementType::FLOAT16, "FLOAT16", 16, DataType::kF16},
    {ElementType::DOUBLE, "DOUBLE", 64, DataType::kF32},
    {ElementType::UINT32, "UINT32", 32, DataType::kI64},
    {ElementType::UINT64, "UINT64", 64, DataType::kI64},
    {ElementType::COMPLEX64, "COMPLEX64", 0, DataType::kF32},
    {ElementType::COMPLEX128, "COMPLEX128", 0, DataType::kF32},
    {ElementType::BFLOAT16, "BFLOAT16", 16, DataType::kBF16},
    {ElementType::FLOAT8E4M3FN, "FLOAT8E4M3FN", 8, DataType::kF8},
    {ElementType::FLOAT8E4M3FNUZ, "FLOAT8E4M3FNUZ", 0, DataType::kF8},
    {ElementType::FLOAT8E5M2, "FLOAT8E5M2", 0, DataType::kF8},
    {ElementType::FLOAT8E5M2FNUZ, "FLOAT8E5M2FNUZ", 0, DataType::kF8},
    {ElementType::UINT4, "UINT4", 0, DataType::kI4},
    {ElementType::INT4, "INT4", 4, DataType::kI4},
    {ElementType::FLOAT4E2M1, "FLOAT4E2M1", 4, DataType::kF4},
    {ElementType::FLOAT8E8M0, "FLOAT8E8M0", 8, DataType::kE8M0},
};

const TypeRow* find_type(int onnx_type) {
  for (const TypeRow& row : kTypes) {
    if (row.onnx == onnx_type) return &row;
  }
  return nullptr;
}

const TypeRow& supported_type(int onnx_type) {
  const TypeRow* row = find_type(onnx_type);
  if (row == nullptr || row->bits == 0) {
    fail(ErrorCode::kUnsupported, "elements of type {} are not supported",
         onnx_type_name(onnx_type));
  }
  return *row;
}

Dims dims_of(const TensorProto& proto) {
  Dims dims;
  for (const int64_t d : proto.dims()) {
    if (d < 0) fail("has a negative dim, {}", d);
    dims.push_back(d);
  }
  return dims;
}

template <typename Source, typename Target>
Tensor convert(const TypeRow& type, Dims dims, std::span<const std::byte> raw) {
  return Tensor::make(type.dtype, dims, [&](const TensorView& view) {
    const int64_t n = view.volume();
    for (int64_t i = 0; i < n; ++i) {
      Source value;
      std::memcpy(&value, raw.data() + static_cast<size_t>(i) * sizeof(Source), sizeof(Source));
      if constexpr (std::is_same_v<Source, double>) {
        // Finite values stay finite: the masks of attention are the largest double there is.
        constexpr double kLimit = std::numeric_limits<float>::max();
        if (std::isfinite(value)) value = std::clamp(value, -kLimit, kLimit);
      } else if constexpr (std::is_same_v<Source, uint64_t>) {
        if (value > std::numeric_limits<int64_t>::max()) fail("element {} overflows i64", value);
      }
      view.as<Target>()[i] = static_cast<Target>(value);
    }
  });
}

// nullopt: the bytes in the file are those of the graph's type.
std::optional<Tensor> converted(const TypeRow& type, Dims dims, std::span<const std::byte> raw) {
  switch (type.onnx) {
    case ElementType::DOUBLE: return convert<double, float>(type, dims, raw);
    case ElementType::UINT16: return convert<uint16_t, int32_t>(type, dims, raw);
    case ElementType::INT16: return convert<int16_t, int32_t>(type, dims, raw);
    case ElementType::UINT32: return convert<uint32_t, int64_t>(type, dims, raw);
    case ElementType::UINT64: return convert<uint64_t, int64_t>(type, dims, raw);
    default: return std::nullopt;
  }
}

size_t file_bytes(const TypeRow& type, const Dims& dims) {
  int64_t bits;
  if (__builtin_mul_overflow(dims.volume(), static_cast<int64_t>(type.bits), &bits)) {
    fail("{}{} is too large", type.name, to_string(dims));
  }
  return (static_cast<size_t>(bits) + 7) / 8;
}

void check_size(const TypeRow& type, const Dims& dims, size_t given) {
  if (const size_t needed = file_bytes(type, dims); needed != given) {
    fail("{}{} takes {} bytes, {} are given", type.name, to_string(dims), needed, given);
  }
}

Tensor from_raw(const TypeRow& type, Dims dims, std::span<const std::byte> raw) {
  check_size(type, dims, raw.size());
  if (auto tensor = converted(type, dims, raw)) return *std::move(tensor);
  return Tensor(type.dtype, dims, raw);
}

// Elements stored in a typed field, where each takes its own entry whatever its width.
template <typename Stored, typename Field>
Tensor from_field(const TypeRow& type, Dims dims, const Field& field) {
  const int64_t n = dims.volume();
  if (field.size() != n) {
    fail("{}{} has {} elements, {} are given", type.name, to_string(dims), n, field.size());
  }
  std::vector<Stored> values(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) {
    values[static_cast<size_t>(i)] = static_cast<Stored>(field[static_cast<int>(i)]);
  }
  return from_raw(type, dims, std::as_bytes(std::span(values)));
}

Tensor from_typed(const TypeRow& type, Dims dims, const TensorProto& proto) {
  switch (type.onnx) {
    case ElementType::FLOAT: return from_field<float>(type, dims, proto.float_data());
    case ElementType::DOUBLE: return from_field<double>(type, dims, proto.double_data());
    case ElementType::INT64: return from_field<int64_t>(type, dims, proto.int64_data());
    case ElementType::UINT64: return from_field<uint64_t>(type, dims, proto.uint64_data());
    case ElementType::UINT32: return from_field<uint32_t>(type, dims, proto.uint64_data());
    case ElementType::INT32: return from_field<int32_t>(type, dims, proto.int32_data());
    case ElementType::INT16:
    case ElementType::UINT16:
    case ElementType::FLOAT16:
    case ElementType::BFLOAT16: return from_field<uint16_t>(type, dims, proto.int32_data());
    default:
      if (type.bits == 8) return from_field<uint8_t>(type, dims, proto.int32_data());
      fail(ErrorCode::kUnsupported, "{} elements are supported as raw data only", type.name);
  }
}

int64_t parse_offset(const std::string& key, const std::string& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) {
    fail("external data has the {} '{}', which is no size", key, text);
  }
  return value;
}

std::filesystem::path confined(const std::filesystem::path& folder, const std::string& location) {
  const std::filesystem::path path(location);
  if (folder.empty()) fail("refers to the file '{}', but the model has no folder", location);
  if (location.empty() || path.is_absolute()) fail("refers to '{}', no relative path", location);
  for (const auto& part : path) {
    if (part == "..") fail("refers to '{}', which leaves the model's folder", location);
  }
  const auto full = folder / path;
  // A link may lead anywhere: what counts is where the file really is.
  std::error_code error;
  const auto real = std::filesystem::canonical(full, error);
  if (error) fail("refers to the file '{}': {}", full.string(), error.message());
  const auto inside = real.lexically_relative(std::filesystem::canonical(folder));
  if (inside.empty() || *inside.begin() == "..") {
    fail("refers to '{}', which leaves the model's folder", location);
  }
  if (!std::filesystem::is_regular_file(real)) fail("refers to '{}', which is no file", location);
  return real;
}

Tensor from_external(const TypeRow& type, Dims dims, const TensorProto& proto,
                     const std::filesystem::path& folder) {
  std::string location;
  int64_t offset = 0;
  std::optional<int64_t> length;
  for (const auto& entry : proto.external_data()) {
    if (entry.key() == "location") location = entry.value();
    if (entry.key() == "offset") offset = parse_offset(entry.key(), entry.value());
    if (entry.key() == "length") length = parse_offset(entry.key(), entry.value());
  }
  const auto path = confined(folder, location);
  const auto needed = static_cast<int64_t>(file_bytes(type, dims));
  if (length && *length != needed) {
    fail("{}{} takes {} bytes, the length in the file is {}", type.name, to_string(dims), needed,
         *length);
  }
  const auto size = static_cast<int64_t>(std::filesystem::file_size(path));
  if (offset > size || needed > size - offset) {
    fail("takes bytes {} to {} of '{}', which has {}", offset, offset + needed, location, size);
  }
  const auto read = [&](const TensorView& view) {
    std::ifstream file(path, std::ios::binary);
    file.seekg(offset);
    file.read(view.as<char>(), needed);
    if (file.gcount() != needed) fail("cannot read {} bytes of '{}'", needed, location);
  };
  if (bytes_of(type.dtype, dims.volume()) == static_cast<size_t>(needed) &&
      is_native_type(type.onnx)) {
    return Tensor::make(type.dtype, dims, read);
  }
  const Tensor raw = Tensor::make(DataType::kU8, {needed}, read);
  return from_raw(type, dims, raw.bytes());
}

// Below this, a copy costs less than keeping the string.
constexpr size_t kShareFrom = 4096;

}  // namespace

std::string onnx_type_name(int onnx_type) {
  const TypeRow* row = find_type(onnx_type);
  return row ? std::string(row->name) : fmt::format("{}", onnx_type);
}

DataType element_type(int onnx_type) { return supported_type(onnx_type).dtype; }

bool is_native_type(int onnx_type) {
  switch (onnx_type) {
    case ElementType::DOUBLE:
    case ElementType::UINT16:
    case ElementType::INT16:
    case ElementType::UINT32:
    case ElementType::UINT64: return false;
    default: return true;
  }
}

Tensor make_tensor(TensorProto& proto, const std::filesystem::path& folder) {
  const TypeRow& type = supported_type(proto.data_type());
  const Dims dims = dims_of(proto);
  if (proto.data_location() == TensorProto::EXTERNAL) {
    return from_external(type, dims, proto, folder);
  }
  if (!proto.has_raw_data()) return from_typed(type, dims, proto);
  if (!is_native_type(type.onnx) || proto.raw_data().size() < kShareFrom) {
    return from_raw(type, dims, std::as_bytes(std::span(proto.raw_data())));
  }
  check_size(type, dims, proto.raw_data().size());
  auto owner = std::make_shared<const std::string>(std::move(*proto.mutable_raw_data()));
  return Tensor(type.dtype, dims, std::as_bytes(std::span(*owner)), owner);
}

Tensor make_tensor(const TensorProto& proto, std::span<const std::byte> raw) {
  return from_raw(supported_type(proto.data_type()), dims_of(proto), raw);
}

}  // namespace tenon

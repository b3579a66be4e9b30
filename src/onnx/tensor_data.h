#pragma once

#include <filesystem>
#include <optional>
#include <span>

#include "base/tensor.h"

namespace tenon::onnx_format {
class TensorProto;
}

namespace tenon {

// The element type that stands for an ONNX one (TensorProto.DataType) in a Graph: f64 becomes f32,
// 16-bit integers i32, wider unsigned ones i64. Throws Error{kUnsupported} where there is none.
DataType element_type(int onnx_type);
// The type's name in the ONNX documents: "FLOAT16"; "type 99" for unknown numbers.
std::string onnx_type_name(int onnx_type);
// Whether the elements of a graph input can be passed as they are: no conversion by element_type().
bool is_native_type(int onnx_type);

// The elements of a tensor message: raw, typed or external. Takes large raw data over from the
// message instead of copying it. Throws Error when the data is missing, of the wrong size, or
// outside of `folder`.
Tensor make_tensor(onnx_format::TensorProto& proto, const std::filesystem::path& folder);
// The same dims and type with other elements, given in the file's element type.
Tensor make_tensor(const onnx_format::TensorProto& proto, std::span<const std::byte> raw);

}  // namespace tenon

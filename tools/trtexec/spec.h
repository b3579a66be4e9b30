// The small languages of trtexec's option values: shapes, files of tensors, sizes, lists.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::trtexec {

using Shape = std::vector<int64_t>;
using Shapes = std::map<std::string, Shape>;       // by the input's name
using Files = std::map<std::string, std::string>;  // by the input's name

// "1x3x224x224"; "scalar" is a shape without dimensions. Throws Error for anything but numbers >=
// 0.
Shape parse_shape(std::string_view text);
std::string shape_text(const Shape& shape);

// "input:1x3x224x224,other:1x2". A name ends at the last colon and may be in single quotes, which
// allow commas in it. Throws Error for a missing name or a name that comes twice.
Shapes parse_shapes(std::string_view text);
std::string shapes_text(const Shapes& shapes);

// "name:file,other:file", by the same rules.
Files parse_files(std::string_view text);

// Bytes: "512" (MiB), "1.5G", "64M", "100K", "4096B". Throws Error.
uint64_t parse_size(std::string_view text);

// "90,95,99.5", each from 0 to 100. Throws Error.
std::vector<double> parse_percentiles(std::string_view text);

// Splits at a separator outside of single quotes; an empty text has no parts.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace tenon::trtexec

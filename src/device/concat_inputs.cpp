#include "device/concat_inputs.h"

#include <algorithm>

#include "device/iteration.h"
#include "device/packed_constants.h"
#include "ops/concat.h"

namespace tenon {

static int64_t volume(const std::vector<int64_t>& extents, size_t from, size_t to) {
  int64_t v = 1;
  for (size_t i = from; i < to; ++i) v *= extents[i];
  return v;
}

int concat_axis(const Problem& problem) {
  const int64_t axis = problem.op.as<Concat>()->axis;
  return static_cast<int>(axis < 0 ? axis + problem.outputs[0].dims.rank() : axis);
}

// A row is what lies together from the axis on; images are the outermost axis, whose stride the
// operands have from outside.
std::vector<ConcatInput> concat_inputs(const Problem& problem, std::span<const std::byte> packed) {
  const OperandDesc& out = problem.outputs[0];
  const int axis = concat_axis(problem);
  const bool channels_last = out.layout == Layout::kChannelsLast;
  const auto place = static_cast<size_t>(!channels_last || axis == 0 ? axis
                                         : axis == 1                 ? out.dims.rank() - 1
                                                                     : axis - 1);
  const auto element = static_cast<int64_t>(bytes_of(out.dtype, 1));
  const auto extents_out = stored_extents(out.dims, out.layout);
  const size_t axes = extents_out.size();
  std::vector<ConcatInput> parts;
  int64_t offset = 0;
  for (size_t i = 0; i < problem.inputs.size(); ++i) {
    const OperandDesc& d = problem.inputs[i];
    const auto extents = stored_extents(d.dims, out.layout);
    ConcatInput part{.input = i, .fixed = packed_constant(problem, packed, i)};
    part.images = extents[0];
    part.in_image = d.stride0() * element;
    part.out_image = out.stride0() * element;
    part.out_offset = offset;
    if (place == 0) {
      part.bytes = volume(extents, 1, axes) * element;
      offset += part.images * part.out_image;
    } else {
      part.rows = volume(extents, 1, place);
      part.bytes = volume(extents, place, axes) * element;
      const bool pixels = channels_last && axis == 1;
      part.in_row = pixels ? d.pixel_pitch() * element : part.bytes;
      part.out_row =
          pixels ? out.pixel_pitch() * element : volume(extents_out, place, axes) * element;
      offset += part.bytes;
    }
    // Dense images along the batch are one row: dividing by 1 costs less, and units may be larger.
    if (place == 0 && part.in_image == part.bytes && part.out_image == part.bytes) {
      part.bytes *= part.images;
      part.images = 1;
    }
    if (part.images * part.rows * part.bytes != 0) parts.push_back(part);
  }
  return parts;
}

}  // namespace tenon

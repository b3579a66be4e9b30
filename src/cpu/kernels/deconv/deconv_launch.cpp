#include "cpu/kernels/deconv/deconv_launch.h"

#include <algorithm>

#include "base/rounding.h"
#include "cpu/cpu_stream.h"
#include "cpu/kernels/winograd/work_sharing.h"
#include "ops/deconv.h"

namespace tenon {
namespace {

constexpr int64_t kChunkVectors = 2;
// Output rows (times the stride) that one piece of work covers.
constexpr int64_t kRowsAPiece = 4;

// One spatial axis of the deconvolution.
struct Axis {
  int64_t input, output, kernel, stride, dilation, pad;
};

Axis axis_of(const Problem& problem, int i) {
  const auto& op = *problem.op.as<Deconv>();
  const auto at = [i](const std::vector<int64_t>& values, int64_t absent) {
    return static_cast<size_t>(i) < values.size() ? values[static_cast<size_t>(i)] : absent;
  };
  return {problem.inputs[0].dims[i + 2],
          problem.outputs[0].dims[i + 2],
          problem.inputs[1].dims[i + 2],
          at(op.stride, 1),
          at(op.dilation, 1),
          at(op.pad_begin, 0)};
}

// Taps whose kernel position reaches output `o`, wherever they read.
std::vector<DeconvTap> taps_of(const Axis& axis, int64_t o) {
  std::vector<DeconvTap> taps;
  for (int64_t k = 0; k < axis.kernel; ++k) {
    const int64_t from = o + axis.pad - k * axis.dilation;
    if (from % axis.stride == 0) taps.push_back({k, from / axis.stride});
  }
  return taps;
}

// Columns [begin, end) of a phase, by j, reached by the same taps.
struct Segment {
  int64_t phase, begin, end;
  std::vector<DeconvTap> taps;
};

// The columns of one phase, cut where a tap begins or ceases to read inside of the input.
void append_segments(const Axis& axis, int64_t phase, std::vector<Segment>& segments) {
  const int64_t count = ceil_div(axis.output - phase, axis.stride);
  const std::vector<DeconvTap> taps = taps_of(axis, phase);
  std::vector<int64_t> cuts{0, count};
  for (const DeconvTap& tap : taps) {
    cuts.push_back(std::clamp<int64_t>(-tap.input, 0, count));
    cuts.push_back(std::clamp<int64_t>(axis.input - tap.input, 0, count));
  }
  std::sort(cuts.begin(), cuts.end());
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    if (cuts[i] == cuts[i + 1]) continue;
    Segment segment{phase, cuts[i], cuts[i + 1], {}};
    for (const DeconvTap& tap : taps) {
      const int64_t first = cuts[i] + tap.input;
      if (first >= 0 && first < axis.input) segment.taps.push_back(tap);
    }
    segments.push_back(std::move(segment));
  }
}

class DeconvLaunch : public Launch {
 public:
  DeconvLaunch(const Problem& problem, const DeconvKernels& kernels, const float* packed)
      : kernels_(kernels),
        packed_(packed),
        rows_(axis_of(problem, 0)),
        columns_(axis_of(problem, 1)),
        batch_(problem.inputs[0].dims[0]),
        in_stride_(problem.inputs[0].stride0()),
        out_stride_(problem.outputs[0].stride0()),
        channels_(problem.inputs[0].dims[1]),
        filters_(problem.outputs[0].dims[1]),
        blocks_(ceil_div(filters_, kernels.lanes)),
        act_(problem.op.as<Deconv>()->act) {
    for (int64_t phase = 0; phase < std::min(columns_.stride, columns_.output); ++phase) {
      append_segments(columns_, phase, segments_);
    }
    for (int64_t oy = 0; oy < rows_.output; ++oy) {
      row_taps_.push_back(taps_of(rows_, oy));
      std::erase_if(row_taps_.back(), [&](const DeconvTap& tap) {
        return tap.input < 0 || tap.input >= rows_.input;
      });
    }
  }

  void run(const LaunchArgs& args) const override {
    const int64_t step = kRowsAPiece * rows_.stride;
    const int64_t pieces = ceil_div(rows_.output, step);
    const int64_t chunks = ceil_div(blocks_, kChunkVectors);
    const auto* x = static_cast<const float*>(args.inputs[0]);
    auto* y = static_cast<float*>(args.outputs[0]);
    share(pool_of(args), concurrency(), chunks * batch_ * pieces, [&](int64_t item, int) {
      const int64_t image = item / pieces % batch_;
      const int64_t chunk = item / pieces / batch_;
      const DeconvChunk work = chunk_of(chunk, x + image * in_stride_);
      float* to = y + image * out_stride_ + chunk * kChunkVectors * work.out_block_stride;
      const int64_t begin = item % pieces * step;
      for (int64_t oy = begin; oy < std::min(begin + step, rows_.output); ++oy) {
        run_row(work, oy, to + oy * columns_.output * kernels_.lanes);
      }
    });
  }

 private:
  DeconvChunk chunk_of(int64_t chunk, const float* x) const {
    const int64_t lanes = kernels_.lanes;
    const int64_t first = chunk * kChunkVectors;
    const int64_t taps = rows_.kernel * columns_.kernel;
    const int64_t vectors = std::min(kChunkVectors, blocks_ - first);
    return {
        .x = x,
        .row_stride = columns_.input * lanes,
        .block_stride = rows_.input * columns_.input * lanes,
        .channels = channels_,
        .weights = packed_ + first * taps * channels_ * lanes,
        .kernel_columns = columns_.kernel,
        .bias = packed_ + (blocks_ * taps * channels_ + first) * lanes,
        .out_step = columns_.stride * lanes,
        .out_block_stride = rows_.output * columns_.output * lanes,
        .vectors = static_cast<int>(vectors),
        .last_lanes = static_cast<int>(std::min(lanes, filters_ - (first + vectors - 1) * lanes)),
        .act = act_};
  }
  void run_row(const DeconvChunk& work, int64_t oy, float* y) const {
    for (const Segment& s : segments_) {
      kernels_.run(work, {.rows = row_taps_[static_cast<size_t>(oy)],
                          .columns = s.taps,
                          .begin = s.begin,
                          .end = s.end,
                          .y = y + s.phase * kernels_.lanes});
    }
  }

  const DeconvKernels& kernels_;
  const float* packed_;
  Axis rows_;
  Axis columns_;
  int64_t batch_;
  int64_t in_stride_;
  int64_t out_stride_;
  int64_t channels_;
  int64_t filters_;
  int64_t blocks_;  // of filters
  Activation act_;
  std::vector<Segment> segments_;
  std::vector<std::vector<DeconvTap>> row_taps_;  // of each output row
};

}  // namespace

std::vector<std::byte> pack_deconv(const Problem& problem, int lanes) {
  const Tensor& weights = *problem.inputs[1].constant;
  const Dims& w = weights.dims();
  const int64_t channels = w[0], filters = w[1], taps = w[2] * w[3];
  const int64_t blocks = ceil_div(filters, lanes);
  std::vector<std::byte> bytes(static_cast<size_t>((taps * channels + 1) * blocks * lanes) *
                               sizeof(float));
  auto* to = reinterpret_cast<float*>(bytes.data());
  const float* from = weights.as<float>().data();
  for (int64_t k = 0; k < filters; ++k) {
    const int64_t chunk = k / (kChunkVectors * lanes);
    const int64_t vectors = std::min(kChunkVectors, blocks - chunk * kChunkVectors);
    float* base =
        to + chunk * kChunkVectors * lanes * taps * channels + k % (kChunkVectors * lanes);
    for (int64_t c = 0; c < channels; ++c) {
      for (int64_t tap = 0; tap < taps; ++tap) {
        base[(tap * channels + c) * vectors * lanes] = from[(c * filters + k) * taps + tap];
      }
    }
  }
  if (problem.inputs.size() > 2 && problem.inputs[2].present) {
    const auto bias = problem.inputs[2].constant->as<float>();
    std::copy(bias.begin(), bias.end(), to + taps * channels * blocks * lanes);
  }
  return bytes;
}

std::unique_ptr<Launch> bind_deconv(const Problem& problem, std::span<const std::byte> packed,
                                    const DeconvKernels& kernels) {
  return std::make_unique<DeconvLaunch>(problem, kernels,
                                        reinterpret_cast<const float*>(packed.data()));
}

}  // namespace tenon

#include "cpu/kernels/attention/attention_launch.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/rounding.h"
#include "cpu/kernels/attention/attention_kernels.h"
#include "cpu/kernels/dispatch.h"
#include "cpu/kernels/matmul/matmul_kernels.h"
#include "cpu/kernels/movement/transpose_kernels.h"
#include "cpu/launch.h"
#include "cpu/thread_count.h"
#include "device/iteration.h"
#include "device/packed_constants.h"
#include "ops/attention.h"

namespace tenon {
namespace {

constexpr int64_t kStretch = 256;   // keys
constexpr int64_t kTileRows = 48;   // queries whose scores are kept
constexpr int64_t kMostRows = 512;  // queries for which keys and values are packed once

const AttentionKernels& kernels() {
  return for_isa(generic::kAttentionKernels, avx2::kAttentionKernels, avx512::kAttentionKernels);
}
const MatMulKernels& products() {
  return for_isa(generic::kMatMulKernels, avx2::kMatMulKernels, avx512::kMatMulKernels);
}

// Where a mask's elements are: its strides along batch, head, query and key.
struct MaskPlace {
  bool present = false;
  bool boolean = false;
  std::array<int64_t, 4> stride{};
};

MaskPlace mask_place(const Problem& problem) {
  MaskPlace place;
  if (problem.inputs.size() < 4 || !problem.inputs[3].present) return place;
  place.present = true;
  place.boolean = problem.inputs[3].dtype == DataType::kBool;
  const Dims own = right_aligned(problem.inputs[3].dims, 4);
  int64_t stride = 1;
  for (int i = 3; i >= 0; --i) {
    place.stride[static_cast<size_t>(i)] = own[i] == 1 ? 0 : stride;
    stride *= own[i];
  }
  return place;
}

// A thread's scratch memory, in floats.
struct Scratch {
  int64_t keys = 0;    // [panels of keys][size][panel]
  int64_t values = 0;  // [panels of the head][stretch][panel]
  int64_t scores = 0;  // [kTileRows][row of scores]
  int64_t peaks = 0;   // [kMostRows], and as many totals
  int64_t end = 0;
};

class AttentionLaunch final : public Launch {
 public:
  AttentionLaunch(const Problem& problem, std::span<const std::byte> packed)
      : op_(*problem.op.as<Attention>()),
        e_(attention_extents(op_, problem.inputs[0].dims, problem.inputs[1].dims)),
        q_(head_strides(op_, problem.inputs[0].dims, op_.q_column)),
        k_(head_strides(op_, problem.inputs[1].dims, op_.k_column)),
        v_(head_strides(op_, problem.inputs[2].dims, op_.v_column)),
        y_(head_strides(op_, problem.outputs[0].dims, 0)),
        mask_(mask_place(problem)) {
    for (size_t i = 0; i < problem.inputs.size(); ++i) {
      constant_[i] = packed_constant(problem, packed, i);
    }
    const int64_t panel = products().panel;
    stretch_ = std::min(round_up(std::max<int64_t>(e_.keys, 1), panel), kStretch);
    s_.values = round_up(stretch_, panel) * op_.size;
    s_.scores = s_.values + stretch_ * round_up(op_.size, panel);
    s_.peaks = s_.scores + kTileRows * stretch_;
    s_.end = round_up(s_.peaks + 2 * kMostRows, 16);
    const int64_t planes = e_.batch * op_.heads;
    rows_ = e_.queries;
    while (rows_ > kTileRows &&
           (rows_ > kMostRows || planes * blocks() < int64_t{4} * cpu_threads())) {
      rows_ = round_up((rows_ + 1) / 2, products().rows);
    }
  }

  size_t workspace_bytes() const override {
    return sizeof(float) * static_cast<size_t>(s_.end * cpu_threads());
  }

  void run(const LaunchArgs& args) const override {
    if (e_.batch * e_.queries == 0) return;
    pool_of(args).run(e_.batch * op_.heads * blocks(), 1,
                      [&](int64_t begin, int64_t end, int thread) {
                        auto* scratch = static_cast<float*>(args.workspace) + thread * s_.end;
                        for (int64_t i = begin; i < end; ++i) run_block(args, i, scratch);
                      });
  }

 private:
  int64_t blocks() const { return (e_.queries + rows_ - 1) / rows_; }
  const void* at(const LaunchArgs& args, size_t i) const {
    return constant_[i] ? constant_[i] : args.inputs[i];
  }

  // Queries `first` .. `first + rows` of one head of one batch.
  struct Block {
    const float* q;
    const float* k;
    const float* v;
    float* y;
    int64_t batch, head, first, rows;
    float* scratch;
  };

  void run_block(const LaunchArgs& args, int64_t index, float* scratch) const {
    const int64_t plane = index / blocks();
    const int64_t b = plane / op_.heads, h = plane % op_.heads;
    const int64_t g = h / (op_.heads / op_.kv_heads);
    const int64_t first = index % blocks() * rows_;
    const auto from = [&](size_t i, const HeadStrides& s, int64_t head) {
      return static_cast<const float*>(at(args, i)) + s.first + b * s.batch + head * s.head;
    };
    const Block block{from(0, q_, h) + first * q_.position,
                      from(1, k_, g),
                      from(2, v_, g),
                      output(args) + b * y_.batch + h * y_.head + first * y_.position,
                      b,
                      h,
                      first,
                      std::min(rows_, e_.queries - first),
                      scratch};
    float* peaks = scratch + s_.peaks;
    std::fill_n(peaks, block.rows, -std::numeric_limits<float>::infinity());
    std::fill_n(peaks + kMostRows, block.rows, 0.0F);
    const int64_t last_seen = op_.causal ? block.first + block.rows : e_.keys;
    for (int64_t key = 0; key < std::min(e_.keys, last_seen); key += stretch_) {
      const int64_t keys = std::min(stretch_, e_.keys - key);
      pack(block, key, keys);
      for (int64_t row = 0; row < block.rows; row += kTileRows) {
        run_tile(args, block, row, std::min(kTileRows, block.rows - row), key, keys);
      }
    }
    for (int64_t i = 0; i < block.rows; ++i) {
      float* y = block.y + i * y_.position;
      if (e_.keys == 0) {
        std::fill_n(y, op_.size, 0.0F);
      } else {
        kernels().finish(y, op_.size, peaks[kMostRows + i], op_.nan_to_zero);
      }
    }
  }

  // Keys as columns and values as rows, in panels.
  void pack(const Block& block, int64_t key, int64_t keys) const {
    const int64_t panel = products().panel;
    const TransposeKernels& move = transpose_kernels();
    for (int64_t j = 0; j < keys; j += panel) {
      move.transpose(block.k + (key + j) * k_.position, k_.position, block.scratch + j * op_.size,
                     panel, std::min(panel, keys - j), op_.size);
    }
    for (int64_t d = 0; d < op_.size; d += panel) {
      const int64_t width = std::min(panel, op_.size - d);
      move.copy_rows(block.v + key * v_.position + d, v_.position,
                     block.scratch + s_.values + d * stretch_, panel, keys, width, panel);
    }
  }

  void run_tile(const LaunchArgs& args, const Block& block, int64_t row, int64_t rows, int64_t key,
                int64_t keys) const {
    const int64_t panel = products().panel;
    float* scores = block.scratch + s_.scores;
    MatMulTile t;
    t.a_row = q_.position;
    t.b_row = panel;
    t.c_row = stretch_;
    t.depth = op_.size;
    t.alpha = op_.scale;
    t.whole_panel = false;
    for (int64_t j = 0; j < keys; j += panel) {
      t.columns = static_cast<int>(std::min(panel, keys - j));
      t.whole_panel = t.columns == panel;
      t.b = block.scratch + j * op_.size;
      multiply(t, block.q + row * q_.position, scores + j, rows);
    }
    for (int64_t i = 0; i < rows; ++i)
      softmax_row(args, block, row + i, key, keys, scores + i * stretch_);
    t = {};
    t.a_row = stretch_;
    t.b_row = panel;
    t.c_row = y_.position;
    t.depth = keys;
    t.accumulate = key > 0;
    for (int64_t d = 0; d < op_.size; d += panel) {
      t.columns = static_cast<int>(std::min(panel, op_.size - d));
      t.b = block.scratch + s_.values + d * stretch_;
      multiply(t, scores, block.y + row * y_.position + d, rows);
    }
  }

  void softmax_row(const LaunchArgs& args, const Block& block, int64_t i, int64_t key, int64_t keys,
                   float* scores) const {
    ScoreRow row;
    row.scores = scores;
    row.count = keys;
    const int64_t query = block.first + i;
    row.visible = op_.causal ? std::clamp<int64_t>(query + 1 - key, 0, keys) : keys;
    if (mask_.present) {
      const int64_t offset = block.batch * mask_.stride[0] + block.head * mask_.stride[1] +
                             query * mask_.stride[2] + key * mask_.stride[3];
      if (mask_.boolean) {
        row.seen = static_cast<const uint8_t*>(at(args, 3)) + offset;
      } else {
        row.mask = static_cast<const float*>(at(args, 3)) + offset;
      }
      row.mask_step = mask_.stride[3];
    }
    row.sums = block.y + i * y_.position;
    row.size = op_.size;
    row.peak = block.scratch + s_.peaks + i;
    row.total = row.peak + kMostRows;
    kernels().stretch(row);
  }

  static void multiply(MatMulTile& t, const float* a, float* c, int64_t rows) {
    const MatMulKernels& k = products();
    for (int64_t row = 0; row < rows;) {
      int kind = 0;
      while (kMatMulRows[kind] > k.rows || kMatMulRows[kind] > rows - row) ++kind;
      t.a = a + row * t.a_row;
      t.c = c + row * t.c_row;
      k.tile[kind](t);
      row += kMatMulRows[kind];
    }
  }

  Attention op_;
  AttentionExtents e_;
  HeadStrides q_, k_, v_, y_;
  MaskPlace mask_;
  std::array<const void*, 4> constant_{};
  Scratch s_;
  int64_t stretch_ = 0;  // keys, a multiple of the panel
  int64_t rows_ = 0;     // queries of a block
};

}  // namespace

std::unique_ptr<Launch> bind_attention(const Problem& problem, std::span<const std::byte> packed) {
  return std::make_unique<AttentionLaunch>(problem, packed);
}

}  // namespace tenon

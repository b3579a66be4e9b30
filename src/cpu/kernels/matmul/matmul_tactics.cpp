#include "cpu/kernels/matmul/matmul_tactics.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "base/rounding.h"
#include "cpu/kernels/dispatch.h"
#include "cpu/kernels/matmul/matmul_kernels.h"
#include "cpu/kernels/matmul/matmul_shape.h"
#include "cpu/kernels/movement/transpose_kernels.h"
#include "cpu/launch.h"
#include "cpu/offers.h"
#include "ops/matmul.h"

namespace tenon {
namespace {

const MatMulKernels& kernels() {
  return for_isa(generic::kMatMulKernels, avx2::kMatMulKernels, avx512::kMatMulKernels);
}

int64_t panels_of(int64_t columns) { return (columns + kernels().panel - 1) / kernels().panel; }

// A packed matrix: [panels][depth][panel], zeros beyond the last column.
int64_t packed_elements(const MatMulShape& s) {
  return panels_of(s.columns) * s.depth * kernels().panel;
}

// Packs one panel of a matrix b of the shape.
void pack_panel(const MatMulShape& s, const float* b, int64_t index, float* to) {
  const int64_t panel = kernels().panel;
  const int64_t column = index * panel;
  const int64_t columns = std::min(panel, s.columns - column);
  const float* from = b + column * s.b_column;
  if (s.b_column == 1) {
    transpose_kernels().copy_rows(from, s.b_row, to, panel, s.depth, columns, panel);
    return;
  }
  transpose_kernels().transpose(from, s.b_column, to, panel, columns, s.depth);
  for (int64_t k = 0; columns < panel && k < s.depth; ++k) {
    std::fill(to + k * panel + columns, to + (k + 1) * panel, 0.0F);
  }
}

size_t aligned(size_t bytes) { return round_up(bytes, size_t{64}); }

// The packed constants: b in panels, then a, bias and residual as they are, each at a multiple of
// 64.
struct PackedParts {
  size_t b = 0;
  size_t a = 0;
  size_t bias = 0;
  size_t residual = 0;
  size_t end = 0;
};
PackedParts packed_parts(const Problem& problem, const MatMulShape& s) {
  const auto bytes = [&](size_t i) {
    const bool constant =
        i < problem.inputs.size() && problem.inputs[i].present && problem.inputs[i].is_constant;
    return constant ? aligned(bytes_of(DataType::kF32, problem.inputs[i].dims.volume())) : 0;
  };
  PackedParts parts;
  if (problem.inputs[1].is_constant) {
    parts.a = aligned(sizeof(float) * static_cast<size_t>(s.b_batches * packed_elements(s)));
  }
  parts.bias = parts.a + bytes(0);
  parts.residual = parts.bias + bytes(2);
  parts.end = parts.residual + bytes(3);
  return parts;
}

// How the work is cut: items of some rows by some panels.
struct Cut {
  int64_t rows;  // of an item, a multiple of the tile height
  int64_t panels;
  int64_t row_items;
  int64_t panel_items;
};
Cut cut_of(const MatMulShape& s, int threads) {
  const MatMulKernels& k = kernels();
  const int64_t panels = panels_of(s.columns);
  constexpr int64_t kItemsPerThread = 6;
  constexpr int64_t kMostTiles = 16;
  constexpr int64_t kMostPanels = 8;
  const int64_t tiles = (s.rows + k.rows - 1) / k.rows;
  const int64_t stacks = std::max<int64_t>((tiles + kMostTiles - 1) / kMostTiles, 1);
  Cut cut{(tiles + stacks - 1) / stacks * k.rows, std::min(panels, kMostPanels), 0, 0};
  const auto count = [&] {
    cut.row_items = (s.rows + cut.rows - 1) / cut.rows;
    cut.panel_items = (panels + cut.panels - 1) / cut.panels;
    return s.batches * cut.row_items * cut.panel_items;
  };
  while (count() < kItemsPerThread * threads && (cut.panels > 1 || cut.rows > k.rows)) {
    if (cut.panels > 1) {
      cut.panels = (cut.panels + 1) / 2;
    } else {
      cut.rows = (cut.rows / k.rows + 1) / 2 * k.rows;
    }
  }
  return cut;
}

// Floats between the rows of a copied a, beyond its depth.
constexpr int64_t kApart = 16;

class MatMulLaunch final : public Launch {
 public:
  MatMulLaunch(const Problem& problem, std::span<const std::byte> packed)
      : s_(matmul_shape(problem)), op_(*problem.op.as<MatMul>()) {
    const PackedParts parts = packed_parts(problem, s_);
    if (packed.size() < parts.end) fail("the packed weights of a matmul are too short");
    const auto at = [&](size_t i, size_t offset) {
      const bool constant =
          i < problem.inputs.size() && problem.inputs[i].present && problem.inputs[i].is_constant;
      return constant ? reinterpret_cast<const float*>(packed.data() + offset) : nullptr;
    };
    a_ = at(0, parts.a);
    b_ = at(1, parts.b);
    bias_ = at(2, parts.bias);
    residual_ = at(3, parts.residual);
    has_residual_ = problem.inputs.size() > 3 && problem.inputs[3].present;
    has_bias_ = !s_.bias_offset.empty();
    empty_ = problem.outputs[0].dims.volume() == 0;
    // Few rows do not pay for packing b; its columns have to lie together then.
    constexpr int64_t kFewRows = 24;
    direct_ = b_ == nullptr && s_.b_column == 1 && s_.rows <= kFewRows;
    // Rows whole pages apart fall onto the same few lines of the first-level cache.
    constexpr int64_t kPage = 4096 / sizeof(float);
    spread_ = a_ == nullptr && s_.a_column == 1 && s_.a_row % kPage == 0 && s_.a_row > 0 &&
              s_.batches == 1 && s_.rows > kFewRows;
  }

  size_t workspace_bytes() const override {
    return sizeof(float) * static_cast<size_t>(packed_b_elements() + spread_elements());
  }

  void run(const LaunchArgs& args) const override {
    if (empty_) return;
    ThreadPool& pool = pool_of(args);
    if (b_ == nullptr && !direct_) pack_b(args);
    if (spread_) spread_a(args);
    const Cut cut = cut_of(s_, pool.threads());
    const int64_t items = s_.batches * cut.row_items * cut.panel_items;
    pool.run(items, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t batch = i / (cut.row_items * cut.panel_items);
        run_item(args, cut, batch, i % cut.row_items, i / cut.row_items % cut.panel_items);
      }
    });
  }

 private:
  void pack_b(const LaunchArgs& args) const {
    const int64_t panels = panels_of(s_.columns);
    auto* packed = static_cast<float*>(args.workspace);
    const int64_t matrix = s_.depth * s_.columns;
    pool_of(args).run(s_.b_batches * panels, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        pack_panel(s_, input(args, 1) + i / panels * matrix, i % panels,
                   packed + i * s_.depth * kernels().panel);
      }
    });
  }

  int64_t packed_b_elements() const {
    return b_ != nullptr || direct_ ? 0 : s_.b_batches * packed_elements(s_);
  }
  int64_t spread_elements() const { return spread_ ? s_.rows * (s_.depth + kApart) : 0; }
  float* spread(const LaunchArgs& args) const {
    return static_cast<float*>(args.workspace) + packed_b_elements();
  }

  // Copies a with rows a little further apart.
  void spread_a(const LaunchArgs& args) const {
    constexpr int64_t kRowsAtOnce = 8;
    const float* a = input(args, 0) + s_.a_offset[0];
    pool_of(args).run(s_.rows, kRowsAtOnce, [&](int64_t begin, int64_t end, int) {
      for (int64_t row = begin; row < end; ++row) {
        std::memcpy(spread(args) + row * (s_.depth + kApart), a + row * s_.a_row,
                    sizeof(float) * static_cast<size_t>(s_.depth));
      }
    });
  }

  // Steps through k in stretches for which the rows of a stay in the second-level cache, while
  // panels of b stream past them.
  void run_item(const LaunchArgs& args, const Cut& cut, int64_t batch, int64_t row_item,
                int64_t panel_item) const {
    constexpr int64_t kDepth = 768;
    const auto i = static_cast<size_t>(batch);
    MatMulTile t;
    t.a_row = s_.a_row;
    t.a_column = s_.a_column;
    t.c_row = s_.columns;
    t.alpha = op_.alpha;
    t.act = op_.act;
    t.bias_row = s_.bias_row;
    t.bias_column = s_.bias_column;
    const float* a = (a_ ? a_ : input(args, 0)) + s_.a_offset[i];
    if (spread_) {
      a = spread(args);
      t.a_row = s_.depth + kApart;
    }
    const float* bias = has_bias_ ? (bias_ ? bias_ : input(args, 2)) + s_.bias_offset[i] : nullptr;
    float* c = output(args) + batch * s_.rows * s_.columns;
    const float* residual = has_residual_ ? residual_ ? residual_ : input(args, 3) : nullptr;
    if (residual != nullptr) residual += batch * s_.rows * s_.columns;
    const int64_t row_end = std::min(s_.rows, (row_item + 1) * cut.rows);
    const int64_t panel_end = std::min(panels_of(s_.columns), (panel_item + 1) * cut.panels);
    const int64_t panel_begin = panel_item * cut.panels;
    for (int64_t k = 0; k == 0 || k < s_.depth; k += kDepth) {
      t.depth = std::min(kDepth, s_.depth - k);
      t.accumulate = k > 0;
      t.last = k + kDepth >= s_.depth;
      for (int64_t panel = panel_begin; panel < panel_end; ++panel) {
        const int64_t column = panel * kernels().panel;
        set_panel(args, i, panel, k, t);
        for (int64_t row = row_item * cut.rows; row < row_end;) {
          t.a = a + row * t.a_row + k * s_.a_column;
          t.c = c + row * s_.columns + column;
          t.bias = bias ? bias + row * s_.bias_row + column * s_.bias_column : nullptr;
          t.residual = residual ? residual + row * s_.columns + column : nullptr;
          row += run_tile(t, row_end - row);
        }
      }
    }
  }

  void set_panel(const LaunchArgs& args, size_t batch, int64_t panel, int64_t k,
                 MatMulTile& t) const {
    const int64_t width = kernels().panel;
    t.columns = static_cast<int>(std::min(width, s_.columns - panel * width));
    if (direct_) {
      t.b = input(args, 1) + s_.b_offset[batch] + k * s_.b_row + panel * width;
      t.b_row = s_.b_row;
      t.whole_panel = t.columns == width;
      return;
    }
    const float* packed = b_ ? b_ : static_cast<const float*>(args.workspace);
    t.b = packed + s_.b_matrix[batch] * packed_elements(s_) + (panel * s_.depth + k) * width;
    t.b_row = width;
  }

  static int64_t run_tile(const MatMulTile& t, int64_t rows) {
    const MatMulKernels& k = kernels();
    int kind = 0;
    while (kMatMulRows[kind] > k.rows || kMatMulRows[kind] > rows) ++kind;
    k.tile[kind](t);
    return kMatMulRows[kind];
  }

  MatMulShape s_;
  MatMul op_;
  const float* a_ = nullptr;  // constants
  const float* b_ = nullptr;
  const float* bias_ = nullptr;
  const float* residual_ = nullptr;
  bool has_bias_ = false;
  bool has_residual_ = false;
  bool empty_ = false;
  bool direct_ = false;  // b is used as it lies
  bool spread_ = false;  // a is copied to rows that do not collide in the cache
};

// Panels of b, packed when the plan is built or right before the product, times tiles of a.
class MatMulPanels final : public Tactic {
 public:
  std::string_view name() const override { return "matmul_panels"; }
  int version() const override { return 2; }
  Offer offer(const Problem& problem) const override {
    if (!all_f32(problem)) return Refusal{"computes f32 only"};
    return linear_offer(problem);
  }
  double estimate(const Problem& problem) const override {
    return std::max(memory_seconds(problem), compute_seconds(flops_of(problem), 0.7));
  }
  std::vector<std::byte> pack(const Problem& problem) const override {
    const MatMulShape s = matmul_shape(problem);
    const PackedParts parts = packed_parts(problem, s);
    std::vector<std::byte> packed(parts.end);
    const auto copy = [&](size_t i, size_t offset) {
      if (i >= problem.inputs.size() || !problem.inputs[i].is_constant) return;
      const auto bytes = problem.inputs[i].constant->bytes();
      if (!bytes.empty()) std::memcpy(packed.data() + offset, bytes.data(), bytes.size());
    };
    copy(0, parts.a);
    copy(2, parts.bias);
    copy(3, parts.residual);
    if (!problem.inputs[1].is_constant) return packed;
    const auto b = problem.inputs[1].constant->as<float>();
    auto* to = reinterpret_cast<float*>(packed.data() + parts.b);
    for (int64_t matrix = 0; matrix < s.b_batches; ++matrix) {
      for (int64_t panel = 0; panel < panels_of(s.columns); ++panel) {
        pack_panel(s, b.data() + matrix * s.depth * s.columns, panel, to);
        to += s.depth * kernels().panel;
      }
    }
    return packed;
  }
  std::unique_ptr<Launch> bind(const Problem& problem, const Packed& packed) const override {
    return std::make_unique<MatMulLaunch>(problem, packed);
  }
};

}  // namespace

std::span<const Tactic* const> matmul_tactics() {
  static const MatMulPanels panels;
  static const Tactic* const table[] = {&panels};
  return table;
}

}  // namespace tenon

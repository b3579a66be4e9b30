#include "cuda/kernels/matmul/lt_gemm.h"

#include <array>
#include <cstring>
#include <map>
#include <mutex>

#include "base/error.h"
#include "cuda/check.h"
#include "cuda/libraries.h"

namespace tenon {
namespace {

constexpr uint64_t kWorkspace = uint64_t{32} << 20;
// Algorithms asked for: kMostLtAlgorithms of products that take tens of microseconds, where one of
// a later rank is often the fastest and each is worth the time and memory of a try.
constexpr int kAlgorithms = 6;
constexpr double kLarge = 2e9;        // multiplications
constexpr size_t kRemembered = 4096;  // products whose algorithms are kept

cudaDataType_t lt_type(DataType type) {
  switch (type) {
    case DataType::kF32: return CUDA_R_32F;
    case DataType::kF16: return CUDA_R_16F;
    case DataType::kBF16: return CUDA_R_16BF;
    default: fail(ErrorCode::kUnsupported, "cuBLASLt products of {}", name_of(type));
  }
}

uint32_t epilogue_of(const LtGemmSpec& s) {
  const uint32_t bias = s.bias ? CUBLASLT_EPILOGUE_BIAS : 0;
  switch (s.act) {
    case LtAct::kRelu: return CUBLASLT_EPILOGUE_RELU | bias;
    case LtAct::kGeluTanh: return CUBLASLT_EPILOGUE_GELU | bias;
    case LtAct::kNone: break;
  }
  return s.bias ? bias : uint32_t{CUBLASLT_EPILOGUE_DEFAULT};
}

// The library thinks in columns: row-major y = a b is column-major y' = b' a', so that its first
// matrix is b, its rows are our columns, and its bias over rows is ours over columns. Descriptors
// live in their owner: nothing is allocated.
class Descriptors {
 public:
  explicit Descriptors(const LtGemmSpec& s) {
    const cudaDataType_t type = lt_type(s.type);
    const auto compute = s.tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;
    check_cublas(cublasLtMatmulDescInit(&product_, compute, CUDA_R_32F), "cublasLtMatmulDescInit");
    set(CUBLASLT_MATMUL_DESC_TRANSA, s.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(CUBLASLT_MATMUL_DESC_TRANSB, s.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(CUBLASLT_MATMUL_DESC_EPILOGUE, epilogue_of(s));
    if (s.bias) set(CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE, static_cast<int32_t>(type));
    const auto [b_rows, b_columns] = stored(s.depth, s.columns, s.transpose_b);
    const auto [a_rows, a_columns] = stored(s.rows, s.depth, s.transpose_a);
    lay_out(a_, type, b_rows, b_columns, s.b_row, s.batches, s.b_step);
    lay_out(b_, type, a_rows, a_columns, s.a_row, s.batches, s.a_step);
    lay_out(y_, type, s.rows, s.columns, s.y_row, s.batches, s.y_step);
    lay_out(c_, type, s.rows, s.columns, s.c ? s.c_row : s.y_row, s.batches,
            s.c ? s.c_step : s.y_step);
  }

  template <typename T>
  void set(cublasLtMatmulDescAttributes_t attribute, const T& value) {
    check_cublas(cublasLtMatmulDescSetAttribute(&product_, attribute, &value, sizeof value),
                 "cublasLtMatmulDescSetAttribute");
  }
  cublasLtMatmulDesc_t product() { return &product_; }
  cublasLtMatrixLayout_t a() { return &a_; }
  cublasLtMatrixLayout_t b() { return &b_; }
  cublasLtMatrixLayout_t c() { return &c_; }
  cublasLtMatrixLayout_t y() { return &y_; }

 private:
  static std::pair<int64_t, int64_t> stored(int64_t rows, int64_t columns, bool transposed) {
    return transposed ? std::pair(columns, rows) : std::pair(rows, columns);
  }
  // A row-major matrix as the column-major one of the same bytes.
  static void lay_out(cublasLtMatrixLayoutOpaque_t& layout, cudaDataType_t type, int64_t rows,
                      int64_t columns, int64_t row, int64_t batches, int64_t step) {
    check_cublas(cublasLtMatrixLayoutInit(&layout, type, static_cast<uint64_t>(columns),
                                          static_cast<uint64_t>(rows), row),
                 "cublasLtMatrixLayoutInit");
    if (batches == 1) return;
    const auto count = static_cast<int32_t>(batches);
    check_cublas(cublasLtMatrixLayoutSetAttribute(&layout, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT,
                                                  &count, sizeof count),
                 "cublasLtMatrixLayoutSetAttribute");
    check_cublas(cublasLtMatrixLayoutSetAttribute(
                     &layout, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, &step, sizeof step),
                 "cublasLtMatrixLayoutSetAttribute");
  }

  cublasLtMatmulDescOpaque_t product_;
  cublasLtMatrixLayoutOpaque_t a_, b_, c_, y_;
};

class Preference {
 public:
  explicit Preference(uint32_t alignment) {
    check_cublas(cublasLtMatmulPreferenceInit(&preference_), "cublasLtMatmulPreferenceInit");
    set(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, kWorkspace);
    // Sums split over k are added in FP32.
    set(CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
        uint32_t{CUBLASLT_REDUCTION_SCHEME_INPLACE | CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE});
    for (const auto attribute :
         {CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
          CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES}) {
      set(attribute, alignment);
    }
  }
  cublasLtMatmulPreference_t get() { return &preference_; }

 private:
  template <typename T>
  void set(cublasLtMatmulPreferenceAttributes_t attribute, const T& value) {
    check_cublas(
        cublasLtMatmulPreferenceSetAttribute(&preference_, attribute, &value, sizeof value),
        "cublasLtMatmulPreferenceSetAttribute");
  }
  cublasLtMatmulPreferenceOpaque_t preference_;
};

LtAlgorithms ask(const LtGemmSpec& spec) {
  Descriptors d(spec);
  Preference preference(static_cast<uint32_t>(spec.alignment));
  const double size = static_cast<double>(spec.rows) * static_cast<double>(spec.columns) *
                      static_cast<double>(spec.depth) * static_cast<double>(spec.batches);
  const int asked = size < kLarge ? kAlgorithms : kMostLtAlgorithms;
  LtAlgorithms found(static_cast<size_t>(asked));
  int count = 0;
  const cublasStatus_t status =
      cublasLtMatmulAlgoGetHeuristic(cublaslt_handle(), d.product(), d.a(), d.b(), d.c(), d.y(),
                                     preference.get(), asked, found.data(), &count);
  // A product that it has no algorithm for, or that it holds for ill-formed.
  if (status == CUBLAS_STATUS_NOT_SUPPORTED || status == CUBLAS_STATUS_INVALID_VALUE) return {};
  check_cublas(status, "cublasLtMatmulAlgoGetHeuristic");
  found.resize(static_cast<size_t>(count));
  std::erase_if(found, [](const auto& a) { return a.state != CUBLAS_STATUS_SUCCESS; });
  return found;
}

}  // namespace

std::string LtGemmSpec::key() const {
  return fmt::format("{}{}{}{} {}x{}x{}*{} rows {} {} {} {} steps {} {} {} {} {}{}{} @{}",
                     name_of(type), tf32 ? "/tf32" : "", transpose_a ? " ta" : "",
                     transpose_b ? " tb" : "", rows, columns, depth, batches, a_row, b_row, c_row,
                     y_row, a_step, b_step, c_step, y_step, static_cast<int>(act),
                     bias ? "+bias" : "", c ? "+c" : "", alignment);
}

std::shared_ptr<const LtAlgorithms> lt_algorithms(const LtGemmSpec& spec) {
  static std::mutex mutex;
  static auto* known = new std::map<std::string, std::shared_ptr<const LtAlgorithms>>;
  int device = 0;
  check_cuda(cudaGetDevice(&device), "cudaGetDevice");
  const std::string key = fmt::format("{}: {}", device, spec.key());
  {
    const std::lock_guard lock(mutex);
    if (const auto it = known->find(key); it != known->end()) return it->second;
  }
  auto found = std::make_shared<const LtAlgorithms>(ask(spec));
  const std::lock_guard lock(mutex);
  if (known->size() >= kRemembered) known->clear();
  return known->emplace(key, std::move(found)).first->second;
}

bool usable(const LtGemmSpec& spec, std::span<const std::byte> bytes,
            cublasLtMatmulHeuristicResult_t& result) {
  result = {};
  if (bytes.size() != sizeof result.algo) return false;
  std::memcpy(&result.algo, bytes.data(), bytes.size());
  Descriptors d(spec);
  cublasLtMatmulHeuristicResult_t checked{};
  const cublasStatus_t status = cublasLtMatmulAlgoCheck(
      cublaslt_handle(), d.product(), d.a(), d.b(), d.c(), d.y(), &result.algo, &checked);
  result.workspaceSize = checked.workspaceSize;
  return status == CUBLAS_STATUS_SUCCESS && checked.state == CUBLAS_STATUS_SUCCESS &&
         checked.workspaceSize <= kWorkspace;
}

LtGemm::LtGemm(const LtGemmSpec& spec, float alpha,
               const cublasLtMatmulHeuristicResult_t& algorithm)
    : spec_(spec), alpha_(alpha), algorithm_(algorithm), handle_(cublaslt_handle()) {}

void LtGemm::run(const LtOperands& o, void* workspace, cudaStream_t stream) const {
  // Made for each run, on the stack: a descriptor holds the bias's address, and other threads may
  // run the same product with another.
  Descriptors d(spec_);
  if (spec_.bias) d.set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, o.bias);
  const float beta = spec_.c ? 1 : 0;
  const void* c = spec_.c ? o.c : o.y;
  check_cublas(
      cublasLtMatmul(handle_, d.product(), &alpha_, o.b, d.a(), o.a, d.b(), &beta, c, d.c(), o.y,
                     d.y(), &algorithm_.algo, workspace, algorithm_.workspaceSize, stream),
      "cublasLtMatmul");
}

int alignment_of(int64_t bytes) {
  int alignment = 64;
  while (bytes % alignment != 0) alignment /= 2;
  return alignment;
}

}  // namespace tenon

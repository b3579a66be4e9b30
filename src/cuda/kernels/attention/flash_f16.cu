

#include "cuda/kernels/attention/flash.cuh"

namespace tenon {
namespace flash {

template <>
cudaError_t Typed<__half>::prepare(int rows, int size) {
  return rows == 64 ? flash::prepare<__half, 1>(size) : flash::prepare<__half, 2>(size);
}

template <>
void Typed<__half>::launch(const AttentionShape& s, int rows, const AttentionPointers& p,
                           cudaStream_t stream) {
  rows == 64 ? flash::launch<__half, 1>(s, p, stream) : flash::launch<__half, 2>(s, p, stream);
}

}  // namespace flash

int flash_attention_size(int rows) { return rows == 64 ? 256 : 128; }

size_t flash_attention_shared_bytes(int rows, int size) {
  const auto bytes = [](auto extents, auto) { return decltype(extents)::kShared; };
  return rows == 64 ? flash::with_extents<1>(size, bytes) : flash::with_extents<2>(size, bytes);
}

cudaError_t prepare_flash_attention(DataType type, int rows, int size) {
  return type == DataType::kF16 ? flash::Typed<__half>::prepare(rows, size)
                                : flash::Typed<__nv_bfloat16>::prepare(rows, size);
}

void launch_flash_attention(const AttentionShape& s, int rows, const AttentionPointers& p,
                            cudaStream_t stream) {
  if (s.type == DataType::kF16) {
    flash::Typed<__half>::launch(s, rows, p, stream);
  } else {
    flash::Typed<__nv_bfloat16>::launch(s, rows, p, stream);
  }
}

}  // namespace tenon

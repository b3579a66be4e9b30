#pragma once

#include <cstdint>

namespace tenon {

// One query's scores of a stretch of keys, on their way to probabilities. Softmax over all keys is
// put together stretch by stretch (Milakov and Gimelshein 2018, arXiv:1805.02867).
struct ScoreRow {
  float* scores = nullptr;      // becomes exp(score - peak)
  int64_t count = 0;            // keys of the stretch
  int64_t visible = 0;          // the first ones, those that the query may see; the others become 0
  const float* mask = nullptr;  // added: element j at mask[j * mask_step], step 0 or 1
  const uint8_t* seen = nullptr;  // likewise; 0 hides a key
  int64_t mask_step = 0;
  float* sums = nullptr;   // sums of values of earlier stretches, rescaled when the peak rises
  int64_t size = 0;        // of them
  float* peak = nullptr;   // the largest score so far, -inf at first
  float* total = nullptr;  // the sum of exp(score - peak) so far, 0 at first
};

struct AttentionKernels {
  void (*stretch)(const ScoreRow& row);
  // sums / total, or zeros where that is NaN and `nan_to_zero`.
  void (*finish)(float* sums, int64_t size, float total, bool nan_to_zero);
};

namespace generic {
extern const AttentionKernels kAttentionKernels;
}
namespace avx2 {
extern const AttentionKernels kAttentionKernels;
}
namespace avx512 {
extern const AttentionKernels kAttentionKernels;
}

}  // namespace tenon

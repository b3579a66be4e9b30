#include "cpu/isa.h"

#include <algorithm>

#include "base/error.h"
#include "base/knobs.h"

namespace tenon {

std::string_view name_of(Isa isa) {
  switch (isa) {
    case Isa::kAvx512: return "avx512";
    case Isa::kAvx2: return "avx2";
    default: return "generic";
  }
}

static Isa detect() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return Isa::kGeneric;
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return avx512 ? Isa::kAvx512 : Isa::kAvx2;
#else
  return Isa::kGeneric;
#endif
}

static Isa capped() {
  const auto limit = knob("TENON_ISA");
  if (!limit) return detect();
  for (const Isa isa : {Isa::kGeneric, Isa::kAvx2, Isa::kAvx512}) {
    if (*limit == name_of(isa)) return std::min(isa, detect());
  }
  fail(ErrorCode::kInvalidConfig, "TENON_ISA is '{}': expected generic, avx2 or avx512", *limit);
}

Isa isa() {
  static const Isa best = capped();
  return best;
}

}  // namespace tenon

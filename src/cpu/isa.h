#pragma once

#include <string_view>

namespace tenon {

// Instruction sets that kernels are written for, each including the ones before.
enum class Isa {
  kGeneric,
  kAvx2,    // AVX2, FMA, F16C
  kAvx512,  // AVX-512 F, BW, DQ, VL
};

// The best one this processor has, capped by the knob TENON_ISA.
Isa isa();
std::string_view name_of(Isa isa);

}  // namespace tenon

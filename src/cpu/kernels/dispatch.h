#pragma once

#include "cpu/isa.h"

namespace tenon {

// Of the three forms of one kernel table (see vec.h), the one for this processor.
template <typename Table>
const Table& for_isa(const Table& generic, const Table& avx2, const Table& avx512) {
  switch (isa()) {
    case Isa::kAvx512: return avx512;
    case Isa::kAvx2: return avx2;
    default: return generic;
  }
}

}  // namespace tenon

#include "cpu/kernels/conv/second_pass.h"

#include "cpu/kernels/conv/second_pass_kernels.h"

namespace tenon {

SecondPass::SecondPass(const ConvEpilogue& e, const ConvShape& s, int block)
    : function_(block == 16 ? avx512::second_pass : avx2::second_pass),
      act_(s.act),
      block_(block),
      last_block_(ceil_div(s.k, block) - 1),
      last_lanes_(e.last_lanes),
      of_all_(e.second_pass),
      of_last_(e.second_pass_for_last) {}

}  // namespace tenon

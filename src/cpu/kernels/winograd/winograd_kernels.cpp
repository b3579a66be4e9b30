#include "cpu/kernels/winograd/winograd_kernels.h"

#include "cpu/kernels/vec.h"
#include "cpu/kernels/winograd/filtering.h"
#include "cpu/kernels/winograd/multiply.h"
#include "cpu/kernels/winograd/transforms.h"

#include "cpu/kernels/isa_begin.h"

namespace tenon::TENON_ISA {

template <typename F>
constexpr WinogradKernels kernels_of() {
  return {F::kOut,
          kWidth,
          transform_weights<F>,
          transform_input<F>,
          multiply<F::kTile * F::kTile>,
          transform_output<F>};
}

const WinogradKernels kWinograd2 = kernels_of<F2>();
const WinogradKernels kWinograd4 = kernels_of<F4>();
const WinogradKernels kWinograd6 = kernels_of<F6>();

}  // namespace tenon::TENON_ISA

#include "cpu/kernels/isa_end.h"

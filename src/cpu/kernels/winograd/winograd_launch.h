#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "cpu/kernels/winograd/winograd_kernels.h"
#include "device/tactic.h"

namespace tenon {

// How the loops of a Winograd convolution nest.
enum class WinogradOrder {
  // All weights are transformed first; a thread takes a block of tiles through all filters, with V
  // in its cache and U streaming by. For many tiles.
  kTilesOuter,
  // A block of tiles, large, is transformed by all threads; a thread then takes a chunk of filters
  // through them and transforms their weights on the way, a few channels at a time, so that memory
  // is read for nine numbers a filter and channel only. For few tiles or many weights.
  kFiltersOuter,
};

struct WinogradBlocking {
  WinogradOrder order = WinogradOrder::kTilesOuter;
  int slots = 1;            // threads with scratch memory
  int64_t tile_blocks = 1;  // the tiles are cut into this many nearly equal runs
  // kFiltersOuter alone: the parts of a block of tiles that threads may work on at the same time,
  // for a balance where chunks of filters are few; and the channels of weights transformed at a
  // time.
  int64_t parts = 1;
  int64_t channel_step = 0;
};

WinogradBlocking choose_blocking(const WinogradShape& shape, const WinogradKernels& kernels,
                                 int threads);

// The problem's convolution in tiles of side m. Strides come from the operands.
WinogradShape winograd_shape(const Problem& problem, int m);

// Packed: filters [chunk][channel][3*3][vector][lane], a chunk being two vectors of filters or, at
// the end, one, then the bias; missing filters and an absent bias are zeros.
std::vector<std::byte> pack_winograd(const Problem& problem, int lanes);

// A launch over packed filters. Inputs: x, weights, bias, residual; one output.
std::unique_ptr<Launch> bind_winograd(const Problem& problem, std::span<const std::byte> packed,
                                      const WinogradKernels& kernels,
                                      const WinogradBlocking& blocking);

}  // namespace tenon

#include "cpu/kernels/topk/topk_select.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "cpu/launch.h"
#include "cpu/thread_count.h"

namespace tenon {
namespace {

__extension__ using Wide = unsigned __int128;

// Elements as unsigned numbers in their order: zeros of both signs have one, as have all NaN, the
// greatest.
template <typename Bits>
Bits float_key(Bits b, Bits infinity) {
  constexpr Bits kSign = static_cast<Bits>(Bits{1} << (8 * sizeof(Bits) - 1));
  const auto magnitude = static_cast<Bits>(b & ~kSign);
  if (magnitude > infinity) return std::numeric_limits<Bits>::max();
  if (magnitude == 0) return kSign;
  return static_cast<Bits>((b & kSign) != 0 ? ~b : b | kSign);
}
struct F32 {
  using Raw = uint32_t;
  using Entry = uint64_t;
  static Raw key(Raw b) { return float_key<Raw>(b, 0x7f800000U); }
};
struct F16 {
  using Raw = uint16_t;
  using Entry = uint64_t;
  static Raw key(Raw b) { return float_key<Raw>(b, 0x7c00U); }
};
struct BF16 {
  using Raw = uint16_t;
  using Entry = uint64_t;
  static Raw key(Raw b) { return float_key<Raw>(b, 0x7f80U); }
};
struct I32 {
  using Raw = uint32_t;
  using Entry = uint64_t;
  static Raw key(Raw b) { return b ^ 0x80000000U; }
};
struct I64 {
  using Raw = uint64_t;
  using Entry = Wide;
  static Raw key(Raw b) { return b ^ (uint64_t{1} << 63); }
};

// The greatest entries of those that it is given; room for `capacity` > k of them.
template <typename Entry>
class Greatest {
 public:
  Greatest(Entry* room, int64_t k, int64_t capacity) : room_(room), k_(k), capacity_(capacity) {}

  void take(Entry e) {
    if (e <= least_) return;
    room_[count_++] = e;
    if (count_ == capacity_) prune();
  }
  // Leaves k, or fewer where there were fewer; returns how many.
  int64_t finish() {
    if (count_ > k_) prune();
    return count_;
  }
  void sort() { std::sort(room_, room_ + count_, std::greater<>()); }

 private:
  void prune() {
    std::nth_element(room_, room_ + k_ - 1, room_ + count_, std::greater<>());
    count_ = k_;
    least_ = room_[k_ - 1];
  }

  Entry* room_;
  int64_t k_;
  int64_t capacity_;
  int64_t count_ = 0;
  Entry least_ = 0;  // below every entry
};

// Few long lines are looked through in parts, side by side; what these leave is put together.
template <typename T>
class SelectLaunch final : public Launch {
 public:
  using Entry = typename T::Entry;
  explicit SelectLaunch(const TopKShape& shape) : s_(shape) {
    const int64_t lines = std::max<int64_t>(s_.lines(), 1);
    const int64_t shares = (int64_t{cpu_threads()} + lines - 1) / lines;
    parts_ = std::clamp<int64_t>(s_.n / std::max<int64_t>(4 * s_.k, 8192), 1, shares);
    capacity_ = std::min(2 * s_.k + 256, s_.n + 1);
  }

  size_t workspace_bytes() const override {
    const int64_t left = parts_ == 1 ? 0 : s_.lines() * parts_ * s_.k;
    return sizeof(Entry) * static_cast<size_t>(left + capacity_ * cpu_threads());
  }

  void run(const LaunchArgs& args) const override {
    if (s_.k * s_.lines() == 0) return;
    auto* rooms = static_cast<Entry*>(args.workspace);
    Entry* left = rooms + capacity_ * cpu_threads();
    const int64_t grain = std::max<int64_t>(1, 4096 * parts_ / s_.n);
    pool_of(args).run(s_.lines() * parts_, grain, [&](int64_t begin, int64_t end, int thread) {
      Entry* room = rooms + thread * capacity_;
      for (int64_t i = begin; i < end; ++i) {
        Greatest<Entry> greatest(room, s_.k, capacity_);
        read_part(args, i, greatest);
        const int64_t count = greatest.finish();
        if (parts_ == 1) {
          write(args, i, greatest, room);
        } else {
          // A part has k elements at least.
          std::copy(room, room + count, left + i * s_.k);
        }
      }
    });
    if (parts_ > 1) join(args, rooms, left);
  }

 private:
  void read_part(const LaunchArgs& args, int64_t item, Greatest<Entry>& greatest) const {
    const int64_t line = item / parts_;
    const int64_t part = item % parts_;
    const auto* x =
        input<typename T::Raw>(args, 0) + line / s_.inner * s_.n * s_.inner + line % s_.inner;
    for (int64_t i = s_.n * part / parts_; i < s_.n * (part + 1) / parts_; ++i) {
      const auto key = T::key(x[i * s_.inner]);
      const auto directed = static_cast<typename T::Raw>(s_.largest ? key : ~key);
      greatest.take(static_cast<Entry>(directed) << 32 | rank(i));
    }
  }
  void join(const LaunchArgs& args, Entry* rooms, const Entry* left) const {
    pool_of(args).run(s_.lines(), 1, [&](int64_t begin, int64_t end, int thread) {
      Entry* room = rooms + thread * capacity_;
      for (int64_t line = begin; line < end; ++line) {
        Greatest<Entry> greatest(room, s_.k, capacity_);
        const Entry* from = left + line * parts_ * s_.k;
        for (int64_t i = 0; i < parts_ * s_.k; ++i) greatest.take(from[i]);
        greatest.finish();
        write(args, line, greatest, room);
      }
    });
  }
  void write(const LaunchArgs& args, int64_t line, Greatest<Entry>& greatest,
             const Entry* room) const {
    greatest.sort();
    for (int64_t j = 0; j < s_.k; ++j) {
      write_topk<typename T::Raw>(s_, args, line, j, place(static_cast<uint32_t>(room[j])));
    }
  }
  // Greater for what comes first of equal elements; above 0.
  uint32_t rank(int64_t place) const {
    const auto p = static_cast<uint32_t>(place);
    return s_.last_first ? p + 1 : ~p;
  }
  uint32_t place(uint32_t rank) const { return s_.last_first ? rank - 1 : ~rank; }

  TopKShape s_;
  int64_t parts_ = 1;
  int64_t capacity_ = 0;
};

}  // namespace

std::unique_ptr<Launch> bind_topk_select(const TopKShape& shape) {
  switch (shape.type) {
    case DataType::kF16: return std::make_unique<SelectLaunch<F16>>(shape);
    case DataType::kBF16: return std::make_unique<SelectLaunch<BF16>>(shape);
    case DataType::kI32: return std::make_unique<SelectLaunch<I32>>(shape);
    case DataType::kI64: return std::make_unique<SelectLaunch<I64>>(shape);
    default: return std::make_unique<SelectLaunch<F32>>(shape);
  }
}

}  // namespace tenon

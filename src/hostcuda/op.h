// What a stream runs.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace tenon::hostcuda {

// A callable of at most kCapacity bytes, stored in place: making, moving and running one allocates
// nothing. It may be run more than once. Move-only.
class Op {
 public:
  static constexpr std::size_t kCapacity = 80;

  Op() = default;
  template <class F>
  requires(!std::is_same_v<std::decay_t<F>, Op>) explicit Op(F f) : table_(&kTable<F>) {
    static_assert(sizeof(F) <= kCapacity && alignof(F) <= alignof(void*));
    static_assert(std::is_nothrow_move_constructible_v<F>);
    new (storage_) F(std::move(f));
  }
  Op(Op&& other) noexcept : table_(std::exchange(other.table_, nullptr)) {
    if (table_ != nullptr) table_->relocate(storage_, other.storage_);
  }
  Op& operator=(Op&& other) noexcept {
    if (this == &other) return *this;
    reset();
    table_ = std::exchange(other.table_, nullptr);
    if (table_ != nullptr) table_->relocate(storage_, other.storage_);
    return *this;
  }
  ~Op() { reset(); }

  explicit operator bool() const { return table_ != nullptr; }
  void operator()() { table_->call(storage_); }
  void reset() {
    if (table_ != nullptr) std::exchange(table_, nullptr)->destroy(storage_);
  }

 private:
  struct Table {
    void (*call)(void*);
    void (*relocate)(void* to, void* from);
    void (*destroy)(void*);
  };
  template <class F>
  static constexpr Table kTable{[](void* f) { (*static_cast<F*>(f))(); },
                                [](void* to, void* from) {
                                  new (to) F(std::move(*static_cast<F*>(from)));
                                  static_cast<F*>(from)->~F();
                                },
                                [](void* f) { static_cast<F*>(f)->~F(); }};

  const Table* table_ = nullptr;
  alignas(void*) std::byte storage_[kCapacity];
};

}  // namespace tenon::hostcuda

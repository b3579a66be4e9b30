#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>

namespace tenon {

// A non-owning reference to a callable: no allocation, valid for the duration of the call.
template <typename Signature>
class FunctionRef;
template <typename R, typename... Args>
class FunctionRef<R(Args...)> {
 public:
  template <typename F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef>)
      FunctionRef(F&& f)  // NOLINT: implicit by design
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(f)))),
        call_([](void* object, Args... args) -> R {
          return (*static_cast<std::remove_reference_t<F>*>(object))(static_cast<Args>(args)...);
        }) {}
  R operator()(Args... args) const { return call_(object_, static_cast<Args>(args)...); }

 private:
  void* object_;
  R (*call_)(void*, Args...);
};

// Fork-join workers for kernels. The calling thread takes part as thread 0. Between loops workers
// spin for a short while, then sleep. A loop started while another thread's loop is running (two
// contexts at once) runs on its caller alone, so streams share the cores without waiting.
class ThreadPool {
 public:
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const;

  // Calls body(begin, end, thread) over disjoint ranges that cover [0, count), thread in
  // [0, threads()). Ranges are handed out dynamically in pieces of at least `grain`. Returns when
  // all are done. Allocates nothing. The body must not throw and must not call run().
  void run(int64_t count, int64_t grain, FunctionRef<void(int64_t, int64_t, int)> body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tenon

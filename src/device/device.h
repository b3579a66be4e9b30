#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "device/tactic.h"

namespace tenon {

// Work handed to a stream: run(arg). On a host device it runs on the stream's worker thread; on a
// GPU it runs at once on the calling thread and enqueues launches.
struct StreamTask {
  void (*run)(void* arg, Stream& stream) = nullptr;
  void* arg = nullptr;
};

// A queue of work in order, wrapped around the platform's handle (cudaStream_t). Cheap to make;
// does not own the handle.
class Stream {
 public:
  virtual ~Stream() = default;
  virtual void* handle() const = 0;
  // Whether submitted work is being recorded instead of run.
  virtual bool capturing() const = 0;
  // Appends the task. While capturing, the task is recorded, to be run at each replay, and `owner`
  // keeps what it works on alive for as long as the recording lives. Allocates nothing unless
  // capturing. Throws Error when the handle is not a stream.
  virtual void submit(StreamTask task, std::shared_ptr<const void> owner = {}) = 0;
  virtual void synchronize() = 0;
  // For launches and tasks: writes to device memory in the stream's order. The bytes stay where
  // they are until the work is done; while capturing, as long as the recording lives.
  virtual void write(void* to, std::span<const std::byte> from) = 0;
  // Around the enqueueing of each step: a range of this name for profilers of the platform, none
  // for a nullptr.
  virtual void begin_step(const char* name) { (void)name; }
  virtual void end_step() noexcept {}
  // After a step: throws Error when it is known to have failed.
  virtual void check_step() {}
};

// Points in time within a stream, for profiling.
class Marks {
 public:
  virtual ~Marks() = default;
  // Called in the stream's order, by a task.
  virtual void set(size_t index, Stream& stream) = 0;
  // Seconds between two marks that the stream has passed; for marks set by a recording, in its
  // latest replay.
  virtual double seconds(size_t from, size_t to) const = 0;
};

// Points in the work of streams for which other streams wait.
class Fences {
 public:
  virtual ~Fences() = default;
  // Moves the fence to the end of what the stream holds now.
  virtual void set(size_t index, Stream& stream) = 0;
  // What the stream is given from now on begins when the fence, as set last, is reached. Where one
  // of the two streams is being recorded, the other one takes part from then on.
  virtual void wait(size_t index, Stream& stream) = 0;
};

// Work that a stream can take with one call, as often as wanted.
class Recording {
 public:
  virtual ~Recording() = default;
  virtual void replay(Stream& stream) const = 0;
};

// Memory of a device. Implementations over the user's IGpuAllocator live in src/api.
class Allocator {
 public:
  virtual ~Allocator() = default;
  // At least `bytes`, aligned to kDeviceAlignment. Throws Error{kOutOfMemory}.
  virtual void* allocate(size_t bytes) = 0;
  virtual void release(void* memory) noexcept = 0;
};
inline constexpr size_t kDeviceAlignment = 256;  // what cuBLASLt wants of workspaces

// A processor that runs plans: its tactics, memory and queues. One object a process and processor.
class Device {
 public:
  virtual ~Device() = default;

  // What timings depend on: model, instruction set, threads. Part of timing-cache keys.
  virtual std::string fingerprint() const = 0;
  // What plans depend on: a plan runs on devices whose compatibility text is the same.
  virtual std::string compatibility() const = 0;

  // The tactics for an op, best guess first, the reference tactic last; never empty.
  virtual std::span<const Tactic* const> tactics(std::string_view op) const = 0;
  // nullptr when there is none of that name.
  const Tactic* find_tactic(std::string_view op, std::string_view name) const;

  // Memory for weights and activations when the user brings no allocator.
  virtual Allocator& default_allocator() = 0;
  virtual void copy_to_device(void* to, std::span<const std::byte> from) = 0;
  virtual void copy_to_host(std::span<std::byte> to, const void* from) = 0;
  virtual void fill_zero(void* memory, size_t bytes) = 0;
  // Fills memory with repetitions of its first `prefix` bytes (0 < prefix <= bytes).
  virtual void repeat(void* memory, size_t prefix, size_t bytes) = 0;
  // Whether host code can read and write the device's memory through the same pointers.
  virtual bool host_addressable() const = 0;

  // For threads other than the one that made or got the device: what they call on tactics is for
  // this device.
  virtual void enter_thread() noexcept {}

  // Wraps the user's stream handle; nullptr is the default stream.
  virtual std::unique_ptr<Stream> wrap(void* stream_handle) = 0;
  // A stream of the caller's own, which waits for none of the program's.
  virtual std::unique_ptr<Stream> make_stream() = 0;
  // As many fences, none of them set.
  virtual std::unique_ptr<Fences> make_fences(size_t count) = 0;
  // How many streams beside a first one may make a program faster by running steps at the same
  // time.
  virtual int auxiliary_streams() const { return 0; }
  // Runs the task to its end before returning, outside of any stream.
  virtual void run_now(StreamTask task) = 0;
  // Whether replaying a recording is faster than running the task again.
  virtual bool gains_by_recording() const { return false; }
  // Records what the task enqueues, without running it. What the task works on must outlive the
  // recording. nullptr when it cannot be recorded.
  virtual std::unique_ptr<Recording> record(StreamTask task) {
    (void)task;
    return nullptr;
  }
  // As many marks, none of them set.
  virtual std::unique_ptr<Marks> make_marks(size_t count) = 0;
  // Seconds that `launch` takes: the median of `repeats` timed runs after one warm-up; stops early
  // once clearly slower than `hopeless` seconds.
  virtual double time(const Launch& launch, const LaunchArgs& args, int repeats,
                      double hopeless) = 0;
  // Seconds that a kernel gains by beginning while the one before it ends (Tactic::starts_early()),
  // measured.
  virtual double early_start_seconds() { return 0; }
  // Seconds that what `work` puts on a stream takes: the median of `repeats` runs after a warm-up.
  virtual double time_work(const std::function<void(Stream&)>& work, int repeats) = 0;
};

}  // namespace tenon

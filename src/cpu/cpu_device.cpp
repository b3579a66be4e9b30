#include "cpu/cpu_device.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "base/error.h"
#include "cpu/host_stream.h"
#include "cpu/isa.h"
#include "cpu/tactic_tables.h"
#include "cpu/thread_count.h"

namespace tenon {
namespace {

constexpr size_t kAddressSpace = size_t{1} << 47;

// The processor's name: the brand string of CPUID 0x80000002 to 0x80000004.
std::string processor_name() {
  std::string name;
#if defined(__x86_64__)
  unsigned regs[4] = {};
  for (unsigned leaf = 0x80000002; leaf <= 0x80000004; ++leaf) {
    if (__get_cpuid(leaf, &regs[0], &regs[1], &regs[2], &regs[3]) == 0) break;
    name.append(reinterpret_cast<const char*>(regs), sizeof regs);
  }
  name.resize(std::min(name.find('\0'), name.size()));
  while (!name.empty() && name.back() == ' ') name.pop_back();
  while (!name.empty() && name.front() == ' ') name.erase(0, 1);
  if (__get_cpuid(1, &regs[0], &regs[1], &regs[2], &regs[3]) != 0) {
    name += fmt::format(" {:x}", regs[0]);  // family, model, stepping
  }
#endif
  return name.empty() ? "unknown processor" : name;
}

class HostAllocator final : public Allocator {
 public:
  void* allocate(size_t bytes) override {
    void* memory = nullptr;
    if (bytes > kAddressSpace ||
        posix_memalign(&memory, kDeviceAlignment, std::max<size_t>(bytes, 1)) != 0) {
      fail(ErrorCode::kOutOfMemory, "cannot allocate {} bytes of host memory", bytes);
    }
    // No huge pages: kernels are no faster for them, and the first touch of one can take
    // milliseconds while the system makes room, which loading an engine would have to pay.
    return memory;
  }
  void release(void* memory) noexcept override { std::free(memory); }
};

double seconds_of(const Launch& launch, const LaunchArgs& args) {
  const auto begin = std::chrono::steady_clock::now();
  launch.run(args);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double>& samples) {
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  return *middle;
}

// The warm-up counts as hopeless only when it is far off: it also pays for cold caches.
double time_launch(const Launch& launch, const LaunchArgs& args, int repeats, double hopeless) {
  const double first = seconds_of(launch, args);
  if (first > 4 * hopeless) return first;
  std::vector<double> samples;
  for (int i = 0; i < std::max(repeats, 1); ++i) {
    samples.push_back(seconds_of(launch, args));
    if (*std::min_element(samples.begin(), samples.end()) > 1.3 * hopeless) break;
  }
  return median(samples);
}

class HostMarks final : public Marks {
 public:
  explicit HostMarks(size_t count) : points_(count) {}
  void set(size_t index, Stream&) override { points_[index] = Clock::now(); }
  double seconds(size_t from, size_t to) const override {
    return std::chrono::duration<double>(points_[to] - points_[from]).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::vector<Clock::time_point> points_;
};

class CpuDevice final : public Device {
 public:
  CpuDevice() : pool_(cpu_threads()) {}

  std::string fingerprint() const override {
    return fmt::format("{}, {}, {} threads", processor_name(), name_of(isa()), pool_.threads());
  }
  std::string compatibility() const override { return fmt::format("cpu {}", name_of(isa())); }
  std::span<const Tactic* const> tactics(std::string_view op) const override {
    return cpu_tactics(op);
  }
  Allocator& default_allocator() override { return allocator_; }
  void copy_to_device(void* to, std::span<const std::byte> from) override {
    if (!from.empty()) std::memcpy(to, from.data(), from.size());
  }
  void copy_to_host(std::span<std::byte> to, const void* from) override {
    if (!to.empty()) std::memcpy(to.data(), from, to.size());
  }
  void fill_zero(void* memory, size_t bytes) override {
    if (bytes != 0) std::memset(memory, 0, bytes);
  }
  void repeat(void* memory, size_t prefix, size_t bytes) override {
    auto* to = static_cast<std::byte*>(memory);
    for (size_t at = prefix; at < bytes; at += prefix) {
      std::memcpy(to + at, to, std::min(prefix, bytes - at));
    }
  }
  bool host_addressable() const override { return true; }
  std::unique_ptr<Stream> wrap(void* handle) override { return make_host_stream(handle, pool_); }
  std::unique_ptr<Stream> make_stream() override { return make_own_host_stream(pool_); }
  std::unique_ptr<Fences> make_fences(size_t count) override { return make_host_fences(count); }
  void run_now(StreamTask task) override { run_on_caller(task, pool_); }

  std::unique_ptr<Marks> make_marks(size_t count) override {
    return std::make_unique<HostMarks>(count);
  }

  double time(const Launch& launch, const LaunchArgs& args, int repeats, double hopeless) override {
    struct Work {
      const Launch& launch;
      LaunchArgs args;
      int repeats;
      double hopeless;
      double seconds;
    } work{launch, args, repeats, hopeless, 0};
    const auto measure = [](void* arg, Stream& stream) {
      auto& w = *static_cast<Work*>(arg);
      w.args.stream = &stream;
      w.seconds = time_launch(w.launch, w.args, w.repeats, w.hopeless);
    };
    run_now({measure, &work});
    return work.seconds;
  }
  double time_work(const std::function<void(Stream&)>& work, int repeats) override {
    const auto stream = make_stream();
    const auto once = [&] {
      const auto begin = std::chrono::steady_clock::now();
      work(*stream);
      stream->synchronize();
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    once();
    std::vector<double> samples;
    for (int i = 0; i < std::max(repeats, 1); ++i) samples.push_back(once());
    return median(samples);
  }

 private:
  ThreadPool pool_;
  HostAllocator allocator_;
};

}  // namespace

Device& cpu_device() {
  // Never destroyed: streams may still run its kernels while the process ends.
  static auto* device = new CpuDevice;
  return *device;
}

}  // namespace tenon

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/blank_memory.h"
#include "build/code_cache.h"
#include "build/timing_cache.h"
#include "device/device.h"

namespace tenon {

// Times tactics on problems: warm-up, several runs, their median, an early stop on hopeless ones.
// Results come from and go to the timing cache. Inputs are random numbers, new for each
// measurement.
class Tuner {
 public:
  // Tactics that ask for more scratch memory than `workspace_limit` bytes fail.
  Tuner(Device& device, TimingCache& cache, int repeats, size_t workspace_limit = SIZE_MAX);
  ~Tuner();

  // Seconds a run takes in the problem's layouts; stops measuring once clearly slower than
  // `hopeless` seconds (then returns what was seen). A tactic that fails on the problem gives
  // nullopt, with the reason in `failure` when it is not null.
  std::optional<double> measure(const Problem& problem, const Tactic& tactic, double hopeless,
                                std::string* failure = nullptr);
  // Device::early_start_seconds(), from the timing cache where it knows them.
  double early_start_seconds();
  // Whether the tactic keeps to the limit on the problem; why not in `failure` when it is not null.
  bool workspace_fits(const Problem& problem, const Tactic& tactic, std::string* failure = nullptr);
  // Compiles ahead on as many threads what measure() will want; see CodeCache::compile_all(). Of
  // problems that differ in their constants only, one is measured.
  void compile_to_measure(std::vector<CodeCache::Request> requests, int threads,
                          const CodeCache::Progress& progress);
  // Compiles ahead what packed() will want.
  void compile(std::span<const CodeCache::Request> requests, int threads);
  // What the tactic makes of the problem at build time, in host memory; once for equal constants
  // and problems. Valid until it is dropped.
  Packed packed(const Problem& problem, const Tactic& tactic);
  // The code of it alone; the contents of constants are not wanted.
  std::span<const std::byte> code(const Problem& problem, const Tactic& tactic) {
    return code_.code(problem, tactic);
  }
  // While one lives, packed() gives zeros instead of constants: of their size, but they take no
  // memory. For programs that are only timed.
  class Rehearsal {
   public:
    explicit Rehearsal(Tuner& tuner) : tuner_(tuner) { tuner_.rehearses_ = true; }
    ~Rehearsal();
    Rehearsal(const Rehearsal&) = delete;
    Rehearsal& operator=(const Rehearsal&) = delete;

   private:
    Tuner& tuner_;
  };
  // Frees the constants that packed() gave.
  void drop_constants(const Packed& packed);
  // Frees the code of a tactic that was measured and lost, where it is large.
  void drop_loser(const Problem& problem, const Tactic& tactic);

  int timed() const { return timed_; }        // kernels run
  int from_cache() const { return cached_; }  // answers found in the cache

 private:
  std::span<const std::byte> blank(const Problem& problem, const Tactic& tactic);
  std::string timing_key(const Problem& problem, const Tactic& tactic) const;
  // Throws Error when the launch asks for more than the limit.
  void check_workspace(size_t bytes) const;
  double run(const Problem& problem, const Tactic& tactic, double hopeless);
  // What the tactic packs of the problem, for bind(). Valid until the next call.
  std::span<const std::byte> constants_on_device(const Problem& problem, const Tactic& tactic);
  void* scratch(size_t slot, size_t bytes);
  void fill(void* memory, const OperandDesc& operand);

  Device& device_;
  TimingCache& cache_;
  int repeats_;
  size_t workspace_limit_;
  std::set<std::string> fitting_;  // timing keys of launches that keep to the limit
  int timed_ = 0;
  int cached_ = 0;
  struct Scratch {
    void* memory = nullptr;
    size_t bytes = 0;
  };
  static constexpr size_t kConstantsSlot = 0;  // of scratch_; the others hold operands
  void release_if_large(Scratch& s);
  std::vector<Scratch> scratch_;
  std::string constants_key_;                          // packed_key() of what constants_ are
  std::span<const std::byte> constants_;               // in device memory
  std::map<DataType, std::vector<std::byte>> random_;  // numbers to fill inputs with
  std::map<std::string, std::vector<std::byte>> packed_;
  std::map<std::string, size_t> packed_bytes_;  // by timing keys
  bool rehearses_ = false;
  std::map<std::string, BlankMemory> blanks_;
  CodeCache code_;
};

}  // namespace tenon

#include "build/builder.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "build/candidates.h"
#include "build/close_choices.h"
#include "build/format_choice.h"
#include "build/freed_memory.h"
#include "build/lower.h"
#include "build/measured_joins.h"
#include "build/parallel_for.h"
#include "build/program_choice.h"
#include "build/program_times.h"

namespace tenon {
namespace {

// Reports one phase's steps; throws when the user cancels.
class Phase {
 public:
  Phase(BuildProgress* progress, std::string name, const std::string& parent, int steps)
      : progress_(progress), name_(std::move(name)) {
    if (progress_) progress_->phase_start(name_, parent, steps);
  }
  ~Phase() {
    if (progress_) progress_->phase_finish(name_);
  }
  Phase(const Phase&) = delete;
  Phase& operator=(const Phase&) = delete;

  void step() {
    if (progress_ && !progress_->step_complete(name_, done_)) {
      throw Error(ErrorCode::kInvalidState, "", "the build was cancelled");
    }
    ++done_;
  }
  size_t done() const { return static_cast<size_t>(done_); }

 private:
  BuildProgress* progress_;
  std::string name_;
  int done_ = 0;
};

const DimsRange* range_of(const Profile& profile, const Value& input) {
  const auto it = profile.find(input.name);
  return it == profile.end() ? nullptr : &it->second;
}

DimsRange checked_range(const Profile& profile, const Value& input) {
  const DimsRange* range = range_of(profile, input);
  if (range == nullptr) {
    if (!is_static(input.type.dims)) {
      throw Error(ErrorCode::kInvalidConfig, input.name,
                  fmt::format("the input has dynamic dims {} and no optimization profile gives "
                              "its range",
                              to_string(input.type.dims)));
    }
    const Dims dims = to_dims(input.type.dims);
    return {dims, dims, dims};
  }
  const auto rank = static_cast<int>(input.type.dims.size());
  if (range->min.rank() != rank || range->opt.rank() != rank || range->max.rank() != rank) {
    throw Error(ErrorCode::kInvalidConfig, input.name,
                fmt::format("the optimization profile does not have the input's rank {}", rank));
  }
  for (int i = 0; i < rank; ++i) {
    if (range->min[i] < 0 || range->min[i] > range->opt[i] || range->opt[i] > range->max[i]) {
      throw Error(
          ErrorCode::kInvalidConfig, input.name,
          fmt::format("axis {} of the optimization profile is not min <= opt <= max: {} {} {}", i,
                      range->min[i], range->opt[i], range->max[i]));
    }
  }
  return *range;
}

// The graph for one profile: symbols that the profile fixes become numbers.
Graph specialise(Graph graph, const std::vector<DimsRange>& ranges) {
  std::map<std::string, int64_t> fixed;
  std::set<std::string> varies;
  const auto& inputs = graph.inputs();
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Shape& dims = graph.value(inputs[i]).type.dims;
    for (size_t a = 0; a < dims.size(); ++a) {
      if (dims[a].is_constant()) continue;
      const auto axis = static_cast<int>(a);
      const int64_t lo = ranges[i].min[axis];
      if (lo == ranges[i].max[axis] &&
          fixed.try_emplace(dims[a].to_string(), lo).first->second == lo) {
        continue;
      }
      varies.insert(dims[a].to_string());
    }
  }
  for (const ValueId input : inputs) {
    for (Dim& dim : graph.value(input).type.dims) {
      const auto it = fixed.find(dim.to_string());
      if (it != fixed.end() && !varies.contains(it->first)) dim = it->second;
    }
  }
  graph.infer();
  return graph;
}

ProfileSymbols bind_symbols(const Graph& graph, const std::vector<DimsRange>& ranges) {
  ProfileSymbols symbols;
  for (size_t i = 0; i < ranges.size(); ++i) {
    const Value& input = graph.value(graph.inputs()[i]);
    symbols.min.bind(input.name, input.type.dims, ranges[i].min);
    symbols.opt.bind(input.name, input.type.dims, ranges[i].opt);
    symbols.max.bind(input.name, input.type.dims, ranges[i].max);
  }
  for (const Symbols* s : {&symbols.min, &symbols.opt, &symbols.max}) {
    check_constraints(graph.constraints(), *s);
  }
  return symbols;
}

void log_summary(const Program& program, const Tuner& tuner, const Log& log) {
  double seconds = 0;
  size_t reformats = 0;
  for (const PlanStep& step : program.steps) {
    seconds += step.seconds;
    reformats += step.name.starts_with("reformat ") ? 1 : 0;
  }
  log.info(
      "{} steps ({} of them reformats), {:.3f} ms by the timings, arena of {:.1f} MiB; "
      "{} kernels timed, {} times from the cache",
      program.steps.size(), reformats, seconds * 1e3,
      static_cast<double>(program.arena_bytes) / (1 << 20), tuner.timed(), tuner.from_cache());
  for (const PlanStep& step : program.steps) {
    log.verbose("  {:>10.4f} ms  {:<36} {}", step.seconds * 1e3,
                step.tactic.empty() ? "host" : step.tactic, step.name);
  }
}

// The work of the graph's nodes at the opt shapes.
std::vector<Work> pose_all(const Graph& graph, const Symbols& opt, Device& device,
                           const BuildOptions& options) {
  std::vector<NodeId> nodes = running_nodes(graph);
  std::erase_if(nodes, [&](NodeId id) { return is_host_computed(graph, graph.node(id)); });
  std::vector<Work> works(nodes.size());
  parallel_for(nodes.size(), options.threads, device,
               [&](size_t i) { works[i] = pose(graph, nodes[i], opt, options.precision); });
  return works;
}

// What the program keeps of the graph and the profile.
void describe(Program& program, const Graph& graph, const std::vector<DimsRange>& ranges) {
  program.constraints = graph.constraints();
  program.ranges = ranges;
  for (const ValueId input : graph.inputs()) {
    program.binding_dims.push_back(graph.value(input).type.dims);
  }
  for (const ValueId output : graph.outputs()) {
    program.binding_dims.push_back(graph.value(output).type.dims);
    program.ranges.push_back({});
  }
}

// Programs that are timed to choose between them, and not kept.
struct Rehearsals {
  const Graph& graph;
  const std::vector<DimsRange>& ranges;
  const ProfileSymbols& symbols;
  const Plan& plan;
  Device& device;
  Tuner& tuner;
  TimingCache& cache;

  std::vector<double> times(std::vector<Work>& works,
                            const std::vector<std::vector<size_t>>& choices) const {
    const Tuner::Rehearsal rehearsal(tuner);
    WeightStore weights(WeightStore::Purpose::kRehearsal);
    std::vector<Program> programs;
    for (const auto& choice : choices) {
      auto lowered = lower(graph, works, choice, symbols, device, tuner, weights, 0);
      describe(lowered.front(), graph, ranges);
      programs.push_back(std::move(lowered.front()));
    }
    const auto zeros = [&] {
      DeviceMemory memory(device.default_allocator(), weights.size());
      device.fill_zero(memory.data(), weights.size());
      return memory;
    };
    auto seconds = program_times(programs, plan, zeros, device, cache);
    release_freed_memory();
    return seconds;
  }
};

int auxiliary_streams(const Device& device, const BuildOptions& options) {
  const int useful = device.auxiliary_streams();
  return options.max_auxiliary_streams < 0 ? useful
                                           : std::min(useful, options.max_auxiliary_streams);
}

// `plan` has all but its programs.
Program build_program(const Graph& source, const std::vector<DimsRange>& ranges, const Plan& plan,
                      Device& device, const BuildOptions& options, TimingCache& cache,
                      WeightStore& weights, const Log& log, BuildProgress* progress,
                      const std::string& parent) {
  Graph graph = specialise(source, ranges);
  {
    Phase phase(progress, "Graph Optimization", parent, 1);
    graph = run_passes(std::move(graph), pipeline(), options.passes, log);
    phase.step();
  }
  const ProfileSymbols symbols = bind_symbols(graph, ranges);
  Tuner tuner(device, cache, options.timing_repeats, options.workspace_limit);
  std::vector<Work> works = pose_all(graph, symbols.opt, device, options);
  const CandidateOptions candidates{options.disabled_tactics, options.threads};
  {
    constexpr int kSteps = 20;
    Phase phase(progress, "Kernel Compilation", parent, kSteps);
    const auto show = [&](size_t done, size_t all) {
      while (phase.done() < kSteps * done / all) phase.step();
    };
    compile_candidates(works, device, tuner, candidates, show);
    show(1, 1);
    release_freed_memory();
  }
  if (join_where_faster(graph, works, device, tuner, candidates, log) > 0) {
    works = pose_all(graph, symbols.opt, device, options);
  }
  {
    Phase phase(progress, "Tactic Selection", parent, static_cast<int>(works.size()));
    for (Work& work : works) {
      const int timed = tuner.timed();
      time_candidates(work, graph.node(work.node).name, device, tuner, candidates, log);
      if (tuner.timed() > timed) release_freed_memory();
      phase.step();
    }
  }
  Phase phase(progress, "Plan Assembly", parent, 2);
  auto choice = choose_candidates(graph, works, symbols.opt, device, tuner);
  compile_chosen(works, choice, tuner, candidates);
  if (options.program_trials > 0 && tuner.early_start_seconds() > 0) {
    const Rehearsals rehearsals{graph, ranges, symbols, plan, device, tuner, cache};
    const auto times = [&](const auto& choices) { return rehearsals.times(works, choices); };
    choice = settle_close_choices(works, std::move(choice), options.program_trials, times, log);
  }
  compile_chosen(works, choice, tuner, candidates);
  release_freed_memory();
  phase.step();
  std::vector<Program> programs = lower(graph, works, choice, symbols, device, tuner, weights,
                                        auxiliary_streams(device, options));
  for (Program& program : programs) describe(program, graph, ranges);
  Program program = fastest_program(std::move(programs), plan, weights.bytes(), device, cache, log);
  phase.step();
  log_summary(program, tuner, log);
  return program;
}

}  // namespace

Built build_plan(const Graph& source, Device& device, const BuildOptions& options,
                 TimingCache& cache, const Log& log, BuildProgress* progress) {
  const auto start = std::chrono::steady_clock::now();
  Graph graph = source;
  graph.compact();
  graph.infer();
  if (graph.outputs().empty()) {
    fail(ErrorCode::kInvalidConfig, "the network has no output: mark one");
  }
  Built built;
  built.plan.name = graph.name;
  built.plan.compatibility = device.compatibility();
  built.plan.verbosity = options.verbosity;
  for (const bool is_input : {true, false}) {
    for (const ValueId v : is_input ? graph.inputs() : graph.outputs()) {
      const Value& value = graph.value(v);
      built.plan.bindings.push_back({value.name, is_input, value.type.dtype, value.type.dims});
    }
  }
  const std::vector<Profile> profiles =
      options.profiles.empty() ? std::vector<Profile>(1) : options.profiles;
  WeightStore weights;
  std::vector<Program> programs;
  Phase phase(progress, "Building Engine", "", static_cast<int>(profiles.size()));
  for (const Profile& profile : profiles) {
    std::vector<DimsRange> ranges;
    for (const ValueId input : graph.inputs()) {
      ranges.push_back(checked_range(profile, graph.value(input)));
    }
    programs.push_back(build_program(graph, ranges, built.plan, device, options, cache, weights,
                                     log, progress, "Building Engine"));
    phase.step();
  }
  built.plan.programs = std::move(programs);
  built.weights = weights.take();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  log.info("Engine built in {:.2f} s, weights of {:.1f} MiB", took.count(),
           static_cast<double>(built.weights.size()) / (1 << 20));
  return built;
}

}  // namespace tenon

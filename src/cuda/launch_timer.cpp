#include "cuda/launch_timer.h"

#include <algorithm>
#include <vector>

#include "cuda/check.h"
#include "cuda/cuda_stream.h"
#include "cuda/graph_recording.h"

namespace tenon {
namespace {

constexpr double kStretch = 200e-6;  // seconds that a timed stretch should take
constexpr int kMostLaunches = 40;

class Timer {
 public:
  Timer(const std::function<void(Stream&)>& work, cudaStream_t stream, int device)
      : work_(work), stream_(stream), wrapped_(make_cuda_stream(stream, device)) {
    check_cuda(cudaEventCreate(&begin_), "cudaEventCreate");
    check_cuda(cudaEventCreate(&end_), "cudaEventCreate");
  }
  ~Timer() {
    if (exec_) cudaGraphExecDestroy(exec_);
    cudaEventDestroy(begin_);
    cudaEventDestroy(end_);
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void run() const { work_(*wrapped_); }
  void synchronize() const { check_cuda(cudaStreamSynchronize(stream_), "running the tactic"); }

  template <typename Work>
  double seconds(const Work& work) const {
    check_cuda(cudaEventRecord(begin_, stream_), "cudaEventRecord");
    work();
    check_cuda(cudaEventRecord(end_, stream_), "cudaEventRecord");
    check_cuda(cudaEventSynchronize(end_), "running the tactic");
    float ms = 0;
    check_cuda(cudaEventElapsedTime(&ms, begin_, end_), "cudaEventElapsedTime");
    return ms / 1e3;
  }

  // Records the work `count` times. False when it cannot be recorded.
  bool record(int count) {
    exec_ = capture_graph(stream_, [&] {
      for (int i = 0; i < count; ++i) run();
    });
    return exec_ != nullptr;
  }
  void replay() const { check_cuda(cudaGraphLaunch(exec_, stream_), "cudaGraphLaunch"); }

 private:
  const std::function<void(Stream&)>& work_;
  cudaStream_t stream_;
  std::unique_ptr<Stream> wrapped_;
  cudaEvent_t begin_ = nullptr;
  cudaEvent_t end_ = nullptr;
  cudaGraphExec_t exec_ = nullptr;
};

double median(std::vector<double>& samples) {
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  return *middle;
}

}  // namespace

double time_launch(const Launch& launch, const LaunchArgs& args, int repeats, double hopeless,
                   cudaStream_t stream, int device) {
  const std::function<void(Stream&)> launch_once = [&](Stream& on) {
    LaunchArgs with_stream = args;
    with_stream.stream = &on;
    launch.run(with_stream);
  };
  Timer timer(launch_once, stream, device);
  timer.run();  // loads code
  timer.synchronize();
  const double once = timer.seconds([&] { timer.run(); });
  // A single launch is timed with the host's part of it.
  constexpr double kHostPart = 20e-6;
  if (once > 4 * hopeless + kHostPart) return once;
  const int count = std::clamp(static_cast<int>(kStretch / std::max(once, 1e-6)), 1, kMostLaunches);
  const bool recorded = timer.record(count);
  const auto work = [&] {
    if (recorded) return timer.replay();
    for (int i = 0; i < count; ++i) timer.run();
  };
  work();
  std::vector<double> samples;
  for (int i = 0; i < std::max(repeats, 1); ++i) {
    samples.push_back(timer.seconds(work) / count);
    if (*std::min_element(samples.begin(), samples.end()) > 1.3 * hopeless) break;
  }
  return median(samples);
}

double time_work(const std::function<void(Stream&)>& work, int repeats, cudaStream_t stream,
                 int device) {
  constexpr double kLongStretch = 2e-3;
  constexpr int kFewest = 4;
  Timer timer(work, stream, device);
  timer.run();
  timer.synchronize();
  const bool recorded = timer.record(1);
  const auto once = [&] { recorded ? timer.replay() : timer.run(); };
  once();
  const double about = timer.seconds(once);
  const int count =
      std::clamp(static_cast<int>(kLongStretch / std::max(about, 1e-6)), kFewest, kMostLaunches);
  std::vector<double> samples;
  for (int i = 0; i < std::max(repeats, 1); ++i) {
    const double stretch = timer.seconds([&] {
      for (int k = 0; k < count; ++k) once();
    });
    samples.push_back(stretch / count);
  }
  return median(samples);
}

}  // namespace tenon

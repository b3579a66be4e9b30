#include "cpu/host_stream.h"

#include <mutex>
#include <vector>

#include "base/error.h"
#include "cpu/cpu_stream.h"
#include "cuda_runtime_api.h"
#include "hostcuda/stream_queue.h"

namespace tenon {
namespace {

// What a task sees of its stream while it runs on the queue's worker: submitting from inside of a
// task would wait for the task itself.
class RunningStream final : public CpuStreamBase {
 public:
  RunningStream(void* handle, ThreadPool& pool) : CpuStreamBase(pool), handle_(handle) {}
  void* handle() const override { return handle_; }
  bool capturing() const override { return false; }
  void submit(StreamTask task, std::shared_ptr<const void>) override { task.run(task.arg, *this); }
  void synchronize() override {}

 private:
  void* handle_;
};

// A submitted task with what it needs to run. Those of plain submissions come from a list of free
// ones, so that nothing is allocated in the steady state; recorded ones belong to the recording.
struct Submission {
  StreamTask task;
  void* handle = nullptr;
  ThreadPool* pool = nullptr;
  std::shared_ptr<const void> owner;
  Submission* next_free = nullptr;

  void run() const {
    RunningStream stream(handle, *pool);
    task.run(task.arg, stream);
  }
};

class SubmissionList {
 public:
  Submission* take() {
    {
      const std::lock_guard lock(mutex_);
      if (Submission* first = free_) {
        free_ = first->next_free;
        return first;
      }
    }
    return new Submission;
  }
  void give_back(Submission* submission) {
    submission->owner.reset();
    const std::lock_guard lock(mutex_);
    submission->next_free = free_;
    free_ = submission;
  }

 private:
  std::mutex mutex_;
  Submission* free_ = nullptr;
};

// Never destroyed: queues may drain while the process ends.
SubmissionList& submissions() {
  static auto* list = new SubmissionList;
  return *list;
}

void run_once(void* arg) {
  auto* submission = static_cast<Submission*>(arg);
  struct GiveBack {
    Submission* submission;
    ~GiveBack() { submissions().give_back(submission); }
  } guard{submission};
  submission->run();
}

void run_recorded(void* arg) { static_cast<const Submission*>(arg)->run(); }

void check(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  fail(ErrorCode::kExecution, "{}: {}", call, cudaGetErrorString(status));
}

class HostStream : public CpuStreamBase {
 public:
  HostStream(cudaStream_t handle, ThreadPool& pool) : CpuStreamBase(pool), handle_(handle) {}
  void* handle() const override { return handle_; }
  bool capturing() const override { return hostcuda::is_capturing(handle_); }
  void synchronize() override { check(cudaStreamSynchronize(handle_), "cudaStreamSynchronize"); }

  void submit(StreamTask task, std::shared_ptr<const void> owner) override {
    if (capturing()) {
      auto recorded = std::make_shared<Submission>(
          Submission{task, handle_, &pool(), std::move(owner), nullptr});
      check(hostcuda::submit(handle_, {run_recorded, recorded.get()}, recorded), "submit");
      return;
    }
    Submission* submission = submissions().take();
    submission->task = task;
    submission->handle = handle_;
    submission->pool = &pool();
    submission->owner = std::move(owner);
    const cudaError_t status = hostcuda::submit(handle_, {run_once, submission});
    if (status == cudaSuccess) return;
    submissions().give_back(submission);
    check(status, "submit");
  }

 private:
  cudaStream_t handle_;
};

cudaStream_t new_queue() {
  cudaStream_t queue = nullptr;
  check(cudaStreamCreateWithFlags(&queue, cudaStreamNonBlocking), "cudaStreamCreate");
  return queue;
}

class OwnHostStream final : public HostStream {
 public:
  explicit OwnHostStream(ThreadPool& pool) : HostStream(new_queue(), pool) {}
  ~OwnHostStream() override { cudaStreamDestroy(static_cast<cudaStream_t>(handle())); }
  OwnHostStream(const OwnHostStream&) = delete;
  OwnHostStream& operator=(const OwnHostStream&) = delete;
};

class HostFences final : public Fences {
 public:
  explicit HostFences(size_t count) : events_(count, nullptr) {
    for (cudaEvent_t& event : events_) {
      check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "cudaEventCreate");
    }
  }
  ~HostFences() override {
    for (cudaEvent_t event : events_) cudaEventDestroy(event);
  }
  HostFences(const HostFences&) = delete;
  HostFences& operator=(const HostFences&) = delete;
  void set(size_t index, Stream& stream) override {
    check(cudaEventRecord(events_[index], static_cast<cudaStream_t>(stream.handle())),
          "cudaEventRecord");
  }
  void wait(size_t index, Stream& stream) override {
    check(cudaStreamWaitEvent(static_cast<cudaStream_t>(stream.handle()), events_[index]),
          "cudaStreamWaitEvent");
  }

 private:
  std::vector<cudaEvent_t> events_;
};

}  // namespace

std::unique_ptr<Stream> make_own_host_stream(ThreadPool& pool) {
  return std::make_unique<OwnHostStream>(pool);
}

std::unique_ptr<Fences> make_host_fences(size_t count) {
  return std::make_unique<HostFences>(count);
}

std::unique_ptr<Stream> make_host_stream(void* handle, ThreadPool& pool) {
  const auto stream = static_cast<cudaStream_t>(handle);
  if (!hostcuda::valid(stream)) fail("the stream handle is not that of a living stream");
  return std::make_unique<HostStream>(stream, pool);
}

void run_on_caller(StreamTask task, ThreadPool& pool) {
  RunningStream stream(nullptr, pool);
  task.run(task.arg, stream);
}

}  // namespace tenon

#include "benchmarks/closed_loop.h"

#include <time.h>

#include <atomic>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"

namespace probity::benchmarks {
namespace {

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

absl::Status ToStatus(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

// CPU time of another process since it began, in nanoseconds' resolution.
absl::StatusOr<absl::Duration> CpuOf(int pid) {
  clockid_t clock = 0;
  timespec time = {};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) {
    return absl::NotFoundError(absl::StrCat("no CPU time of process ", pid));
  }
  return absl::DurationFromTimespec(time);
}

// One caller. Its calls follow each other on gRPC's threads.
class Caller {
 public:
  struct Shared {
    grpc::GenericStub stub;
    const Workload& workload;
    absl::Time end;
    std::atomic<size_t> next;
    std::atomic<uint64_t> calls{0};
    std::atomic<uint64_t> reply_bytes{0};
    absl::BlockingCounter running;
    absl::Mutex mutex;
    absl::Status fault ABSL_GUARDED_BY(mutex);
  };

  explicit Caller(Shared* shared) : shared_(shared) {}

  void CallNext() {
    const auto& requests = shared_->workload.requests;
    request_ = ToBuffer(requests[shared_->next.fetch_add(1) % requests.size()]);
    response_.Clear();
    context_ = std::make_unique<grpc::ClientContext>();
    shared_->stub.UnaryCall(context_.get(), shared_->workload.method, {}, &request_, &response_,
                            [this](grpc::Status status) { Done(status); });
  }

 private:
  void Done(const grpc::Status& status) {
    if (!status.ok()) {
      absl::MutexLock lock(&shared_->mutex);
      shared_->fault = ToStatus(status);
    } else {
      shared_->calls.fetch_add(1);
      shared_->reply_bytes.fetch_add(response_.Length());
      if (absl::Now() < shared_->end) return CallNext();
    }
    shared_->running.DecrementCount();
  }

  Shared* shared_;
  std::unique_ptr<grpc::ClientContext> context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

}  // namespace

absl::StatusOr<Slice> RunSlice(const std::shared_ptr<grpc::Channel>& channel,
                               const Workload& workload, size_t first, int callers,
                               absl::Duration length, int server_pid, absl::Duration settles) {
  Caller::Shared shared{grpc::GenericStub(channel),
                        workload,
                        absl::Now() + length,
                        {first},
                        {0},
                        {0},
                        absl::BlockingCounter(callers),
                        {},
                        {}};
  const auto before = CpuOf(server_pid);
  if (!before.ok()) return before.status();
  std::vector<std::unique_ptr<Caller>> all;
  for (int i = 0; i < callers; ++i) all.push_back(std::make_unique<Caller>(&shared));
  for (const auto& caller : all) caller->CallNext();
  shared.running.Wait();
  absl::SleepFor(settles);
  const auto after = CpuOf(server_pid);
  if (!after.ok()) return after.status();
  absl::MutexLock lock(&shared.mutex);
  if (!shared.fault.ok()) return shared.fault;
  return Slice{shared.calls, shared.reply_bytes, *after - *before};
}

absl::StatusOr<std::string> CallOnce(const std::shared_ptr<grpc::Channel>& channel,
                                     const std::string& method, const std::string& request) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  const grpc::ByteBuffer asked = ToBuffer(request);
  grpc::ByteBuffer answer;
  absl::Notification done;
  absl::Status status;
  stub.UnaryCall(&context, method, {}, &asked, &answer, [&](grpc::Status ended) {
    status = ToStatus(ended);
    done.Notify();
  });
  done.WaitForNotification();
  if (!status.ok()) return status;
  std::vector<grpc::Slice> slices;
  if (!answer.Dump(&slices).ok()) return absl::InternalError("an answer cannot be read");
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace probity::benchmarks

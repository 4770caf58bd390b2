#include "probity/client/stream.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "probity/client/connection.h"
#include "probity/v1/screening_service.grpc.pb.h"
#include "src/run.h"

namespace probity::client {
namespace {

using Answer = v1::StreamScreenSuppliersResponse;
using Request = v1::StreamScreenSuppliersRequest;

Error Plain(grpc::StatusCode code, const char* message) {
  Error error;
  error.code = code;
  error.message = message;
  return error;
}

}  // namespace

// Three threads: whoever iterates reads answers; one takes items from the source, for the life of
// the stream; one sends them, for the life of a call.
class ScreeningStream::Impl {
 public:
  Impl(std::shared_ptr<const internal::Connection> connection,
       const v1::StreamScreenSettings& settings, Source<v1::BatchScreenItem> items,
       const StreamOptions& options)
      : connection_(std::move(connection)),
        items_(std::move(items)),
        options_(options),
        run_(settings) {}

  ~Impl() {
    Cancel();
    if (const std::unique_ptr<Call> left = Drop(); left != nullptr) {
      Answer unread;
      while (left->stream->Read(&unread)) {
      }
      left->stream->Finish();
    }
    if (taking_.joinable()) taking_.join();
  }

  std::optional<Result<Answer>> Next() {
    if (auto refused = BeginOnce(); refused.has_value()) return *std::move(refused);
    for (;;) {
      if (call_ == nullptr) {
        if (auto failed = Open(); failed.has_value()) return *std::move(failed);
      }
      Answer answer;
      if (!call_->stream->Read(&answer)) {
        std::optional<Error> ended = End();
        if (!ended.has_value()) return AllAnswered();
        ended = WaitOut(*std::move(ended));
        if (ended.has_value()) return *std::move(ended);
        continue;
      }
      const Result<bool> is_new = Receive(answer);
      if (!is_new.ok()) return is_new.error();
      if (*is_new) return answer;
    }
  }

  void Cancel() {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_cancelled_ = true;
    if (call_ != nullptr) call_->context.TryCancel();
    changed_.notify_all();
  }

  template <typename Read>
  auto Ask(Read read) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return read(run_);
  }

 private:
  struct Call {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReaderWriter<Request, Answer>> stream;
    std::thread sending;
    bool has_ended = false;  // guarded by mutex_
  };

  std::optional<Error> BeginOnce() {
    if (taking_.joinable()) return std::nullopt;
    if (options_.window < 1) {
      return Plain(grpc::StatusCode::INVALID_ARGUMENT, "window: at least 1");
    }
    taking_ = std::thread([this] { Take(); });
    return std::nullopt;
  }

  // Takes items as there is room, before the source is asked for one.
  void Take() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return is_cancelled_ || run_.waiting() < options_.window; });
      if (is_cancelled_) return;
      lock.unlock();
      std::optional<v1::BatchScreenItem> item;
      std::exception_ptr fault;
      try {
        item = items_();
      } catch (...) {
        fault = std::current_exception();
      }
      lock.lock();
      if (!item.has_value()) {
        fault_ = fault;
        run_.Exhaust();
        changed_.notify_all();
        return;
      }
      run_.Keep(*std::move(item));
      changed_.notify_all();
    }
  }

  std::optional<Error> Open() {
    auto call = std::make_unique<Call>();
    auto refused = connection_->Prepare(*Request::descriptor(), {}, &call->context);
    if (refused.has_value()) return refused;
    Request first;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (is_cancelled_) return Cancelled();
      first = run_.Begin();
      call_ = std::move(call);
    }
    call_->stream = v1::ScreeningService::NewStub(connection_->channel())
                        ->StreamScreenSuppliers(&call_->context);
    call_->sending = std::thread([this, first = std::move(first)] { Send(first); });
    return std::nullopt;
  }

  // Ends when all is sent or the call has ended; why, Finish() says.
  void Send(const Request& first) {
    Call& call = *call_;
    bool goes_on = call.stream->Write(first);
    while (goes_on) {
      const StreamRun::Request next = AwaitNext(call);
      if (next == nullptr) {
        call.stream->WritesDone();
        return;
      }
      goes_on = call.stream->Write(*next);
    }
  }

  // Null: there are no more, or the call has ended.
  StreamRun::Request AwaitNext(const Call& call) {
    std::unique_lock<std::mutex> lock(mutex_);
    StreamRun::Request next;
    changed_.wait(lock, [&] {
      if (is_cancelled_ || call.has_ended) return true;
      next = run_.NextToSend();
      return next != nullptr || run_.is_exhausted();
    });
    return next;
  }

  Result<bool> Receive(const Answer& answer) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const Result<bool> is_new = run_.Receive(answer);
    if (is_new.ok() && *is_new) changed_.notify_all();
    return is_new;
  }

  // What the call ended with; absent: with all that the server had to say.
  std::optional<Error> End() {
    const std::unique_ptr<Call> ended = Drop();
    const grpc::Status status = ended->stream->Finish();
    if (!status.ok()) {
      return connection_->Failed(status, *Request::descriptor(), nullptr, ended->context);
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (run_.is_exhausted() && run_.waiting() == 0) return std::nullopt;
    return Plain(grpc::StatusCode::INTERNAL,
                 "the server ended the stream before all items were answered");
  }

  // Ends the thread that sends; the call can then be finished.
  std::unique_ptr<Call> Drop() {
    if (call_ == nullptr) return nullptr;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      call_->has_ended = true;
      changed_.notify_all();
    }
    if (call_->sending.joinable()) call_->sending.join();
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::move(call_);
  }

  // Absent: the stream is to be opened again. Waits for an item too, where there is nothing to ask.
  std::optional<Error> WaitOut(Error error) {
    std::unique_lock<std::mutex> lock(mutex_);
    const auto wait = run_.WaitAfter(error, options_.patience);
    if (!wait.has_value()) return error;
    if (changed_.wait_for(lock, *wait, [this] { return is_cancelled_; })) return Cancelled();
    changed_.wait(lock,
                  [this] { return is_cancelled_ || run_.waiting() > 0 || run_.is_exhausted(); });
    if (is_cancelled_) return Cancelled();
    return std::nullopt;
  }

  // The source's own fault comes behind the answers to all items before it.
  std::optional<Result<Answer>> AllAnswered() {
    if (fault_ != nullptr) std::rethrow_exception(std::exchange(fault_, nullptr));
    return std::nullopt;
  }

  static Error Cancelled() {
    return Plain(grpc::StatusCode::CANCELLED, "the stream was cancelled");
  }

  const std::shared_ptr<const internal::Connection> connection_;
  const Source<v1::BatchScreenItem> items_;  // of the thread that takes
  const StreamOptions options_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;  // any of what the mutex guards
  StreamRun run_;
  bool is_cancelled_ = false;
  std::exception_ptr fault_;  // what the source ended with

  std::thread taking_;
  std::unique_ptr<Call> call_;  // made and ended by who iterates; the pointer is guarded by mutex_
};

ScreeningStream::ScreeningStream(std::shared_ptr<const internal::Connection> connection,
                                 const v1::StreamScreenSettings& settings,
                                 Source<v1::BatchScreenItem> items, const StreamOptions& options)
    : impl_(std::make_unique<Impl>(std::move(connection), settings, std::move(items), options)) {}

ScreeningStream::~ScreeningStream() = default;

Range<Answer> ScreeningStream::Answers() {
  return Range<Answer>([impl = impl_.get()] { return impl->Next(); });
}

void ScreeningStream::Cancel() { impl_->Cancel(); }

std::string ScreeningStream::resume_token() const {
  return impl_->Ask([](const StreamRun& run) { return run.resume_token(); });
}

uint64_t ScreeningStream::resume_position() const {
  return impl_->Ask([](const StreamRun& run) { return run.resume_position(); });
}

std::optional<v1::StreamScreenOpened> ScreeningStream::opened() const {
  return impl_->Ask([](const StreamRun& run) { return run.opened(); });
}

}  // namespace probity::client

// Answers a call with a stream of messages that a source makes, a page at a time:
//
//   return rpc::ServerStream<v1::ExportDatasetResponse>(
//       env_, context, "DatasetService.ExportDataset",
//       [this, request = *request](const rpc::CallContext& call) {
//         return OpenExport(store_, call, request);
//       });
//
// The source works on the environment's executor. Its next page is asked for when gRPC
// has taken the one before, which it does when the client has room: a client that does
// not read makes the stream wait with one page in memory, and without a thread, until
// the environment's IdleSweep ends it.
#ifndef PROBITY_SERVICES_RPC_SERVER_STREAM_H_
#define PROBITY_SERVICES_RPC_SERVER_STREAM_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "grpcpp/grpcpp.h"
#include "services/rpc/stepping.h"
#include "services/rpc/unary.h"

namespace probity::rpc {

// Makes the messages of one stream. Used by one thread at a time.
template <typename Response>
class MessageSource {
 public:
  virtual ~MessageSource() = default;
  // Appends the next messages, some hundreds of KiB at most; none: that was all. An error
  // ends the stream; what stands in `page` then is not sent.
  virtual absl::Status Next(std::vector<Response>* page) = 0;
};

// Called once, on the executor; `call` outlives the source.
template <typename Response>
using OpenSource =
    std::function<absl::StatusOr<std::unique_ptr<MessageSource<Response>>>(const CallContext&)>;

enum class StreamStep { kNone, kRead, kWrite, kCutOff, kFinish };

// Lives until gRPC and the source's work have done with it.
template <typename Response>
class SourceStream final : public grpc::ServerWriteReactor<Response>,
                           public std::enable_shared_from_this<SourceStream<Response>>,
                           public SweptStream,
                           private Stepping<StreamStep> {
 public:
  SourceStream(const Environment& env, grpc::CallbackServerContext* context,
               absl::string_view method, OpenSource<Response> open)
      : env_(env), frame_(env, context, method), open_(std::move(open)) {}

  // `self` keeps itself until OnDone().
  static void Begin(const std::shared_ptr<SourceStream>& self) {
    self->self_ = self;
    const absl::Status known = self->frame_.Authorise();
    self->Advance([&self, &known] { self->Stop(known); });
    // Not before: who looks at a stream has it take its steps.
    if (known.ok() && self->env_.idle != nullptr) self->env_.idle->Add(self);
  }

  void OnWriteDone(bool ok) override {
    Advance([this, ok] {
      writing_ = false;
      ++written_;
      if (!ok) Stop(absl::CancelledError("the caller has gone"));
    });
  }
  void OnCancel() override {
    Advance([this] {
      const absl::Status why = frame_.call().CheckAlive();
      Stop(why.ok() ? absl::CancelledError("the caller has gone") : why);
    });
  }
  void OnDone() override { self_.reset(); }

  void EndIfIdle(absl::Time now, absl::Duration limit) override {
    Advance([this, now, limit] {
      if (!writing_ || now - written_at_ < limit || !end_.ok()) return;
      Stop(StreamIdle(limit));
      cut_off_ = true;
    });
  }

 private:
  StreamStep Next() override ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ && std::exchange(cut_off_, false)) return StreamStep::kCutOff;
    if (writing_ || reading_) return StreamStep::kNone;
    if (!end_.ok() || all_read_) {
      if (end_.ok() && written_ < page_.size()) return BeginWrite();
      return StreamStep::kFinish;
    }
    if (written_ < page_.size()) return BeginWrite();
    reading_ = true;
    return StreamStep::kRead;
  }

  StreamStep BeginWrite() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    writing_ = true;
    written_at_ = absl::Now();
    return StreamStep::kWrite;
  }

  void Take(StreamStep step) override {
    if (step == StreamStep::kRead) {
      return env_.executor->Add([self = this->shared_from_this()] { self->Read(); });
    }
    if (step == StreamStep::kCutOff) return frame_.CutOff();
    const Response* message = nullptr;
    absl::Status end;
    {
      absl::MutexLock lock(&mutex_);
      if (step == StreamStep::kWrite) message = &page_[written_];
      end = end_;
    }
    if (message != nullptr) {
      frame_.BeginAnswer();
      return this->StartWrite(message);
    }
    source_.reset();
    this->Finish(frame_.End(end));
  }

  void Read() {
    std::vector<Response> page;
    const absl::Status status = ReadPage(&page);
    Advance([this, &page, &status] {
      reading_ = false;
      Stop(status);
      all_read_ = page.empty();
      page_ = std::move(page);
      written_ = 0;
    });
  }

  absl::Status ReadPage(std::vector<Response>* page) {
    if (absl::Status alive = frame_.call().CheckAlive(); !alive.ok()) return alive;
    if (source_ == nullptr) {
      auto opened = open_(frame_.call());
      if (!opened.ok()) return opened.status();
      source_ = *std::move(opened);
    }
    return source_->Next(page);
  }

  const Environment& env_;
  CallFrame frame_;
  const OpenSource<Response> open_;
  std::shared_ptr<SourceStream> self_;
  std::unique_ptr<MessageSource<Response>> source_;  // of the one who reads, then ends

  std::vector<Response> page_ ABSL_GUARDED_BY(mutex_);
  size_t written_ ABSL_GUARDED_BY(mutex_) = 0;  // of the page
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool all_read_ ABSL_GUARDED_BY(mutex_) = false;
  bool cut_off_ ABSL_GUARDED_BY(mutex_) = false;  // what is being written
  absl::Time written_at_ ABSL_GUARDED_BY(mutex_);
};

template <typename Response>
grpc::ServerWriteReactor<Response>* ServerStream(const Environment& env,
                                                 grpc::CallbackServerContext* context,
                                                 absl::string_view method,
                                                 OpenSource<Response> open) {
  auto stream = std::make_shared<SourceStream<Response>>(env, context, method, std::move(open));
  SourceStream<Response>::Begin(stream);
  return stream.get();
}

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_SERVER_STREAM_H_

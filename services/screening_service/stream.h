// StreamScreenSuppliers over gRPC: items come in order, are decided some at a time,
// and their answers leave in order.
//
// At most rpc::kMaxStreamScreenInFlight items are between being read and their
// answer's being taken by gRPC, which takes the next one when the client has room
// for it. So a client that does not read stops the reading, and what a stream holds
// in memory is bounded whatever its length. A client that does nothing at all is ended
// by the environment's IdleSweep: it goes on later by its resume token.
#ifndef PROBITY_SERVICES_SCREENING_SERVICE_STREAM_H_
#define PROBITY_SERVICES_SCREENING_SERVICE_STREAM_H_

#include <cstdint>
#include <deque>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/grpcpp.h"
#include "services/rpc/stepping.h"
#include "services/rpc/unary.h"
#include "services/screening_service/operations.h"
#include "services/screening_service/stream_run.h"

namespace probity::screening_service {

using RawBidiReactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

enum class ScreenStep { kNone, kRead, kWrite, kCutOff, kFinish };

// One stream. Lives until gRPC and every item have done with it.
class ScreenStream final : public RawBidiReactor,
                           public std::enable_shared_from_this<ScreenStream>,
                           public rpc::SweptStream,
                           private rpc::Stepping<ScreenStep> {
 public:
  // Whose threads work for streams.
  struct Workers {
    rpc::Executor& work;     // open them, and decide their items
    rpc::Executor& waiting;  // open those whose names are not at hand yet
  };
  // What is given outlives the stream.
  // Raw, because gRPC tells a message that does not parse from the end of the
  // stream by nothing: items would be lost.
  static RawBidiReactor* Begin(const rpc::Environment& env, const Bench& bench,
                               const Workers& workers, grpc::CallbackServerContext* context);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;
  void EndIfIdle(absl::Time now, absl::Duration limit) override;

 private:
  // A message that was read, until its answer has left.
  struct Slot {
    grpc::ByteBuffer message;
    size_t bytes = 0;
    bool answered = false;
    grpc::ByteBuffer answer;
    absl::Status end;  // not OK: the stream ends here
  };

  ScreenStream(const rpc::Environment& env, const Bench& bench, const Workers& workers,
               grpc::CallbackServerContext* context)
      : frame_(env, context, "ScreeningService.StreamScreenSuppliers"),
        bench_(bench),
        workers_(workers) {}

  ScreenStep Next() override ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool MayRead() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Take(ScreenStep step) override;

  absl::Status StillWanted();
  // On a worker: answers the message of `slot`, the first one by opening the run.
  void Work(Slot* slot, uint64_t place);
  void OpenRun(Slot* slot);
  void OpenWith(Slot* slot, const v1::StreamScreenSettings& settings);
  void Answer(Slot* slot, absl::StatusOr<v1::StreamScreenSuppliersResponse> answer);

  rpc::CallFrame frame_;
  const Bench& bench_;
  const Workers workers_;
  std::shared_ptr<ScreenStream> self_;
  grpc::ByteBuffer incoming_;  // of the read under way
  // Set by the first message's work, before a second one is read.
  std::unique_ptr<const StreamRun> run_;

  std::deque<Slot> slots_ ABSL_GUARDED_BY(mutex_);  // places stay while others come and go
  uint64_t read_ ABSL_GUARDED_BY(mutex_) = 0;       // messages, the settings among them
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;        // of the slots
  int working_ ABSL_GUARDED_BY(mutex_) = 0;         // slots that are not answered yet
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool all_read_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool cut_off_ ABSL_GUARDED_BY(mutex_) = false;  // what is being written
  absl::Time moved_at_ ABSL_GUARDED_BY(mutex_);   // a message came or went
};

}  // namespace probity::screening_service

#endif  // PROBITY_SERVICES_SCREENING_SERVICE_STREAM_H_

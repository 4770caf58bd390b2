// WatchVerdicts over gRPC: events as they come, checkpoints in between.
//
// A page of events is read only when the one before was taken by gRPC, which takes a
// message when the client has room for it. So a client that does not read makes the
// stream wait with at most rpc::kWatchPage events in memory, and without a view, a lock
// or a thread; what comes meanwhile stays in the watch's database. Checkpoints come all
// the time, so that one who takes none of them for as long as the environment's IdleSweep
// allows has gone, and is cut off.
#ifndef PROBITY_SERVICES_PORTFOLIO_WATCH_STREAM_H_
#define PROBITY_SERVICES_PORTFOLIO_WATCH_STREAM_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "grpcpp/alarm.h"
#include "grpcpp/grpcpp.h"
#include "probity/v1/portfolio_service.pb.h"
#include "screening/watch/watch.h"
#include "services/portfolio/feed_reader.h"
#include "services/rpc/executor.h"
#include "services/rpc/stepping.h"
#include "services/rpc/unary.h"

namespace probity::portfolio {

// What streams stand on. Borrowed; longer than any stream.
struct StreamBase {
  const rpc::Environment& env;
  screening::Watch& watch;
  rpc::Executor& readers;                 // read the pages of all streams
  std::chrono::seconds checkpoint_every;  // from one checkpoint to the next
};

enum class WatchStreamStep { kNone, kRead, kWrite, kCancel, kFinish };

// One stream. Lives until gRPC and its reading have done with it.
class WatchStream final : public grpc::ServerWriteReactor<v1::WatchVerdictsResponse>,
                          public std::enable_shared_from_this<WatchStream>,
                          public rpc::SweptStream,
                          private rpc::Stepping<WatchStreamStep> {
 public:
  // Begins one; it keeps itself.
  static std::shared_ptr<WatchStream> Begin(const StreamBase& base,
                                            grpc::CallbackServerContext* context,
                                            const v1::WatchVerdictsRequest& request);

  // Ends it soon, with UNAVAILABLE / WATCH_UNAVAILABLE: the server shuts down.
  void Drain();
  void EndIfIdle(absl::Time now, absl::Duration limit) override;

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  using Step = WatchStreamStep;

  WatchStream(const StreamBase& base, grpc::CallbackServerContext* context,
              const v1::WatchVerdictsRequest& request)
      : base_(base),
        frame_(base.env, context, "PortfolioService.WatchVerdicts"),
        request_(request) {}

  Step Next() override ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Take(Step step) override;
  void End();

  // On a reader.
  void Read(bool checkpoint_is_due);
  absl::Status ReadPage(bool checkpoint_is_due, std::vector<v1::WatchVerdictsResponse>* page);
  absl::Status Open();
  v1::WatchVerdictsResponse Checkpoint() const;

  // Called by the watch, whose thread is not kept.
  void Wake();
  // Sets `due`, a field below mutex_, in a while, in the place of the alarm before.
  void SetAlarm(std::chrono::milliseconds after, bool* due);

  const StreamBase& base_;
  rpc::CallFrame frame_;
  const v1::WatchVerdictsRequest request_;
  std::shared_ptr<WatchStream> self_;
  std::atomic<bool> woken_{false};  // a reader will look at it

  // Of the one who reads; then of the one who ends it.
  std::optional<FeedReader> reader_;
  std::optional<uint64_t> listener_;
  screening::WatchPoint given_;  // up to which all events were given; 0: not known

  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
  std::deque<v1::WatchVerdictsResponse> page_ ABSL_GUARDED_BY(mutex_);
  bool may_have_more_ ABSL_GUARDED_BY(mutex_) = true;
  bool checkpoint_due_ ABSL_GUARDED_BY(mutex_) = true;  // the first message is one
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool cut_off_ ABSL_GUARDED_BY(mutex_) = false;  // what is being written
  absl::Time written_at_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace probity::portfolio

#endif  // PROBITY_SERVICES_PORTFOLIO_WATCH_STREAM_H_

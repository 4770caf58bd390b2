// Acts of administration in the evidence log: a leaf durable before what an act does, another
// one before its caller is answered (docs/adr/0006-acts-in-the-evidence-log.md).
#ifndef PROBITY_SERVICES_RPC_ACT_RECORDER_H_
#define PROBITY_SERVICES_RPC_ACT_RECORDER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "probity/v1/act.pb.h"
#include "services/rpc/gate.h"
#include "storage/evidence/evidence_log.h"

namespace probity::rpc {

// Of what a request names, so many stand in its act: more would let a batch weigh on a log
// that is kept for ever, while the act says how many there were, and the revision which.
inline constexpr size_t kMaxActSubjects = 16;

class ActRecorder final : public ActRecords {
 public:
  struct Options {
    storage::EvidenceLog* log = nullptr;  // borrowed
    // "DatasetService.PutRecord": whose calls are acts.
    std::set<std::string> methods;
    std::function<void(absl::string_view)> warn;
  };
  explicit ActRecorder(Options options) : options_(std::move(options)) {}

  // Ends the acts that are open, as interrupted: at a start, before any call. An end that
  // cannot be recorded now is kept, and no act begins before it is. Errors of the log where
  // it cannot be read.
  absl::Status EndInterrupted();

  bool Has(absl::string_view method) const override {
    return options_.methods.count(std::string(method)) > 0;
  }
  // Besides what `operation` gives: RESOURCE_EXHAUSTED, UNAVAILABLE and FAILED_PRECONDITION
  // / EVIDENCE_GAP as storage::EvidenceLog::AppendAct(), either before anything is done or
  // in the place of an answer that could not be recorded.
  absl::Status Run(const CallContext& call, absl::string_view method,
                   const google::protobuf::Message& response,
                   const std::function<absl::Status()>& operation) override;

 private:
  // Keeps an end that could not be recorded.
  void Keep(storage::ActEntry end);
  // Records the ends that were kept, oldest first, up to the first that cannot be.
  absl::Status WriteKept();

  const Options options_;
  absl::Mutex mutex_;  // held while kept ends are written, so that each is written once
  std::deque<storage::ActEntry> kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_ACT_RECORDER_H_

#include "services/server/replay_backup.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "storage/names/name_index.h"

namespace probity::server {
namespace {

// What the index of a backup's names may take; a million take some ten seconds.
constexpr absl::Duration kPatience = absl::Minutes(10);
constexpr int kMostFindings = 100;

class BackupReplay {
 public:
  BackupReplay(const screening_service::Bench& bench, const std::function<bool()>& is_cancelled,
               v1::VerifyBackupResponse* response)
      : bench_(bench), is_cancelled_(is_cancelled), response_(response) {}

  // False once nobody waits.
  bool Visit(const storage::StoredDecision& stored) {
    if (is_cancelled_()) return false;
    const Outcome recorded = Replay(stored, v1::REPLAY_MODE_REEVALUATE);
    const Outcome derived = Replay(stored, v1::REPLAY_MODE_REDERIVE);
    if (recorded == Outcome::kDiffers || derived == Outcome::kDiffers) {
      response_->set_replayed_different(response_->replayed_different() + 1);
    } else if (recorded == Outcome::kEqual && derived == Outcome::kEqual) {
      response_->set_replayed_equal(response_->replayed_equal() + 1);
    } else {
      response_->set_not_replayable(response_->not_replayable() + 1);
    }
    return true;
  }

 private:
  enum class Outcome { kEqual, kDiffers, kNotPossible };

  Outcome Replay(const storage::StoredDecision& stored, v1::ReplayMode mode) {
    rpc::CallContext call;
    call.received_at = absl::Now();
    call.caller.authority = std::string(storage::AuthorityOf(stored.summary.decision()));
    call.is_cancelled = is_cancelled_;
    v1::ReplayDecisionResponse replayed;
    const absl::Status status =
        screening_service::ReplayStored(bench_, call, stored, mode, &replayed);
    if (!status.ok()) return Judge(stored, status);
    if (replayed.equal()) return Outcome::kEqual;
    const std::string how = replayed.differences().empty() ? "" : replayed.differences(0);
    Find(stored, absl::StrCat("it is derived differently: ", how));
    return Outcome::kDiffers;
  }

  // Damage is a finding; what is only gone by now is none.
  Outcome Judge(const storage::StoredDecision& stored, const absl::Status& status) {
    if (status.code() != absl::StatusCode::kDataLoss) return Outcome::kNotPossible;
    Find(stored, status.message());
    return Outcome::kDiffers;
  }

  void Find(const storage::StoredDecision& stored, absl::string_view message) {
    if (response_->findings_size() >= kMostFindings) return;
    v1::StoreFinding* finding = response_->add_findings();
    finding->set_part("backup");
    finding->set_place(stored.summary.decision());
    finding->set_message(std::string(message));
    finding->set_recovery("docs/OPERATIONS.md, \"A backup is damaged\"");
  }

  const screening_service::Bench& bench_;
  const std::function<bool()>& is_cancelled_;
  v1::VerifyBackupResponse* const response_;
};

absl::Status ReplayAll(const screening_service::Bench& bench, const matching::Matcher& matcher,
                       const storage::BackupShelf& shelf, const storage::v1::BackupNote& note,
                       uint64_t most, const std::function<bool()>& is_cancelled,
                       v1::VerifyBackupResponse* response) {
  const auto store = shelf.OpenStore(note, bench.store.identifiers());
  if (!store.ok()) return store.status();
  const auto index = storage::NameIndex::Open(store->get(), &matcher, {});
  const uint64_t head = (*store)->Head("")->manifest().revision();
  absl::Status ready = storage::AwaitNames(*index, head, absl::Now() + kPatience, [&] {
    return is_cancelled() ? absl::CancelledError("nobody waits") : absl::OkStatus();
  });
  if (!ready.ok()) return ready;
  const screening::NameBook names{**store, *index, bench.names.comparer};
  const screening_service::Bench there{**store,       names,       bench.law,
                                       bench.schemes, bench.goods, bench.policies,
                                       bench.log,     bench.texts, bench.engine};
  BackupReplay replay(there, is_cancelled, response);
  absl::Status status = shelf.ForEachDecision(
      note, most, [&](const storage::StoredDecision& stored) { return replay.Visit(stored); });
  return status.ok() && is_cancelled() ? absl::CancelledError("nobody waits") : status;
}

}  // namespace

server_info::ReplayDecisions ReplayWith(const screening_service::Bench& bench,
                                        const matching::Matcher& matcher) {
  return [bench, &matcher](const storage::BackupShelf& shelf, const storage::v1::BackupNote& note,
                           uint64_t most, const std::function<bool()>& is_cancelled,
                           v1::VerifyBackupResponse* response) {
    return ReplayAll(bench, matcher, shelf, note, most, is_cancelled, response);
  };
}

}  // namespace probity::server

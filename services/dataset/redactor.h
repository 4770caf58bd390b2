// Carries redactions out: everywhere where personal fields of a record may stand, one
// place after the other, in an order in which a crash loses nothing.
//
//   journal      approved: from here on it is done, now or when the server next starts
//   decisions    personal texts beside the bundles of the authority's own decisions
//   loads        refused rows, previews and states of loads
//   head         the record as it is from now on is published, so that the watch, the
//                name index and everybody who lists revisions hear of it
//   history      every version, index row, supplier and remembered answer
//   files        store, name index and watch are written anew
//   journal      done
// Every step finds what it has to do in the store, and finds nothing once history is
// rewritten: so that doing all of it again is right. Decisions and loads come before
// history, because they are searched for texts that history holds.
#ifndef PROBITY_SERVICES_DATASET_REDACTOR_H_
#define PROBITY_SERVICES_DATASET_REDACTOR_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/civil_day.h"
#include "probity/v1/dataset.pb.h"
#include "probity/v1/erasure.pb.h"
#include "probity/v1/history.pb.h"
#include "screening/watch/watch.h"
#include "services/dataset/redaction_steps.h"
#include "storage/evidence/evidence_log.h"
#include "storage/names/name_index.h"
#include "storage/redaction_journal.h"
#include "storage/store.h"

namespace probity::dataset {

// Thread-safe: one redaction is carried out at a time.
class Redactor {
 public:
  // Borrowed, but for the values.
  struct Parts {
    storage::Store& store;
    storage::RedactionJournal& journal;
    storage::EvidenceLog& log;
    storage::NameIndex& names;
    screening::Watch& watch;
    std::function<absl::Time()> clock;
    // LoadManager::MaskTexts().
    std::function<absl::Status(const std::set<std::string>& texts)> mask_loads;
    // A legal hold that stands on datasets/{dataset}; none where it is not given.
    std::function<absl::StatusOr<std::optional<v1::LegalHold>>(absl::string_view dataset)> hold_on;
  };
  // The store holds to the journal from now on.
  explicit Redactor(Parts parts);

  // Notes what is asked for; nothing is erased. `line` is complete but for the name.
  // Errors of the journal.
  absl::StatusOr<v1::Redaction> Ask(storage::v1::RedactionLine line);
  // Approves and carries out. An approved one is carried on with, by whomever it is asked.
  //   NOT_FOUND / REDACTION_NOT_FOUND; FAILED_PRECONDITION / REDACTION_SELF_APPROVAL,
  //   LEGAL_HOLD; errors of store, evidence log, index and watch: the redaction stays
  //   approved and is carried on with by another call or at the next start
  absl::StatusOr<v1::Redaction> Approve(const std::string& name, const std::string& by);
  // Redacts every record whose retain_until lies before `today` and whose dataset is not
  // held, whoever owns it. Gives how many. Reads all records. Errors as above.
  absl::StatusOr<uint64_t> RedactExpired(DayNumber today);
  // What is approved and not done, or done in a store that was since restored. Before
  // anybody is served.
  absl::Status CarryOn();

  // FAILED_PRECONDITION / LEGAL_HOLD when the dataset (bare id) is held.
  absl::Status CheckHold(const std::string& dataset) const;
  storage::RedactionJournal& journal() const { return parts_.journal; }

 private:
  using Line = storage::v1::RedactionLine;

  absl::Status Carry(std::vector<Line> lines) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status RewriteHistory(std::vector<RedactionTask>* tasks);
  absl::Status RewriteFiles(const std::vector<RedactionTask>& tasks);
  // Adds the redactions of a dataset's records whose day has passed.
  absl::Status AddExpired(const v1::Dataset& of, DayNumber today, std::vector<Line>* lines) const;

  const Parts parts_;
  absl::Mutex mutex_;
};

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_REDACTOR_H_

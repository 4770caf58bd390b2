// The steps by which redactions are carried out; redactor.h puts them in order.
#ifndef PROBITY_SERVICES_DATASET_REDACTION_STEPS_H_
#define PROBITY_SERVICES_DATASET_REDACTION_STEPS_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "probity/v1/load.pb.h"
#include "storage/evidence/evidence_log.h"
#include "storage/redaction.h"
#include "storage/store.h"

namespace probity::dataset {

// One redaction, and what of its record the store still holds.
struct RedactionTask {
  storage::v1::RedactionLine line;
  storage::RecordRef ref;
  std::set<std::string> texts;  // that would go, of all versions
  uint64_t versions = 0;        // that would change
  bool has_names = false;       // a party or site, which the name index knows
  bool is_known = false;        // the store has, or had, the record
};

storage::RedactionRule RuleOf(const probity::v1::Redaction& redaction);

// Reads the history of the line's record. Errors of the store.
absl::StatusOr<RedactionTask> MakeTask(const storage::Store& store,
                                       storage::v1::RedactionLine line);

// Erases the texts from decisions of the authorities that asked, and counts those in the
// lines.
absl::Status EraseFromDecisions(const storage::Store& store, storage::EvidenceLog& log,
                                std::vector<RedactionTask>* tasks);

// Whether one of the texts stands in `where`; those of less than four bytes only alone.
bool Tells(absl::string_view where, const std::set<std::string>& texts);

// Writes "*" over each of `texts` in what the server made of loads, below `directory`:
// refused rows, previews, change sets, which then are made again. The files that were
// sent stay as they are. Texts of less than four bytes are left.
absl::Status MaskFiles(const std::string& directory, const std::set<std::string>& texts);
// The same of what is on record of a load; true when it changed.
bool MaskLoad(const std::set<std::string>& texts, v1::Load* load);

// Publishes the records as they are from now on, one revision a dataset. What is gone or
// says nothing that goes is left out. Errors of Store::Publish().
absl::Status PublishHeads(storage::Store& store, const std::vector<RedactionTask>& tasks,
                          absl::Time now);

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_REDACTION_STEPS_H_

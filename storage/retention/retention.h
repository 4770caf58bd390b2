// What of the past is kept: legal holds, and the sweeping of what nobody needs.
//
// Holds stand beside the revisions (Store::PutMeta), released ones too. A hold is set
// and a share is swept one after the other, so that a hold keeps everything that was
// readable when it was set.
#ifndef PROBITY_STORAGE_RETENTION_RETENTION_H_
#define PROBITY_STORAGE_RETENTION_RETENTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "probity/v1/history.pb.h"
#include "storage/evidence/evidence_log.h"
#include "storage/store.h"

namespace probity::storage {

struct RetentionOptions {
  Store* store = nullptr;            // borrowed
  const EvidenceLog* log = nullptr;  // borrowed
  // Revisions that stay readable besides the newest; 0: all, and nothing is swept.
  uint64_t retained = 0;
  // How long a recorded decision keeps the revision that it was made from.
  absl::Duration decision_hold;
};

// Thread-safe.
class Retention {
 public:
  explicit Retention(const RetentionOptions& options) : options_(options) {}

  // All holds, newest first. Errors of the store, DATA_LOSS / STORE_CORRUPT.
  absl::StatusOr<std::vector<probity::v1::LegalHold>> Holds() const;
  // One that stands and keeps `dataset` (datasets/{dataset}); nullopt: none does.
  absl::StatusOr<std::optional<probity::v1::LegalHold>> HoldOn(absl::string_view dataset) const;

  // Sets a hold, durable when this returns: name, dataset, reason, set_by and set_at are
  // the caller's. Gives it with the revision from which on it keeps everything. One of
  // that name that is there already is given as it is. Errors of the store.
  absl::StatusOr<probity::v1::LegalHold> SetHold(probity::v1::LegalHold hold);
  // NOT_FOUND / LEGAL_HOLD_NOT_FOUND. One that was released stays as it is.
  absl::StatusOr<probity::v1::LegalHold> ReleaseHold(const std::string& name,
                                                     const std::string& released_by,
                                                     absl::Time now);

  // Sweeps a share of what may go; true: some of it is left, now or once those who read it
  // have done. Errors of the store and of the log.
  absl::StatusOr<bool> SweepSome(absl::Time now);

 private:
  absl::StatusOr<std::optional<uint64_t>> HeldFrom() const;
  absl::StatusOr<uint64_t> Floor(absl::Time now) const;

  const RetentionOptions options_;
  absl::Mutex mutex_;  // held while a hold is set or a share is swept
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_RETENTION_RETENTION_H_

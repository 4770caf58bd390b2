// What was corrected, for the list of decisions that it affects: one record, or all that
// one revision changed.
#ifndef PROBITY_SERVICES_DATASET_AFFECTED_CAUSE_H_
#define PROBITY_SERVICES_DATASET_AFFECTED_CAUSE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/dataset/operations.h"
#include "services/rpc/view.h"
#include "storage/store.h"

namespace probity::dataset {

// Borrows the store.
class AffectedCause {
 public:
  // Errors as ListAffectedDecisions has them.
  static absl::StatusOr<AffectedCause> Open(const Place& at,
                                            const v1::ListAffectedDecisionsRequest& request);

  const std::string& dataset() const { return dataset_; }
  // What is said since.
  const storage::View& corrected() const { return *corrected_; }

  // Keys of its records behind `after`, in order; none: that was all.
  absl::StatusOr<std::vector<std::string>> KeysBehind(const std::string& after) const;
  // Names of the records that its separations name, now or before, and that it does not
  // change otherwise.
  const std::set<std::string>& parted() const { return parted_; }

  // Whether it is why the record says something else since `then`, or is put together with
  // others. Without `then`: whether it may be.
  absl::StatusOr<bool> Corrects(const storage::RecordRef& ref, const storage::View* then) const;

 private:
  static absl::StatusOr<AffectedCause> OfRecord(const Place& at, const std::string& name);
  static absl::StatusOr<AffectedCause> OfRevision(const Place& at, uint64_t revision);
  absl::Status FindParted(const Place& at);
  absl::Status AddParted(const std::string& key, std::set<storage::RecordRef>* named) const;
  absl::StatusOr<bool> Changed(const storage::RecordRef& ref) const;
  // Whether the record says something else in `then` than it does since.
  absl::StatusOr<bool> Differs(const storage::RecordRef& ref, const storage::View& then) const;
  absl::StatusOr<bool> IsParted(const storage::RecordRef& ref, const storage::View& then) const;

  const storage::Store* store_ = nullptr;
  std::string dataset_;  // bare id
  std::string key_;      // of the one record
  rpc::ViewPtr before_;  // the revision before; nullptr: it is one record
  rpc::ViewPtr corrected_;
  std::set<std::string> parted_;
};

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_AFFECTED_CAUSE_H_

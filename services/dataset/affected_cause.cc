#include "services/dataset/affected_cause.h"

#include <optional>
#include <utility>

#include "base/errors.h"
#include "screening/names/name_search.h"
#include "services/rpc/resource_names.h"
#include "storage/component.h"
#include "storage/diff.h"

namespace probity::dataset {
namespace {

using storage::RecordRef;

constexpr size_t kKeysRead = 1000;

// Names of the records that `ref` is put together with; none where it is no party.
absl::StatusOr<std::set<std::string>> MembersWith(const RecordRef& ref, const storage::View& view) {
  std::set<std::string> members;
  auto stored = view.SupplierOf(ref);
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return members;
  auto supplier = screening::ReadSupplier(**stored);
  if (!supplier.ok()) return supplier.status();
  members.insert(supplier->source_records().begin(), supplier->source_records().end());
  return members;
}

}  // namespace

absl::StatusOr<AffectedCause> AffectedCause::Open(const Place& at,
                                                  const v1::ListAffectedDecisionsRequest& request) {
  absl::StatusOr<AffectedCause> cause = InvalidField("cause", "give a record or a revision");
  if (request.has_record()) cause = OfRecord(at, request.record());
  if (request.has_revision()) cause = OfRevision(at, request.revision());
  if (!cause.ok()) return cause;
  if (absl::Status found = cause->FindParted(at); !found.ok()) return found;
  return cause;
}

absl::StatusOr<AffectedCause> AffectedCause::OfRecord(const Place& at, const std::string& name) {
  auto ref = rpc::ParseRecordName("record", name);
  if (!ref.ok()) return ref.status();
  AffectedCause cause;
  cause.corrected_ = at.store.Head(at.call.caller.authority);
  auto state = FindDataset(*cause.corrected_, ref->dataset);
  if (!state.ok()) return state.status();
  cause.dataset_ = ref->dataset;
  cause.key_ = ref->key;
  return cause;
}

absl::StatusOr<AffectedCause> AffectedCause::OfRevision(const Place& at, uint64_t revision) {
  if (revision < 2) return InvalidField("revision", "must be 2 or more: 1 changed nothing");
  auto corrected = rpc::ViewOfRevision(at.store, at.call, revision);
  if (!corrected.ok()) return corrected.status();
  auto before = rpc::ViewOfRevision(at.store, at.call, revision - 1);
  if (!before.ok()) return before.status();
  AffectedCause cause;
  cause.store_ = &at.store;
  cause.corrected_ = *std::move(corrected);
  cause.before_ = *std::move(before);
  // Empty where the caller may not see it.
  cause.dataset_ =
      std::string(storage::BareDatasetId(cause.corrected_->manifest().changed_dataset()));
  return cause;
}

absl::StatusOr<std::vector<std::string>> AffectedCause::KeysBehind(const std::string& after) const {
  if (dataset_.empty()) return std::vector<std::string>();
  if (before_ != nullptr) {
    return store_->ChangedKeys(*before_, *corrected_, dataset_, after, kKeysRead);
  }
  return after < key_ ? std::vector<std::string>{key_} : std::vector<std::string>();
}

absl::Status AffectedCause::AddParted(const std::string& key, std::set<RecordRef>* named) const {
  for (const storage::View* view : {before_.get(), corrected_.get()}) {
    if (view == nullptr) continue;
    auto row = view->GetRecord({dataset_, key});
    if (!row.ok()) return row.status();
    storage::AddSeparated(*row, named);
  }
  return absl::OkStatus();
}

// Reads the changed records where there are separations among those of the dataset.
absl::Status AffectedCause::FindParted(const Place& at) {
  const bool may_part = storage::HoldsSeparations(*corrected_, dataset_) ||
                        (before_ != nullptr && storage::HoldsSeparations(*before_, dataset_));
  if (!may_part) return absl::OkStatus();
  std::set<RecordRef> named;
  for (std::string last;;) {
    if (absl::Status alive = at.call.CheckAlive(); !alive.ok()) return alive;
    auto keys = KeysBehind(last);
    if (!keys.ok()) return keys.status();
    if (keys->empty()) break;
    for (const std::string& key : *keys) {
      if (absl::Status added = AddParted(key, &named); !added.ok()) return added;
    }
    last = std::move(keys->back());
  }
  for (const RecordRef& ref : named) {
    auto changed = Changed(ref);
    if (!changed.ok()) return changed.status();
    if (!*changed) parted_.insert(ref.Name());
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> AffectedCause::Corrects(const RecordRef& ref,
                                             const storage::View* then) const {
  if (parted_.count(ref.Name()) > 0) return then == nullptr ? true : IsParted(ref, *then);
  auto changed = Changed(ref);
  if (!changed.ok() || !*changed || then == nullptr) return changed;
  return Differs(ref, *then);
}

absl::StatusOr<bool> AffectedCause::Changed(const RecordRef& ref) const {
  if (ref.dataset != dataset_) return false;
  if (before_ == nullptr) return ref.key == key_;
  return Differs(ref, *before_);
}

absl::StatusOr<bool> AffectedCause::Differs(const RecordRef& ref, const storage::View& then) const {
  auto old_row = then.GetRecord(ref);
  if (!old_row.ok()) return old_row.status();
  auto new_row = corrected_->GetRecord(ref);
  if (!new_row.ok()) return new_row.status();
  return storage::Differ(*old_row, *new_row);
}

absl::StatusOr<bool> AffectedCause::IsParted(const RecordRef& ref,
                                             const storage::View& then) const {
  auto before = MembersWith(ref, then);
  if (!before.ok()) return before.status();
  auto since = MembersWith(ref, *corrected_);
  if (!since.ok()) return since.status();
  return *before != *since;
}

}  // namespace probity::dataset

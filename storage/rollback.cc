#include "storage/rollback.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "storage/change_file.h"
#include "storage/diff.h"

namespace probity::storage {
namespace {

constexpr char kField[] = "revision";
// Records in memory at once.
constexpr size_t kPage = 1024;

// The state with what rows and editions make of it, from `target`.
v1::DatasetState StateOf(const v1::DatasetState& head, const v1::DatasetState& target) {
  v1::DatasetState state = head;
  state.clear_edition();
  if (target.has_edition()) *state.mutable_edition() = target.edition();
  *state.mutable_edition_days() = target.edition_days();
  state.set_record_count(target.record_count());
  *state.mutable_body_counts() = target.body_counts();
  *state.mutable_flagged_datasets() = target.flagged_datasets();
  return state;
}

// Counts the change, and puts it into the form of a change set.
v1::ChangeRow RowOf(RecordChange change, probity::v1::LoadCounts* counts) {
  v1::ChangeRow row;
  row.set_key(std::move(change.ref.key));
  row.set_removed(!change.after.has_value());
  if (row.removed()) {
    counts->set_removed(counts->removed() + 1);
    return row;
  }
  if (change.before.has_value()) {
    counts->set_changed(counts->changed() + 1);
  } else {
    counts->set_added(counts->added() + 1);
  }
  *row.mutable_row() = *std::move(change.after);
  return row;
}

}  // namespace

absl::Status CheckRollback(const View& head, const View& target, absl::string_view dataset) {
  const std::string name = absl::StrCat("datasets/", dataset);
  const v1::DatasetState* now = head.FindDataset(dataset);
  const v1::DatasetState* then = target.FindDataset(dataset);
  const uint64_t revision = target.manifest().revision();
  if (now == nullptr) return DatasetNotFound(name);
  if (then == nullptr) {
    return InvalidField(kField, absl::StrCat(name, " was not there at revision ", revision));
  }
  if (then->version() < now->version()) return absl::OkStatus();
  return InvalidField(kField, absl::StrCat("nothing was written to ", name, " since revision ",
                                           revision, "; ListRevisions tells what was"));
}

absl::StatusOr<ChangeSet> MakeRollback(const Store& store, const View& head, const View& target,
                                       absl::string_view dataset, const std::string& directory,
                                       const KeepGoing& keep_going) {
  if (absl::Status fit = CheckRollback(head, target, dataset); !fit.ok()) return fit;
  const v1::DatasetState* now = head.FindDataset(dataset);
  const v1::DatasetState* then = target.FindDataset(dataset);
  auto writer = ChangeFileWriter::Create(directory);
  if (!writer.ok()) return writer.status();
  DiffReader reader(store, head, target, std::string(dataset));
  probity::v1::LoadCounts counts;
  for (;;) {
    if (absl::Status go_on = keep_going(); !go_on.ok()) return go_on;
    auto page = reader.Next(kPage);
    if (!page.ok()) return page.status();
    if (page->empty()) break;
    for (RecordChange& change : *page) {
      absl::Status added = (*writer)->Add(RowOf(std::move(change), &counts));
      if (!added.ok()) return added;
    }
  }
  auto changes = (*writer)->Finish();
  if (!changes.ok()) return changes.status();
  counts.set_unchanged(then->record_count() - counts.added() - counts.changed());
  counts.set_change_set_bytes(changes->bytes);
  changes->header.set_dataset(now->dataset().name());
  changes->header.set_base_version(now->version());
  *changes->header.mutable_state() = StateOf(*now, *then);
  *changes->header.mutable_counts() = counts;
  return changes;
}

}  // namespace probity::storage

#include "services/dataset/load_source.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/tables.h"
#include "ingest/guard_rails.h"
#include "services/dataset/load_files.h"
#include "services/dataset/settings.h"
#include "services/rpc/resource_names.h"
#include "services/rpc/view.h"

namespace probity::dataset {
namespace {

absl::Status NoFiles() {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_EMPTY_FILE,
                   "the load has no files; send them with UploadChunk", {});
}

storage::LoadSpec SpecOf(const SourceTools& tools, const v1::Load& load) {
  storage::LoadSpec spec;
  spec.dataset = DatasetOf(load);
  spec.mode = load.mode();
  spec.edition = load.edition();
  *spec.facts.mutable_retrieved_at() = load.retrieved_at();
  *spec.facts.mutable_checked_at() = rpc::TimestampOf(tools.now);
  spec.allow_older = true;  // a guard rail, which a second person may lift
  for (const v1::LoadFile& file : load.files()) spec.facts.add_sha256(file.sha256());
  return spec;
}

absl::Status HashFiles(const std::string& directory, v1::Load* load) {
  for (int i = 0; i < load->files_size(); ++i) {
    absl::StatusOr<std::string> hash = Sha256OfFile(DataPath(directory, i));
    if (!hash.ok()) return hash.status();
    load->mutable_files(i)->set_sha256(*hash);
  }
  return load->files().empty() ? NoFiles() : absl::OkStatus();
}

absl::StatusOr<ingest::LoadFiles> FilesOf(const std::string& directory, const v1::Load& load) {
  ingest::LoadFiles files;
  auto format = ingest::FindFormat(load.format());
  if (!format.ok()) return format.status();
  files.format = *format;
  files.directory = directory;
  files.rejected_path = directory + "/rejected";
  for (int i = 0; i < load.files_size(); ++i) {
    files.files.push_back(
        {DataPath(directory, i), load.files(i).file_name(), load.files(i).role()});
  }
  return files;
}

// What a person wrote, record by record, where the dataset asks for two.
void AskForSecondPerson(const v1::Dataset& dataset, const v1::Load& load,
                        std::vector<v1::LoadViolation>* violations) {
  const bool is_record =
      load.files_size() > 0 && load.files(0).role() == v1::FILE_ROLE_SINGLE_RECORD;
  if (!is_record || !dataset.second_person_for_records()) return;
  v1::LoadViolation violation;
  violation.set_reason(v1::ERROR_REASON_SECOND_PERSON_REQUIRED);
  violation.set_message("single records of this dataset need a second person");
  violation.set_value(1);
  violations->push_back(std::move(violation));
}

ingest::LoadFindings FindingsOf(const ingest::LoadProgress& progress) {
  return {progress.duplicate_keys, progress.unknown_schemes, progress.missing_columns};
}

absl::StatusOr<SourcedChanges> FromFiles(const SourceTools& tools, const storage::View& base,
                                         const std::string& directory, v1::Load* load,
                                         ingest::LoadProgress* progress) {
  if (absl::Status hashed = HashFiles(directory, load); !hashed.ok()) return hashed;
  auto files = FilesOf(directory, *load);
  if (!files.ok()) return files.status();
  const storage::LoadSpec spec = SpecOf(tools, *load);
  auto changes = ingest::BuildChangeSet(tools.tables, base, spec, *files, progress);
  if (!changes.ok()) return changes.status();
  const storage::v1::DatasetState& before = *base.FindDataset(spec.dataset);
  SourcedChanges made{*std::move(changes), {}};
  made.violations =
      ingest::BrokenGuardRails(before, spec, made.changes.header.counts(), FindingsOf(*progress));
  AskForSecondPerson(before.dataset(), *load, &made.violations);
  return made;
}

absl::StatusOr<SourcedChanges> FromRevision(const SourceTools& tools, const storage::View& base,
                                            const std::string& directory, const v1::Load& load,
                                            const ingest::LoadProgress& progress) {
  const storage::LoadSpec spec = SpecOf(tools, load);
  const auto keep_going = [&progress] {
    return progress.give_up ? absl::CancelledError("the load was given up") : absl::OkStatus();
  };
  auto changes =
      tools.rollback({base, spec.dataset, load.target_revision(), directory, keep_going});
  if (!changes.ok()) return changes.status();
  SourcedChanges made{*std::move(changes), {}};
  made.violations = ingest::BrokenGuardRails(*base.FindDataset(spec.dataset), spec,
                                             made.changes.header.counts(), {});
  return made;
}

absl::StatusOr<SourcedChanges> FromSettings(const storage::v1::DatasetState& before,
                                            const std::string& directory, v1::Load* load) {
  if (absl::Status hashed = HashFiles(directory, load); !hashed.ok()) return hashed;
  absl::StatusOr<std::string> bytes = ReadFile(DataPath(directory, 0));
  if (!bytes.ok()) return bytes.status();
  v1::Dataset asked;
  if (!asked.ParseFromString(*bytes)) {
    return StoreCorrupt(DataPath(directory, 0), "the settings cannot be read");
  }
  storage::v1::DatasetState after = before;
  *after.mutable_dataset() = WithSettings(before.dataset(), asked);
  return SourcedChanges{storage::ChangeSetWithoutRows(before, after),
                        ingest::LoosenedGuardRails(before.dataset(), after.dataset())};
}

// The edition that is there was looked at again.
SourcedChanges Unchanged(const SourceTools& tools, const storage::v1::DatasetState& before) {
  storage::v1::DatasetState after = before;
  *after.mutable_edition()->mutable_checked_at() = rpc::TimestampOf(tools.now);
  SourcedChanges made{storage::ChangeSetWithoutRows(before, std::move(after)), {}};
  made.changes.header.mutable_counts()->set_unchanged(before.record_count());
  return made;
}

}  // namespace

absl::StatusOr<SourcedChanges> MakeChanges(const SourceTools& tools, const storage::View& base,
                                           const std::string& directory, v1::Load* load,
                                           ingest::LoadProgress* progress) {
  const storage::v1::DatasetState* before = base.FindDataset(DatasetOf(*load));
  if (before == nullptr) return DatasetNotFound(rpc::DatasetName(DatasetOf(*load)));
  switch (load->mode()) {
    case v1::LOAD_MODE_ROLLBACK:
      return FromRevision(tools, base, directory, *load, *progress);
    case v1::LOAD_MODE_SETTINGS:
      return FromSettings(*before, directory, load);
    case v1::LOAD_MODE_UNCHANGED:
      return Unchanged(tools, *before);
    default:
      return FromFiles(tools, base, directory, load, progress);
  }
}

std::string DatasetOf(const v1::Load& load) {
  const std::string& name = load.name();
  constexpr size_t kPrefix = sizeof("datasets/") - 1;
  return name.substr(kPrefix, name.find("/loads/") - kPrefix);
}

bool TakesFiles(v1::LoadMode mode) {
  return mode != v1::LOAD_MODE_ROLLBACK && mode != v1::LOAD_MODE_SETTINGS &&
         mode != v1::LOAD_MODE_UNCHANGED;
}

}  // namespace probity::dataset

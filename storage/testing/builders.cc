#include "storage/testing/builders.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "base/civil_day.h"
#include "gtest/gtest.h"
#include "storage/timeline.h"

namespace probity::storage::testing {

using probity::v1::Record;

Record Party(const std::string& key, const std::string& name, const IdList& ids) {
  Record record;
  record.set_key(key);
  probity::v1::Name* legal = record.mutable_supplier()->add_names();
  legal->set_text(name);
  legal->set_type(probity::v1::NAME_TYPE_LEGAL_NAME);
  for (const auto& [scheme, value] : ids) {
    probity::v1::Identifier* id = record.mutable_supplier()->add_identifiers();
    id->set_scheme(scheme);
    id->set_value(value);
  }
  return record;
}

Record Flag(const std::string& key, const std::string& about) {
  Record record;
  record.set_key(key);
  record.mutable_risk_flag()->mutable_subject()->mutable_party()->set_source_record(about);
  record.mutable_risk_flag()->set_type(probity::v1::FLAG_TYPE_DEBARMENT);
  return record;
}

Record Separation(const std::string& key, const std::vector<std::string>& records,
                  const std::vector<std::string>& apart_from) {
  Record record;
  record.set_key(key);
  for (const std::string& name : records) record.mutable_separation()->add_records(name);
  for (const std::string& name : apart_from) record.mutable_separation()->add_apart_from(name);
  record.mutable_separation()->set_reason("different founders");
  return record;
}

probity::v1::Date Day(const std::string& iso) { return ParseDate(iso).value(); }

absl::Status CreateDataset(Store* store, const std::string& id, probity::v1::AbsenceMode absence,
                           const std::string& owner) {
  probity::v1::Dataset dataset;
  dataset.set_name("datasets/" + id);
  dataset.set_title("Dataset " + id);
  dataset.set_absence(absence);
  dataset.set_owner(owner);
  absl::StatusOr<ChangeSet> changes = NewDatasetChangeSet(*store->Head(owner), dataset);
  if (!changes.ok()) return changes.status();
  return store->Publish(*changes, {}).status();
}

absl::StatusOr<ChangeSet> MakeChangeSet(const Store& store, const TestLoad& load) {
  std::shared_ptr<const View> base = store.Head(load.authority);
  LoadSpec spec;
  spec.dataset = load.dataset;
  spec.mode = load.mode;
  if (!load.edition.empty()) spec.edition = Day(load.edition);
  absl::StatusOr<std::unique_ptr<ChangeSetBuilder>> builder =
      ChangeSetBuilder::Create(*base, spec, ::testing::TempDir());
  if (!builder.ok()) return builder.status();
  for (const Record& record : load.records) {
    if (absl::Status status = (*builder)->Add(record); !status.ok()) return status;
  }
  for (const std::string& key : load.removed) {
    if (absl::Status status = (*builder)->Remove(key); !status.ok()) return status;
  }
  return (*builder)->Finish();
}

absl::StatusOr<std::shared_ptr<const View>> Load(Store* store, const TestLoad& load) {
  absl::StatusOr<ChangeSet> changes = MakeChangeSet(*store, load);
  if (!changes.ok()) return changes.status();
  PublishContext context;
  context.now_us = load.now_us;
  absl::StatusOr<std::shared_ptr<const View>> view = store->Publish(*changes, context);
  if (!changes->path.empty()) unlink(changes->path.c_str());
  return view;
}

namespace {

// dataset/key@version, and the legal name, "nobody" without one, or "gone" behind it.
std::string Line(const RecordVersion& version) {
  std::string line = absl::StrCat(version.dataset, "/", version.key, "@", version.version, " ");
  if (!version.row.has_value()) return line + "gone";
  const Record& record = LatestRecord(*version.row);
  if (!record.has_supplier()) return line + "flag";
  return line + (record.supplier().names().empty() ? "nobody" : record.supplier().names(0).text());
}

}  // namespace

std::vector<std::string> VersionsAt(const Store& store, uint64_t revision) {
  std::vector<std::string> lines;
  absl::Status status = store.ForEachVersion(revision, [&](const RecordVersion& version) {
    lines.push_back(Line(version));
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  return lines;
}

std::vector<std::string> ChangesOf(const Store& store, uint64_t revision) {
  std::vector<std::string> lines;
  absl::Status status = store.ForEachChange(revision, [&](const RecordVersion& version) {
    lines.push_back(Line(version));
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  return lines;
}

std::vector<RecordRef> Find(const View& view, IndexKind kind, const std::string& term) {
  std::vector<RecordRef> found;
  absl::Status status = view.FindRecords(kind, term, [&](const RecordRef& ref) {
    found.push_back(ref);
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  return found;
}

}  // namespace probity::storage::testing

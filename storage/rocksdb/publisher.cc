#include "storage/rocksdb/publisher.h"

#include <algorithm>
#include <iterator>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "storage/change_set.h"
#include "storage/index_terms.h"
#include "storage/rocksdb/cleaner.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/row_codec.h"

namespace probity::storage {
namespace {

// Rows and their index entries take about this many times the change set.
constexpr uint64_t kDiskFactor = 3;

std::vector<IndexTerm> TermsOf(absl::string_view dataset, const std::optional<v1::RecordRow>& row) {
  return row.has_value() ? IndexTermsOf(dataset, *row) : std::vector<IndexTerm>();
}

}  // namespace

Publisher::Publisher(Database* database, const IdentifierCatalogue* identifiers,
                     std::shared_ptr<const Revision> parent, const ChangeSet& changes,
                     const PublishContext& context, RedactionRulesPtr redactions)
    : database_(database),
      identifiers_(identifiers),
      parent_(std::move(parent)),
      changes_(changes),
      context_(context),
      redactions_(std::move(redactions)),
      before_(database, identifiers, parent_, &parent_->all(), ""),
      dataset_(BareDatasetId(changes.header.dataset())) {}

absl::StatusOr<std::shared_ptr<const Revision>> Publisher::Run() {
  if (absl::Status status = CheckBase(); !status.ok()) return status;
  if (absl::Status status = database_->Writable(); !status.ok()) return status;
  // A marker left by a failed publish holds this version's keys.
  if (absl::Status status = RemovePending(database_, parent_->all()); !status.ok()) return status;
  absl::Status status = database_->CheckSpace(changes_.bytes * kDiskFactor);
  if (!status.ok()) return status;
  MakeManifest();
  status = Write();
  if (status.ok()) return result_;
  // If this fails too, the marker stays and the next publish or open tries again.
  if (database_->Writable().ok()) RemovePending(database_, parent_->all()).IgnoreError();
  return status;
}

absl::Status Publisher::Write() {
  RowSink cluster_rows(database_, "clusters");
  ClusterWriter clusters(&before_, &cluster_rows);
  absl::Status status = Stage(&clusters);
  if (status.ok()) status = Cluster(&clusters);
  if (!status.ok()) return status;
  next_.set_supplier_count(next_.supplier_count() + clusters.growth());
  return Commit(&cluster_rows);
}

absl::Status Publisher::CheckBase() const {
  const Visible::Entry* entry = parent_->all().Find(dataset_);
  const uint32_t version = entry == nullptr ? 0 : entry->version;
  if (version == changes_.header.base_version()) return absl::OkStatus();
  return LoadConflict(changes_.header.dataset());
}

void Publisher::MakeManifest() {
  next_ = parent_->manifest();
  next_.set_revision(next_.revision() + 1);
  next_.set_parent_digest(absl::HexStringToBytes(parent_->token().revision_digest()));
  next_.set_published_at_us(std::max(context_.now_us, next_.published_at_us() + 1));
  next_.set_cluster_version(next_.cluster_version() + 1);
  next_.set_changed_dataset(changes_.header.dataset());
  *next_.mutable_counts() = changes_.header.counts();
  next_.set_published_by(context_.published_by);
  next_.set_note(context_.note);
  next_.set_load(context_.load);
  next_.clear_approval();
  if (context_.approval) *next_.mutable_approval() = *context_.approval;
  auto* datasets = next_.mutable_datasets();
  uint32_t highest = kClusterDataset;
  v1::DatasetState* state = nullptr;
  for (v1::DatasetState& other : *datasets) {
    highest = std::max(highest, other.number());
    if (BareDatasetId(other.dataset().name()) == dataset_) state = &other;
  }
  number_ = state != nullptr ? state->number() : highest + 1;
  version_ = changes_.header.base_version() + 1;
  if (state == nullptr) state = next_.add_datasets();
  *state = changes_.header.state();
  state->set_number(number_);
  state->set_version(version_);
  std::sort(datasets->begin(), datasets->end(),
            [](const v1::DatasetState& a, const v1::DatasetState& b) {
              return a.dataset().name() < b.dataset().name();
            });
}

absl::Status Publisher::ForEachRow(
    const std::function<absl::Status(const std::string& key, const Row&, const Row&)>& visit) {
  if (changes_.path.empty()) return absl::OkStatus();
  auto reader = ChangeRowReader::Open(changes_);
  if (!reader.ok()) return reader.status();
  // Version 1 made the dataset, without records.
  const bool had_records = changes_.header.base_version() > 1;
  v1::ChangeRow change;
  while (true) {
    absl::StatusOr<bool> more = (*reader)->Next(&change);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    Row before;
    if (had_records) {
      absl::StatusOr<Row> old = before_.GetRecord({dataset_, change.key()});
      if (!old.ok()) return old.status();
      before = std::move(*old);
    }
    Row after;
    if (!change.removed()) {
      after = std::move(*change.mutable_row());
      if (after->first_revision() == 0) after->set_first_revision(next_.revision());
      // What was redacted since the change set was made.
      redactions_->Apply(dataset_, change.key(), &*after);
    } else if (!before.has_value()) {
      continue;
    }
    if (absl::Status status = visit(change.key(), before, after); !status.ok()) return status;
  }
}

void Publisher::AddMarker(rocksdb::WriteBatch* batch) const {
  std::string value;
  AppendU32(next_.cluster_version(), &value);
  database_->Put(batch, kMeta, EncodePendingKey(number_, version_), value);
}

absl::Status Publisher::Stage(ClusterWriter* clusters) {
  RowSink sink(database_, "rows");
  absl::Status status =
      ForEachRow([&](const std::string& key, const Row& before, const Row& after) {
        clusters->Count(before, after);
        return StageRecord(&sink, key, before, after);
      });
  if (!status.ok()) return status;
  rocksdb::WriteBatch batch;
  AddMarker(&batch);
  const bool small = sink.IsSmall();
  if (small) sink.MoveTo(&batch);
  status = database_->Write(&batch);
  return status.ok() && !small ? sink.Ingest() : status;
}

absl::Status Publisher::StageRecord(RowSink* sink, const std::string& key, const Row& before,
                                    const Row& after) {
  absl::Status status =
      sink->Put(kRecords, EncodeRecordKey(number_, key, version_),
                after.has_value() ? EncodeRecordValue(*after) : EncodeRecordTombstone());
  if (status.ok()) status = sink->Put(kChanges, EncodeChangeKey(number_, version_, key), "");
  const auto old_terms = TermsOf(dataset_, before);
  const auto new_terms = TermsOf(dataset_, after);
  const auto put = [&](const std::vector<IndexTerm>& from, const std::vector<IndexTerm>& without,
                       bool present) {
    std::vector<IndexTerm> terms;
    std::set_difference(from.begin(), from.end(), without.begin(), without.end(),
                        std::back_inserter(terms));
    for (const IndexTerm& term : terms) {
      if (!status.ok()) return;
      status = sink->Put(
          kIndex, EncodeTermKey(static_cast<uint8_t>(term.kind), term.term, number_, key, version_),
          EncodeTermValue(present));
    }
  };
  put(new_terms, old_terms, true);
  put(old_terms, new_terms, false);
  return status;
}

absl::Status Publisher::Cluster(ClusterWriter* clusters) {
  const auto candidate = std::make_shared<const Revision>(next_, "");
  const RocksdbView after(database_, identifiers_, candidate, &candidate->all(), "");
  clusters->StartUpdates(&after);
  absl::flat_hash_set<std::string> changed;
  const bool refresh = RankChanges();
  absl::Status status =
      ForEachRow([&](const std::string& key, const Row& old_row, const Row& new_row) {
        if (refresh) changed.insert(key);
        return clusters->Update({dataset_, key}, old_row, new_row);
      });
  if (status.ok() && refresh) {
    absl::Status read = after.ForEachRecord(dataset_, [&](absl::string_view key, const auto& row) {
      if (!changed.contains(key)) status = clusters->Refresh({dataset_, std::string(key)}, row);
      return status.ok();
    });
    if (status.ok()) status = read;
  }
  return status.ok() ? clusters->UpdateSeparated() : status;
}

bool Publisher::RankChanges() const {
  const Visible::Entry* before = parent_->all().Find(dataset_);
  return before != nullptr && !(before->rank == RankOf(changes_.header.state().dataset()));
}

absl::Status Publisher::Commit(RowSink* cluster_rows) {
  rocksdb::WriteBatch batch;
  if (cluster_rows->IsSmall()) {
    cluster_rows->MoveTo(&batch);
  } else if (absl::Status status = cluster_rows->Ingest(); !status.ok()) {
    return status;
  }
  std::string bytes;
  AppendMessage(next_, &bytes);
  database_->Put(&batch, kMeta, EncodeManifestKey(next_.revision()), bytes);
  database_->Put(&batch, kMeta, EncodeMetaKey(MetaKey::kHead), NumberValue(next_.revision()));
  database_->Delete(&batch, kMeta, EncodePendingKey(number_, version_));
  if (!context_.request_id.empty()) {
    database_->Put(&batch, kMeta, EncodeMetaKey(MetaKey::kRequest, context_.request_id),
                   EncodeRequest({context_.request_digest, context_.response, next_.revision()}));
  }
  if (absl::Status status = database_->Commit(&batch); !status.ok()) return status;
  result_ = std::make_shared<const Revision>(std::move(next_), bytes);
  return absl::OkStatus();
}

}  // namespace probity::storage

#include "storage/change_set.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/civil_day.h"
#include "base/errors.h"
#include "base/hash.h"
#include "storage/change_file.h"
#include "storage/timeline.h"

namespace probity::storage {
namespace {

using probity::v1::ABSENCE_MODE_DELISTED;
using probity::v1::Dataset;
using probity::v1::LOAD_MODE_BACKFILL;
using probity::v1::LOAD_MODE_DELTA;
using probity::v1::LoadCounts;
using probity::v1::LoadMode;
using probity::v1::Record;

// 16 bytes of SHA-256 stand for a key: 3M keys stay under 100 MB, and two keys
// sharing them is out of the question.
using KeyHash = std::pair<uint64_t, uint64_t>;

KeyHash HashKey(absl::string_view key) {
  const std::string digest = Sha256(key);
  KeyHash hash{0, 0};
  for (int i = 0; i < 8; ++i) {
    hash.first = hash.first << 8 | static_cast<unsigned char>(digest[i]);
    hash.second = hash.second << 8 | static_cast<unsigned char>(digest[i + 8]);
  }
  return hash;
}

absl::Status CheckSpec(const v1::DatasetState& state, const LoadSpec& spec) {
  const bool delisted = state.dataset().absence() == ABSENCE_MODE_DELISTED;
  const std::string name = state.dataset().name();
  if (spec.mode == LOAD_MODE_BACKFILL && !delisted) {
    return ModeNotAllowed("BACKFILL", "RETRACTED");
  }
  if (delisted && !IsFullDay(spec.edition)) return EditionRequired(name);
  if (spec.edition.year() != 0 && !IsFullDay(spec.edition)) return EditionRequired(name);
  const bool may_be_older =
      spec.mode == LOAD_MODE_BACKFILL || (spec.allow_older && spec.mode != LOAD_MODE_DELTA);
  if (!may_be_older && IsOlderEdition(state, spec)) {
    return OlderEdition(FormatDate(spec.edition), FormatDate(state.edition().edition()));
  }
  return absl::OkStatus();
}

// Bare id of the dataset whose record a flag or measure is about; empty where it
// is about none by name, or says "records/{key}" of its own dataset.
std::string DatasetFlaggedBy(const Record& record) {
  const auto& subject =
      record.has_risk_flag() ? record.risk_flag().subject() : record.legal_measure().subject();
  const auto ref = RecordRef::FromName(subject.party().source_record());
  return ref ? ref->dataset : std::string();
}

class Builder : public ChangeSetBuilder {
 public:
  Builder(const View& base, LoadSpec spec, const v1::DatasetState& state,
          std::unique_ptr<ChangeFileWriter> writer)
      : base_(base),
        spec_(std::move(spec)),
        before_(state),
        after_(state),
        delisted_(state.dataset().absence() == ABSENCE_MODE_DELISTED),
        editions_(state.edition_days().begin(), state.edition_days().end()),
        redactions_(base.redactions()),
        writer_(std::move(writer)) {}

  absl::Status Add(const Record& record) override {
    if (absl::Status status = Remember(record.key()); !status.ok()) return status;
    ++counts_.rows_read;
    if (redactions_->Find(spec_.dataset, record.key()) == nullptr) {
      return Apply(record.key(), record);
    }
    Record left = record;
    redactions_->Apply(spec_.dataset, record.key(), &left);
    return Apply(record.key(), left);
  }

  absl::Status Remove(absl::string_view key) override {
    if (absl::Status status = Remember(key); !status.ok()) return status;
    absl::StatusOr<std::optional<v1::RecordRow>> row = Stored(key);
    if (!row.ok()) return row.status();
    if (!row->has_value()) {
      return RecordNotFound(RecordRef{spec_.dataset, std::string(key)}.Name());
    }
    return ApplyTo(key, *std::move(row), std::nullopt);
  }

  absl::StatusOr<ChangeSet> Finish() override {
    if (spec_.mode != LOAD_MODE_DELTA) {
      if (absl::Status status = RemoveAbsent(); !status.ok()) return status;
    }
    absl::StatusOr<ChangeSet> changes = writer_->Finish();
    if (!changes.ok()) return changes.status();
    StampState();
    counts();
    public_counts_.set_change_set_bytes(changes->bytes);
    changes->header.set_dataset(before_.dataset().name());
    changes->header.set_base_version(before_.version());
    *changes->header.mutable_state() = after_;
    *changes->header.mutable_counts() = public_counts_;
    return changes;
  }

  const LoadCounts& counts() const override {
    public_counts_.set_rows_read(counts_.rows_read);
    public_counts_.set_added(counts_.added);
    public_counts_.set_changed(counts_.changed);
    public_counts_.set_unchanged(counts_.unchanged);
    public_counts_.set_removed(counts_.removed);
    return public_counts_;
  }

 private:
  struct Counts {
    uint64_t rows_read = 0, added = 0, changed = 0, unchanged = 0, removed = 0;
  };

  absl::Status Remember(absl::string_view key) {
    if (seen_.insert(HashKey(key)).second) return absl::OkStatus();
    return MakeError(absl::StatusCode::kAlreadyExists, probity::v1::ERROR_REASON_ROW_KEY_DUPLICATE,
                     absl::StrCat("key \"", key,
                                  "\" stands in this load twice; the first "
                                  "row is kept: give each row a key of its own"),
                     {{"key", std::string(key)}});
  }

  absl::StatusOr<std::optional<v1::RecordRow>> Stored(absl::string_view key) const {
    if (before_.record_count() == 0) return std::optional<v1::RecordRow>();
    return base_.GetRecord({spec_.dataset, std::string(key)});
  }

  absl::Status Apply(absl::string_view key, const Record& record) {
    absl::StatusOr<std::optional<v1::RecordRow>> row = Stored(key);
    if (!row.ok()) return row.status();
    return ApplyTo(key, *std::move(row), record);
  }

  // The row after this load: by editions for lists, by replacement for
  // registers.
  std::optional<v1::RecordRow> RowAfter(const std::optional<v1::RecordRow>& before,
                                        const std::optional<Record>& content) const {
    std::optional<v1::RecordRow> after;
    if (delisted_) {
      after =
          ApplyEdition(before ? &*before : nullptr, editions_, FirstDay(spec_.edition), content);
    } else if (content) {
      v1::TimelineSegment* segment = after.emplace().add_segments();
      segment->set_undated(true);
      *segment->mutable_record() = *content;
    }
    if (after) {
      after->set_first_revision(before ? before->first_revision()
                                       : base_.manifest().revision() + 1);
    }
    return after;
  }

  absl::Status ApplyTo(absl::string_view key, const std::optional<v1::RecordRow>& before,
                       const std::optional<Record>& content) {
    std::optional<v1::RecordRow> after = RowAfter(before, content);
    if (!before && !after) return absl::OkStatus();
    if (before && after && CanonicalBytes(*before) == CanonicalBytes(*after)) {
      if (content) ++counts_.unchanged;
      return absl::OkStatus();
    }
    if (before) CountRecord(LatestRecord(*before), -1);
    if (after) CountRecord(LatestRecord(*after), 1);
    ++(!before ? counts_.added : content ? counts_.changed : counts_.removed);

    v1::ChangeRow change;
    change.set_key(std::string(key));
    change.set_removed(!after.has_value());
    if (after) *change.mutable_row() = *std::move(after);
    return writer_->Add(change);
  }

  void CountRecord(const Record& record, int difference) {
    after_.set_record_count(after_.record_count() + difference);
    Count(static_cast<uint32_t>(record.body_case()), difference, after_.mutable_body_counts());
    const std::string flagged = DatasetFlaggedBy(record);
    if (flagged.empty() || flagged == spec_.dataset) return;
    Count(flagged, difference, after_.mutable_flagged_datasets());
  }

  template <typename Key, typename Counts>
  static void Count(const Key& key, int difference, Counts* counts) {
    uint64_t& count = (*counts)[key];
    count += difference;
    if (count == 0) counts->erase(key);
  }

  absl::Status RemoveAbsent() {
    absl::Status problem;
    absl::Status walked =
        base_.ForEachRecord(spec_.dataset, [&](absl::string_view key, const v1::RecordRow& row) {
          if (seen_.contains(HashKey(key))) return true;
          problem = ApplyTo(key, row, std::nullopt);
          return problem.ok();
        });
    return walked.ok() ? problem : walked;
  }

  void StampState() {
    // Of a list the newest edition stays the active one, in whatever order they come.
    if (!delisted_ || !IsOlderEdition(before_, spec_)) {
      *after_.mutable_edition() = spec_.facts;
      if (spec_.edition.year() != 0) {
        *after_.mutable_edition()->mutable_edition() = spec_.edition;
      } else if (before_.edition().has_edition()) {
        *after_.mutable_edition()->mutable_edition() = before_.edition().edition();
      }
    }
    if (!delisted_) return;
    const DayNumber day = FirstDay(spec_.edition);
    auto place = std::lower_bound(editions_.begin(), editions_.end(), day);
    if (place == editions_.end() || *place != day) editions_.insert(place, day);
    after_.mutable_edition_days()->Assign(editions_.begin(), editions_.end());
  }

  const View& base_;
  const LoadSpec spec_;
  const v1::DatasetState before_;
  v1::DatasetState after_;
  const bool delisted_;
  std::vector<DayNumber> editions_;
  const RedactionRulesPtr redactions_;
  std::unique_ptr<ChangeFileWriter> writer_;
  absl::flat_hash_set<KeyHash> seen_;
  Counts counts_;
  mutable LoadCounts public_counts_;
};

bool IsDatasetId(absl::string_view id) {
  if (id.empty() || id.size() > 63 || id[0] < 'a' || id[0] > 'z') return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

bool IsOlderEdition(const v1::DatasetState& state, const LoadSpec& spec) {
  return spec.edition.year() != 0 && state.edition().has_edition() &&
         FirstDay(spec.edition) < FirstDay(state.edition().edition());
}

ChangeSet ChangeSetWithoutRows(const v1::DatasetState& before, v1::DatasetState after) {
  ChangeSet changes;
  changes.header.set_dataset(before.dataset().name());
  changes.header.set_base_version(before.version());
  *changes.header.mutable_state() = std::move(after);
  return changes;
}

absl::StatusOr<std::unique_ptr<ChangeSetBuilder>> ChangeSetBuilder::Create(
    const View& base, const LoadSpec& spec, const std::string& directory) {
  const v1::DatasetState* state = base.FindDataset(spec.dataset);
  if (state == nullptr) return DatasetNotFound("datasets/" + spec.dataset);
  if (absl::Status status = CheckSpec(*state, spec); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<ChangeFileWriter>> writer = ChangeFileWriter::Create(directory);
  if (!writer.ok()) return writer.status();
  return std::unique_ptr<ChangeSetBuilder>(new Builder(base, spec, *state, *std::move(writer)));
}

absl::StatusOr<ChangeSet> NewDatasetChangeSet(const Dataset& dataset) {
  absl::string_view id = dataset.name();
  if (!absl::ConsumePrefix(&id, "datasets/") || !IsDatasetId(id)) {
    return InvalidField("dataset.name",
                        "must be datasets/{id}, the id 1 to 63 of [a-z0-9-] "
                        "starting with a letter");
  }
  if (dataset.absence() == probity::v1::ABSENCE_MODE_UNSPECIFIED) {
    return InvalidField("dataset.absence",
                        "say what it means when an edition lacks a row: "
                        "DELISTED for lists, RETRACTED for registers");
  }
  ChangeSet changes;
  changes.header.set_dataset(dataset.name());
  *changes.header.mutable_state()->mutable_dataset() = dataset;
  Dataset* stored = changes.header.mutable_state()->mutable_dataset();
  stored->clear_current();
  stored->clear_record_count();
  stored->clear_editions();
  return changes;
}

absl::StatusOr<ChangeSet> NewDatasetChangeSet(const View& base, const Dataset& dataset) {
  auto changes = NewDatasetChangeSet(dataset);
  if (changes.ok() && base.FindDataset(BareDatasetId(dataset.name())) != nullptr) {
    return DatasetExists(dataset.name());
  }
  return changes;
}

}  // namespace probity::storage

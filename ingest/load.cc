#include "ingest/load.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "ingest/guard_rails.h"
#include "ingest/rejected_rows.h"
#include "ingest/validate.h"

namespace probity::ingest {
namespace {

class LoadSink final : public RowSink {
 public:
  LoadSink(const Tables& tables, const storage::View& base, const storage::LoadSpec& spec,
           const LoadFiles& load, storage::ChangeSetBuilder* builder, LoadProgress* progress,
           RequiredColumns* required)
      : tables_(tables),
        base_(base),
        dataset_(base.FindDataset(spec.dataset)->dataset()),
        is_delta_(spec.mode == v1::LOAD_MODE_DELTA),
        rejected_(load.rejected_path),
        builder_(builder),
        progress_(progress),
        required_(required) {}

  absl::Status Accept(const Row& row, v1::Record* record) override {
    progress_->rows_read += row.further ? 0 : 1;
    required_->Look(*record);
    if (is_delta_ && record->body_case() == v1::Record::BODY_NOT_SET && !record->key().empty()) {
      return RefuseUnlessOk(row, builder_->Remove(record->key()));
    }
    const Validation validation = NormalizeAndValidate(tables_, record);
    if (!validation.faults.empty()) return Reject(row, validation.faults.front());
    if (const auto fault = FaultInDataset(base_, dataset_, *record)) return Reject(row, *fault);
    for (const RowFault& warning : validation.warnings) {
      if (absl::Status warned = Warn(row, warning); !warned.ok()) return warned;
    }
    return RefuseUnlessOk(row, builder_->Add(*record));
  }

  absl::Status Refuse(const Row& row, const RowFault& fault) override {
    ++progress_->rows_read;
    return Reject(row, fault);
  }

  absl::Status Warn(const Row& row, const RowFault& fault) override {
    ++progress_->warnings;
    return rejected_.Add(row, fault, /*kept=*/true);
  }

  void HasColumns(const std::vector<std::string>& names) override { required_->Look(names); }

  absl::Status Advance(uint64_t bytes) override {
    progress_->bytes_read += bytes;
    if (progress_->give_up) return absl::CancelledError("the load was given up");
    return absl::OkStatus();
  }

  absl::Status Close() { return rejected_.Close(); }

 private:
  absl::Status Reject(const Row& row, const RowFault& fault) {
    ++progress_->refused;
    progress_->duplicate_keys += fault.reason == v1::ERROR_REASON_ROW_KEY_DUPLICATE;
    progress_->unknown_schemes += fault.reason == v1::ERROR_REASON_ROW_UNKNOWN_SCHEME;
    return rejected_.Add(row, fault, /*kept=*/false);
  }

  // What the builder says of one row refuses the row; all else ends the load.
  absl::Status RefuseUnlessOk(const Row& row, const absl::Status& status) {
    switch (ReasonOf(status)) {
      case v1::ERROR_REASON_ROW_KEY_DUPLICATE:
      case v1::ERROR_REASON_RECORD_NOT_FOUND:
        return Reject(row, {ReasonOf(status), "key", std::string(status.message())});
      default:
        return status;
    }
  }

  const Tables& tables_;
  const storage::View& base_;
  const v1::Dataset& dataset_;
  const bool is_delta_;
  RejectedWriter rejected_;
  storage::ChangeSetBuilder* builder_;
  LoadProgress* progress_;
  RequiredColumns* required_;
};

// An empty list would take every record away: more likely the file is wrong.
absl::Status CheckRows(const LoadFiles& load, const LoadProgress& progress) {
  if (progress.rows_read > 0) return absl::OkStatus();
  const std::string file = load.files.empty() ? "the load" : load.files.front().name;
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_EMPTY_FILE,
                   absl::StrCat(file, ": no row was read; was the file written completely?"),
                   {{"file", file}});
}

}  // namespace

void LoadProgress::Reset() {
  rows_read = refused = warnings = bytes_read = duplicate_keys = unknown_schemes = 0;
  missing_columns.clear();
}

absl::StatusOr<storage::ChangeSet> BuildChangeSet(const Tables& tables, const storage::View& base,
                                                  const storage::LoadSpec& spec,
                                                  const LoadFiles& load, LoadProgress* progress) {
  auto builder = storage::ChangeSetBuilder::Create(base, spec, load.directory);
  if (!builder.ok()) return builder.status();
  RequiredColumns required(base.FindDataset(spec.dataset)->dataset().guard_rails());
  LoadSink sink(tables, base, spec, load, builder->get(), progress, &required);
  absl::Status read = load.format->read(tables, load.files, &sink);
  const absl::Status closed = sink.Close();
  if (read.ok()) read = closed;
  if (read.ok()) read = CheckRows(load, *progress);
  if (!read.ok()) return read;
  progress->missing_columns = required.missing();
  absl::StatusOr<storage::ChangeSet> changes = (*builder)->Finish();
  if (!changes.ok()) return changes.status();
  v1::LoadCounts* counts = changes->header.mutable_counts();
  counts->set_rows_read(progress->rows_read);
  counts->set_refused(progress->refused);
  counts->set_warnings(progress->warnings);
  counts->set_bytes_read(progress->bytes_read);
  counts->set_bytes_total(progress->bytes_read);
  counts->set_change_set_bytes(changes->bytes);
  return changes;
}

}  // namespace probity::ingest

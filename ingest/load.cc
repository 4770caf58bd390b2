#include "ingest/load.h"

#include <fstream>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/errors.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "ingest/text_file.h"
#include "ingest/validate.h"

namespace probity::ingest {
namespace {

class LoadSink final : public RowSink {
 public:
  LoadSink(const Tables& tables, const storage::LoadSpec& spec, const LoadFiles& load,
           storage::ChangeSetBuilder* builder, LoadProgress* progress)
      : tables_(tables),
        is_delta_(spec.mode == v1::LOAD_MODE_DELTA),
        rejected_path_(load.rejected_path),
        rejected_(load.rejected_path, std::ios::binary | std::ios::trunc),
        builder_(builder),
        progress_(progress) {}

  absl::Status Accept(const Row& row, v1::Record* record) override {
    progress_->rows_read += row.further ? 0 : 1;
    if (is_delta_ && record->body_case() == v1::Record::BODY_NOT_SET && !record->key().empty()) {
      return RefuseUnlessOk(row, builder_->Remove(record->key()));
    }
    const Validation validation = NormalizeAndValidate(tables_, record);
    if (!validation.faults.empty()) return Reject(row, validation.faults.front());
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
    return Write(row, fault, /*kept=*/true);
  }

  absl::Status Advance(uint64_t bytes) override {
    progress_->bytes_read += bytes;
    if (progress_->give_up) return absl::CancelledError("the load was given up");
    return absl::OkStatus();
  }

  absl::Status Close() {
    rejected_.close();
    return rejected_.good() ? absl::OkStatus() : DiskFull(rejected_path_);
  }

 private:
  absl::Status Reject(const Row& row, const RowFault& fault) {
    ++progress_->refused;
    return Write(row, fault, /*kept=*/false);
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

  absl::Status Write(const Row& row, const RowFault& fault, bool kept) {
    v1::RejectedRecord rejected;
    rejected.set_file_name(std::string(row.file_name));
    rejected.set_line(row.line);
    rejected.set_column(fault.column);
    rejected.set_reason(fault.reason);
    rejected.set_message(ShownText(fault.message));
    rejected.set_raw(ShownText(row.raw));
    rejected.set_kept(kept);
    google::protobuf::util::SerializeDelimitedToOstream(rejected, &rejected_);
    return rejected_.good() ? absl::OkStatus() : DiskFull(rejected_path_);
  }

  const Tables& tables_;
  const bool is_delta_;
  const std::string rejected_path_;
  std::ofstream rejected_;
  storage::ChangeSetBuilder* builder_;
  LoadProgress* progress_;
};

// An empty list would take every record away: more likely the file is wrong.
absl::Status CheckRows(const LoadFiles& load, const LoadProgress& progress) {
  if (progress.rows_read > 0) return absl::OkStatus();
  const std::string file = load.files.empty() ? "the load" : load.files.front().name;
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_EMPTY_FILE,
                   absl::StrCat(file, ": no row was read; was the file written completely?"),
                   {{"file", file}});
}

absl::Status CheckRefused(const storage::View& base, const storage::LoadSpec& spec,
                          const LoadProgress& progress) {
  const v1::Dataset& dataset = base.FindDataset(spec.dataset)->dataset();
  const double limit =
      dataset.has_max_refused_percent() ? dataset.max_refused_percent() : kDefaultMaxRefusedPercent;
  const double rows = static_cast<double>(progress.rows_read);
  if (static_cast<double>(progress.refused) * 100 <= rows * limit) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_TOO_MANY_REFUSED_ROWS,
      absl::StrFormat("%d of %d rows were refused, more than the %g per cent that the dataset "
                      "allows; nothing was published. ListRejectedRecords says which rows and why",
                      progress.refused.load(), progress.rows_read.load(), limit),
      {{"refused", absl::StrCat(progress.refused.load())},
       {"rows", absl::StrCat(progress.rows_read.load())}});
}

}  // namespace

absl::StatusOr<storage::ChangeSet> BuildChangeSet(const Tables& tables, const storage::View& base,
                                                  const storage::LoadSpec& spec,
                                                  const LoadFiles& load, LoadProgress* progress) {
  auto builder = storage::ChangeSetBuilder::Create(base, spec, load.directory);
  if (!builder.ok()) return builder.status();
  LoadSink sink(tables, spec, load, builder->get(), progress);
  absl::Status read = load.format->read(tables, load.files, &sink);
  const absl::Status closed = sink.Close();
  if (read.ok()) read = closed;
  if (read.ok()) read = CheckRows(load, *progress);
  if (read.ok()) read = CheckRefused(base, spec, *progress);
  if (!read.ok()) return read;
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

absl::StatusOr<std::vector<v1::RejectedRecord>> ReadRejected(const std::string& path,
                                                             uint64_t offset, size_t limit,
                                                             bool* more) {
  std::vector<v1::RejectedRecord> rows;
  *more = false;
  std::ifstream file(path, std::ios::binary);
  if (!file.good()) return rows;
  google::protobuf::io::IstreamInputStream stream(&file);
  v1::RejectedRecord row;
  for (uint64_t at = 0;; ++at, row.Clear()) {
    bool clean_end = false;
    if (!google::protobuf::util::ParseDelimitedFromZeroCopyStream(&row, &stream, &clean_end)) {
      if (clean_end) return rows;
      return StoreCorrupt(path, "a refused row cannot be read");
    }
    if (at < offset) continue;
    if (rows.size() == limit) {
      *more = true;
      return rows;
    }
    rows.push_back(row);
  }
}

}  // namespace probity::ingest

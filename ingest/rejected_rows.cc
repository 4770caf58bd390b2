#include "ingest/rejected_rows.h"

#include <utility>

#include "base/errors.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "ingest/text_file.h"

namespace probity::ingest {
namespace {

using storage::v1::RejectedFileForm;
using storage::v1::RejectedRow;

RejectedFileForm FormOf(const FileForm& form) {
  RejectedFileForm stored;
  stored.set_kind(form.kind == FileForm::Kind::kCsv ? RejectedFileForm::KIND_CSV
                                                    : RejectedFileForm::KIND_JSON_LINES);
  stored.set_delimiter(std::string(1, form.delimiter));
  stored.mutable_columns()->Assign(form.columns.begin(), form.columns.end());
  stored.set_marked(form.marked);
  return stored;
}

}  // namespace

RejectedWriter::RejectedWriter(const std::string& path)
    : path_(path), file_(path, std::ios::binary | std::ios::trunc) {}

absl::Status RejectedWriter::Add(const Row& row, const RowFault& fault, bool kept) {
  RejectedRow stored;
  v1::RejectedRecord& record = *stored.mutable_record();
  record.set_file_name(std::string(row.file_name));
  record.set_line(row.line);
  record.set_column(fault.column);
  record.set_reason(fault.reason);
  record.set_message(ShownText(fault.message));
  record.set_raw(ShownText(row.raw));
  record.set_kept(kept);
  if (!kept && record.raw() != row.raw) stored.set_whole(std::string(row.raw));
  if (!kept && row.form != nullptr && files_.insert(record.file_name()).second) {
    *stored.mutable_form() = FormOf(*row.form);
  }
  google::protobuf::util::SerializeDelimitedToOstream(stored, &file_);
  return file_.good() ? absl::OkStatus() : DiskFull(path_);
}

absl::Status RejectedWriter::Close() {
  file_.close();
  return file_.good() ? absl::OkStatus() : DiskFull(path_);
}

RejectedReader::RejectedReader(const std::string& path)
    : path_(path), file_(path, std::ios::binary), stream_(&file_) {}

absl::StatusOr<bool> RejectedReader::Next(RejectedRow* row) {
  row->Clear();
  if (!file_.is_open()) return false;
  bool clean_end = false;
  if (google::protobuf::util::ParseDelimitedFromZeroCopyStream(row, &stream_, &clean_end)) {
    return true;
  }
  if (clean_end) return false;
  return StoreCorrupt(path_, "a refused row cannot be read");
}

absl::StatusOr<std::vector<v1::RejectedRecord>> ReadRejected(const std::string& path,
                                                             uint64_t offset, size_t limit,
                                                             bool* more) {
  std::vector<v1::RejectedRecord> rows;
  *more = false;
  RejectedReader reader(path);
  RejectedRow row;
  for (uint64_t at = 0;; ++at) {
    absl::StatusOr<bool> next = reader.Next(&row);
    if (!next.ok()) return next.status();
    if (!*next) return rows;
    if (at < offset) continue;
    *more = rows.size() == limit;
    if (*more) return rows;
    rows.push_back(std::move(*row.mutable_record()));
  }
}

}  // namespace probity::ingest

#include "absl/strings/str_cat.h"
#include "base/utf8.h"
#include "google/protobuf/util/json_util.h"
#include "ingest/error_file.h"
#include "ingest/formats.h"
#include "ingest/json_reader.h"

namespace probity::ingest {
namespace {

absl::Status ReadLine(const Row& row, v1::Record* record, RowSink* sink) {
  record->Clear();
  const std::string own = WithoutAddedMembers(row.raw);
  const absl::string_view line = own.empty() ? row.raw : own;
  const google::protobuf::util::Status parsed = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(line.data(), line.size()), record);
  if (parsed.ok()) return sink->Accept(row, record);
  const std::string why(parsed.message().data(), parsed.message().size());
  return sink->Refuse(
      row, {v1::ERROR_REASON_ROW_SYNTAX, "",
            absl::StrCat("the line is no probity.v1.Record in JSON: ", CutUtf8(why, 300))});
}

}  // namespace

absl::Status ReadProbityJsonl(const Tables&, const Files& files, RowSink* sink) {
  v1::Record record;
  for (const InputFile& file : files) {
    absl::Status read =
        ForEachLine(file, sink, [&](const Row& row) { return ReadLine(row, &record, sink); });
    if (!read.ok()) return read;
  }
  return absl::OkStatus();
}

}  // namespace probity::ingest

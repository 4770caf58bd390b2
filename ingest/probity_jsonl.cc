#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "google/protobuf/util/json_util.h"
#include "ingest/error_file.h"
#include "ingest/formats.h"
#include "ingest/text_file.h"

namespace probity::ingest {
namespace {

// A cut line at the very end is the mark of a file that was not written whole.
bool LooksCut(absl::string_view line, bool ends_with_newline) {
  return !ends_with_newline && !absl::EndsWith(absl::StripTrailingAsciiWhitespace(line), "}");
}

absl::Status Truncated(const Row& row) {
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_TRUNCATED_FILE,
                   absl::StrCat(row.file_name, ":", row.line,
                                ": the file ends inside a record; was it written completely?"),
                   {{"file", std::string(row.file_name)}, {"line", absl::StrCat(row.line)}});
}

absl::Status ReadLine(const Row& row, v1::Record* record, RowSink* sink) {
  if (!IsUtf8(row.raw)) {
    return sink->Refuse(row, {v1::ERROR_REASON_ROW_ENCODING, "", "the line is not UTF-8"});
  }
  record->Clear();
  const std::string own = WithoutAddedMembers(row.raw);
  const absl::string_view line = own.empty() ? row.raw : own;
  const google::protobuf::util::Status parsed = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(line.data(), line.size()), record);
  if (parsed.ok()) return sink->Accept(row, record);
  const std::string why(parsed.message().data(), parsed.message().size());
  return sink->Refuse(
      row, {v1::ERROR_REASON_ROW_SYNTAX, "",
            absl::StrCat("the line is no probity.v1.Record in JSON: ", why.substr(0, 300))});
}

absl::Status ReadFileOfRecords(const InputFile& file, RowSink* sink) {
  absl::StatusOr<std::unique_ptr<TextFile>> text = TextFile::Open(file, "utf-8", sink);
  if (!text.ok()) return text.status();
  v1::Record record;
  Line line;
  for (;;) {
    absl::StatusOr<bool> more = NextLine(**text, file, sink, &line);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    const Row row{file.name, (*text)->line(), line.text, false, &JsonLinesForm()};
    if (LooksCut(row.raw, line.bytes > line.text.size())) return Truncated(row);
    if (!absl::StripAsciiWhitespace(row.raw).empty()) {
      if (absl::Status read = ReadLine(row, &record, sink); !read.ok()) return read;
    }
    (*text)->Consume(line.bytes);
  }
}

}  // namespace

absl::Status ReadProbityJsonl(const Tables&, const Files& files, RowSink* sink) {
  for (const InputFile& file : files) {
    if (absl::Status read = ReadFileOfRecords(file, sink); !read.ok()) return read;
  }
  return absl::OkStatus();
}

}  // namespace probity::ingest

#include "ingest/error_file.h"

#include <csv.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/csv_cell.h"
#include "base/errors.h"
#include "base/utf8.h"
#include "ingest/byte_source.h"
#include "nlohmann/json.hpp"

namespace probity::ingest {
namespace {

using storage::v1::RejectedFileForm;
using storage::v1::RejectedRow;
using Json = nlohmann::ordered_json;
using Cells = std::vector<std::string>;

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr const char* kAddedColumns[] = {"probity_line", "probity_reason", "probity_column",
                                         "probity_message"};

// The row as it came, in UTF-8.
std::string WholeText(const RejectedRow& row) {
  return row.whole().empty() ? row.record().raw() : ValidUtf8(row.whole());
}

// Splits CSV into rows of trimmed values, as CsvReader gives them. False when quotes are not as RFC
// 4180 has them.
bool SplitRows(const std::string& text, char delimiter, std::vector<Cells>* rows) {
  struct State {
    std::vector<Cells>* rows;
    bool begun = false;
  } state{rows};
  const auto on_value = [](void* data, size_t size, void* self) {
    auto* to = static_cast<State*>(self);
    if (!to->begun) to->rows->emplace_back();
    to->begun = true;
    const absl::string_view value(static_cast<const char*>(data), size);
    to->rows->back().emplace_back(absl::StripAsciiWhitespace(value));
  };
  const auto on_row = [](int, void* self) { static_cast<State*>(self)->begun = false; };
  csv_parser parser;
  csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
  csv_set_delim(&parser, static_cast<unsigned char>(delimiter));
  bool good = csv_parse(&parser, text.data(), text.size(), on_value, on_row, &state) == text.size();
  good = csv_fini(&parser, on_value, on_row, &state) == 0 && good;
  csv_free(&parser);
  return good;
}

// As many cells as there are columns, nothing lost: what is too much stands in the last.
void FitTo(size_t width, char delimiter, Cells* cells) {
  while (cells->size() > width && cells->size() > 1) {
    const std::string last = std::move(cells->back());
    cells->pop_back();
    absl::StrAppend(&cells->back(), std::string(1, delimiter), last);
  }
  cells->resize(width);
}

// The cells of columns that the sender has, as they were before Probity wrote them.
Cells OwnCells(const RejectedFileForm& form, Cells cells) {
  const auto& columns = form.columns();
  const bool ours = std::find(columns.begin(), columns.end(), kLineColumn) != columns.end();
  Cells own;
  for (int i = 0; i < columns.size(); ++i) {
    if (absl::StartsWith(columns[i], kAddedPrefix)) continue;
    own.push_back(ours ? std::string(WithoutNeutralizing(cells[i])) : std::move(cells[i]));
  }
  return own;
}

std::string Quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// `next` is joined to `all` unless it is the same as the last.
void Join(const std::string& next, const char* between, std::string* all) {
  if (next.empty() || absl::EndsWith(*all, next)) return;
  absl::StrAppend(all, all->empty() ? "" : between, next);
}

std::string JsonLine(const std::string& text, const std::string& added) {
  const absl::string_view object = absl::StripAsciiWhitespace(text);
  if (!absl::StartsWith(object, "{") || !Json::accept(object.begin(), object.end())) {
    return absl::StrCat("{\"probity_raw\":", Quoted(text), ",", added, "}\n");
  }
  const std::string own = WithoutAddedMembers(object);
  absl::string_view members = own.empty() ? object : own;
  members = absl::StripAsciiWhitespace(members.substr(1, members.size() - 2));
  return absl::StrCat("{", members, members.empty() ? "" : ",", added, "}\n");
}

}  // namespace

std::string WithoutAddedMembers(absl::string_view json) {
  if (!absl::StrContains(json, "\"probity_")) return "";
  Json object = Json::parse(json.begin(), json.end(), nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return "";
  const size_t all = object.size();
  for (auto member = object.begin(); member != object.end();) {
    if (absl::StartsWith(member.key(), kAddedPrefix)) {
      member = object.erase(member);
    } else {
      ++member;
    }
  }
  if (object.size() == all) return "";
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<std::string> ErrorFile::Next(size_t size) {
  std::string bytes;
  Refused refused;
  if (!begun_) {
    if (absl::Status read = ReadAhead(); !read.ok()) return read;
    form_ = next_.form();
    if (has_next_) bytes = Header();
    begun_ = true;
  }
  while (bytes.size() < size) {
    absl::StatusOr<bool> more = NextRefused(&refused);
    if (!more.ok()) return more.status();
    if (!*more) break;
    absl::StrAppend(&bytes, Lines(refused));
  }
  return bytes;
}

absl::Status ErrorFile::ReadAhead() {
  for (;;) {
    absl::StatusOr<bool> more = reader_.Next(&next_);
    if (!more.ok()) return more.status();
    has_next_ = *more;
    const bool wanted = !next_.record().kept() && next_.record().file_name() == file_name_;
    if (!has_next_ || wanted) return absl::OkStatus();
  }
}

absl::StatusOr<bool> ErrorFile::NextRefused(Refused* refused) {
  if (!has_next_) return false;
  *refused = Refused();
  refused->row = next_;
  do {
    const v1::RejectedRecord& one = next_.record();
    Join(ReasonName(one.reason()), "; ", &refused->reasons);
    Join(one.column(), "; ", &refused->columns);
    Join(one.message(), " | ", &refused->messages);
    if (absl::Status read = ReadAhead(); !read.ok()) return read;
  } while (has_next_ && next_.record().line() == refused->row.record().line());
  return true;
}

std::string ErrorFile::Header() const {
  if (form_.kind() == RejectedFileForm::KIND_JSON_LINES) return "";
  std::string line;
  const char delimiter = form_.delimiter().empty() ? ',' : form_.delimiter()[0];
  const std::string between(1, delimiter);
  for (const std::string& column : form_.columns()) {
    if (absl::StartsWith(column, kAddedPrefix)) continue;
    absl::StrAppend(&line, CsvCell(NeutralText(column), delimiter), between);
  }
  for (const char* column : kAddedColumns) {
    absl::StrAppend(&line, column == kAddedColumns[0] ? "" : between, column);
  }
  // Behind a mark, what is called as packed files begin, or begins with a mark itself, is text.
  const bool marked =
      form_.marked() || BeginsAsPacked(line) || absl::StartsWith(line, kByteOrderMark);
  return absl::StrCat(marked ? kByteOrderMark : "", line, "\r\n");
}

std::string ErrorFile::Lines(const Refused& refused) const {
  if (form_.kind() != RejectedFileForm::KIND_JSON_LINES) return CsvLines(refused);
  return JsonLine(WholeText(refused.row),
                  absl::StrCat("\"probity_line\":", refused.row.record().line(),
                               ",\"probity_reason\":", Quoted(refused.reasons),
                               ",\"probity_column\":", Quoted(refused.columns),
                               ",\"probity_message\":", Quoted(refused.messages)));
}

std::string ErrorFile::CsvLines(const Refused& refused) const {
  if (form_.kind() != RejectedFileForm::KIND_CSV) return CsvLine({}, refused);
  const std::string text = WholeText(refused.row);
  std::vector<Cells> rows;
  // What does not split stands in the first column.
  const bool splits = refused.row.record().reason() != v1::ERROR_REASON_ROW_SYNTAX &&
                      SplitRows(text, form_.delimiter()[0], &rows) && !rows.empty();
  if (!splits) rows = {{text}};
  std::string lines;
  for (Cells& row : rows) {
    FitTo(static_cast<size_t>(form_.columns_size()), form_.delimiter()[0], &row);
    absl::StrAppend(&lines, CsvLine(OwnCells(form_, std::move(row)), refused));
  }
  return lines;
}

std::string ErrorFile::CsvLine(Cells own, const Refused& refused) const {
  Cells cells = std::move(own);
  cells.push_back(absl::StrCat(refused.row.record().line()));
  cells.insert(cells.end(), {refused.reasons, refused.columns, refused.messages});
  const char delimiter = form_.delimiter().empty() ? ',' : form_.delimiter()[0];
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line.push_back(delimiter);
    line += CsvCell(NeutralText(cells[i]), delimiter);
  }
  return line + "\r\n";
}

}  // namespace probity::ingest

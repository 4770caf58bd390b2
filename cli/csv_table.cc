#include "cli/csv_table.h"

#include <csv.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/stubs/common.h"

namespace probity::cli {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

char DelimiterOf(absl::string_view text) {
  const absl::string_view header = text.substr(0, text.find('\n'));
  for (const char one : {',', ';', '\t'}) {
    if (header.find(one) != absl::string_view::npos) return one;
  }
  return ',';
}

// Feeds libcsv line by line, so that the line of each row is known.
class Reader {
 public:
  Reader(absl::string_view name, char delimiter) : name_(name) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
  }
  ~Reader() { csv_free(&parser_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  absl::StatusOr<CsvTable> Read(absl::string_view text) {
    while (!text.empty()) {
      const size_t end = text.find('\n');
      const absl::string_view line = text.substr(0, end == text.npos ? end : end + 1);
      if (absl::Status read = ReadLine(line); !read.ok()) return read;
      text.remove_prefix(line.size());
    }
    const bool closed = csv_fini(&parser_, &Reader::OnValue, &Reader::OnRow, this) == 0;
    if (!closed) return Fault("a quoted value is not closed");
    if (!fault_.ok()) return fault_;
    if (table_.columns.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(name_, ": is empty, without a header"));
    }
    return std::move(table_);
  }

 private:
  absl::Status ReadLine(absl::string_view line) {
    ++line_;
    if (!open_) begins_ = line_;
    if (!google::protobuf::internal::IsStructurallyValidUTF8(line.data(),
                                                             static_cast<int>(line.size()))) {
      begins_ = line_;
      return Fault("is not UTF-8; save the file as \"CSV UTF-8\"");
    }
    const int rows = rows_;
    if (csv_parse(&parser_, line.data(), line.size(), &Reader::OnValue, &Reader::OnRow, this) !=
        line.size()) {
      return Fault("a quote stands inside a value; write it twice, and the value in quotes");
    }
    open_ = rows == rows_ && !absl::StripAsciiWhitespace(line).empty();
    return fault_;
  }

  static void OnValue(void* value, size_t bytes, void* self) {
    const absl::string_view text(static_cast<const char*>(value), bytes);
    static_cast<Reader*>(self)->row_.emplace_back(absl::StripAsciiWhitespace(text));
  }
  static void OnRow(int, void* self) { static_cast<Reader*>(self)->EndRow(); }

  void EndRow() {
    ++rows_;
    std::vector<std::string> row = std::exchange(row_, {});
    if (!fault_.ok()) return;
    if (table_.columns.empty()) {
      fault_ = CheckHeader(row);
      table_.columns = std::move(row);
      return;
    }
    const bool empty = std::all_of(row.begin(), row.end(), [](const auto& v) { return v.empty(); });
    if (empty) return;
    if (row.size() != table_.columns.size()) {
      fault_ =
          Fault(absl::StrCat("has ", row.size(), " values, the header ", table_.columns.size()));
    }
    table_.rows.push_back({begins_, std::move(row)});
  }

  absl::Status CheckHeader(const std::vector<std::string>& columns) const {
    std::set<std::string> seen;
    for (const std::string& column : columns) {
      if (column.empty()) return Fault("a column of the header has no name");
      if (!seen.insert(column).second) {
        return Fault(absl::StrCat("the header names \"", column, "\" twice"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Fault(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(name_, " line ", begins_, ": ", what));
  }

  const absl::string_view name_;
  csv_parser parser_;
  CsvTable table_;
  std::vector<std::string> row_;
  absl::Status fault_;
  int line_ = 0;
  int begins_ = 1;  // line at which the row begins
  int rows_ = 0;
  bool open_ = false;  // the row goes on with the next line
};

}  // namespace

int CsvTable::Find(absl::string_view column) const {
  const auto at = std::find(columns.begin(), columns.end(), column);
  return at == columns.end() ? -1 : static_cast<int>(at - columns.begin());
}

absl::StatusOr<CsvTable> ParseCsv(absl::string_view name, absl::string_view text) {
  absl::ConsumePrefix(&text, kByteOrderMark);
  return Reader(name, DelimiterOf(text)).Read(text);
}

}  // namespace probity::cli

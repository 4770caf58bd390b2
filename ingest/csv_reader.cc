#include "ingest/csv_reader.h"

#include <csv.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/csv_cell.h"
#include "base/errors.h"
#include "base/utf8.h"
#include "ingest/text_file.h"

namespace probity::ingest {
namespace {

// "Control-Z": MS-DOS ended texts with it, and some publishers do to this day.
constexpr absl::string_view kEndMark = "\x1A";

// Finds where a row ends: at the first line end outside quotes. Only a quote
// at the beginning of a value opens a quoted one.
class RowEnd {
 public:
  explicit RowEnd(char delimiter) : delimiter_(delimiter) {}

  // Looks on from where it stopped; npos when `window` does not hold the end.
  // The position is behind the line end.
  size_t Find(absl::string_view window) {
    if (at_ == 0 && !quoted_) {
      const size_t line = window.find('\n');
      if (line != absl::string_view::npos &&
          window.substr(0, line).find('"') == absl::string_view::npos) {
        return line + 1;
      }
    }
    for (; at_ < window.size(); ++at_) {
      const char c = window[at_];
      if (quoted_) {
        if (c == '"') quoted_ = false;  // a doubled quote opens it again at once
        after_quote_ = !quoted_;
        continue;
      }
      if (c == '\n') return at_ + 1;
      if (c == '"' && (value_begins_ || after_quote_)) quoted_ = true;
      after_quote_ = false;
      value_begins_ = c == delimiter_ || (value_begins_ && c == ' ');
    }
    return absl::string_view::npos;
  }
  bool inside_quotes() const { return quoted_; }

 private:
  char delimiter_;
  size_t at_ = 0;
  bool quoted_ = false;
  bool after_quote_ = false;
  bool value_begins_ = true;
};

// Splits one row into values with libcsv.
class Splitter {
 public:
  explicit Splitter(char delimiter) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
  }
  ~Splitter() { csv_free(&parser_); }
  Splitter(const Splitter&) = delete;
  Splitter& operator=(const Splitter&) = delete;

  // False when quotes are not as RFC 4180 has them. Values are trimmed and
  // stay valid until the next call.
  bool Split(absl::string_view row, std::vector<absl::string_view>* values) {
    text_.clear();
    ends_.clear();
    rows_ = 0;
    const bool whole = csv_parse(&parser_, row.data(), row.size(), &Splitter::OnValue,
                                 &Splitter::OnRow, this) == row.size();
    // libcsv takes a lone carriage return for a line end; here it is none.
    const bool good =
        csv_fini(&parser_, &Splitter::OnValue, &Splitter::OnRow, this) == 0 && whole && rows_ <= 1;
    if (!good) Reset();
    values->clear();
    size_t begin = 0;
    for (const size_t end : ends_) {
      const absl::string_view value = absl::string_view(text_).substr(begin, end - begin);
      // Most cells of wide files are empty.
      values->push_back(value.empty() ? value : absl::StripAsciiWhitespace(value));
      begin = end;
    }
    return good;
  }

 private:
  static void OnValue(void* data, size_t size, void* self) {
    auto* splitter = static_cast<Splitter*>(self);
    if (size > 0) splitter->text_.append(static_cast<const char*>(data), size);
    splitter->ends_.push_back(splitter->text_.size());
  }
  static void OnRow(int, void* self) { ++static_cast<Splitter*>(self)->rows_; }
  // A parser that met an error cannot be used again.
  void Reset() {
    const unsigned char delimiter = csv_get_delim(&parser_);
    csv_free(&parser_);
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser_, delimiter);
  }

  csv_parser parser_;
  std::string text_;
  std::vector<size_t> ends_;
  int rows_ = 0;
};

absl::Status BadHeader(const InputFile& file, absl::string_view problem) {
  return MakeError(
      absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_MISSING_COLUMN,
      absl::StrCat(file.name, ":1: ", problem, "; the first line must name every column once"),
      {{"file", file.name}, {"line", "1"}});
}

class CsvReaderImpl final : public CsvReader {
 public:
  CsvReaderImpl(const InputFile& file, const CsvOptions& options, RowSink* sink,
                std::unique_ptr<TextFile> text)
      : file_(file),
        delimiter_(options.delimiter),
        sink_(sink),
        text_(std::move(text)),
        splitter_(options.delimiter),
        headers_(options.headers) {
    form_.delimiter = options.delimiter;
    form_.marked = text_->marked();
  }

  absl::Status ReadHeader() {
    absl::string_view raw;
    absl::StatusOr<bool> more = NextRow(&raw);
    if (!more.ok()) return more.status();
    const bool readable = *more && IsUtf8(raw) && splitter_.Split(raw, &values_);
    if (!headers_.empty() && !(readable && HasLineColumn())) return ChooseHeader();
    if (!readable) return BadHeader(file_, "the header line cannot be read");
    if (text_->line() != 1) return BadHeader(file_, "the header line is too long");
    std::set<absl::string_view> seen;
    for (const absl::string_view name : values_) {
      if (name.empty()) return BadHeader(file_, "a column has no name");
      if (!seen.insert(name).second) {
        return BadHeader(file_, absl::StrCat("the column \"", name, "\" stands twice"));
      }
    }
    SetColumns({values_.begin(), values_.end()});
    text_->Consume(row_bytes_);
    return absl::OkStatus();
  }

  const std::vector<std::string>& columns() const override { return columns_; }

  absl::Status ForEach(
      const std::function<absl::Status(const Row&, const Values&)>& visit) override {
    for (;;) {
      absl::string_view raw;
      absl::StatusOr<bool> more = NextRow(&raw);
      if (!more.ok()) return more.status();
      if (!*more) return absl::OkStatus();
      const Row row{file_.name, text_->line(), raw, false, &form_};
      if (!raw.empty() && raw != kEndMark) {
        if (absl::Status status = Give(row, visit); !status.ok()) return status;
      }
      text_->Consume(row_bytes_);
    }
  }

 private:
  absl::Status Give(const Row& row,
                    const std::function<absl::Status(const Row&, const Values&)>& visit) {
    if (!IsUtf8(row.raw)) {
      return sink_->Refuse(row, {v1::ERROR_REASON_ROW_ENCODING, "",
                                 "the row is not UTF-8; name the file's encoding in a mapping"});
    }
    if (!splitter_.Split(row.raw, &values_)) {
      return sink_->Refuse(row, {v1::ERROR_REASON_ROW_SYNTAX, "",
                                 "quotes are not as RFC 4180 has them: a quote inside a value "
                                 "is written twice, and the value stands in quotes, as does one "
                                 "with a line end"});
    }
    const size_t width = form_.columns.size();
    if (values_.size() < width && IsUnendedRow(row)) return Truncated();
    if (values_.size() != width) {
      return sink_->Refuse(
          row, {v1::ERROR_REASON_ROW_COLUMNS, "",
                absl::StrCat("the row has ", values_.size(), " values, the header ", width)});
    }
    if (columns_.size() < width) LeaveOutAdded();
    return visit(row, values_);
  }

  bool HasLineColumn() const {
    return std::find(values_.begin(), values_.end(), kLineColumn) != values_.end();
  }

  // The names for a file whose first line, which was split, is a row.
  absl::Status ChooseHeader() {
    const auto fits = [this](const std::vector<std::string>& header) {
      return header.size() == values_.size();
    };
    auto header = std::find_if(headers_.begin(), headers_.end(), fits);
    if (headers_.size() == 1) header = headers_.begin();
    if (header == headers_.end()) {
      return BadColumns(absl::StrCat("the first row has ", values_.size(),
                                     " columns, as no file of this format"));
    }
    SetColumns(*header);
    return absl::OkStatus();
  }

  absl::Status BadColumns(absl::string_view problem) const {
    return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_MISSING_COLUMN,
                     absl::StrCat(file_.name, ":1: ", problem),
                     {{"file", file_.name}, {"line", "1"}});
  }

  void SetColumns(std::vector<std::string> all) {
    neutralized_ = std::find(all.begin(), all.end(), kLineColumn) != all.end();
    for (std::string& name : all) {
      if (neutralized_) name = std::string(WithoutNeutralizing(name));
      if (!absl::StartsWith(name, kAddedPrefix)) columns_.push_back(name);
    }
    form_.columns = std::move(all);
  }

  // Keeps the values of the file that refused rows came in, as they were there.
  void LeaveOutAdded() {
    size_t kept = 0;
    for (size_t i = 0; i < values_.size(); ++i) {
      if (absl::StartsWith(form_.columns[i], kAddedPrefix)) continue;
      values_[kept++] = neutralized_ ? WithoutNeutralizing(values_[i]) : values_[i];
    }
    values_.resize(kept);
  }

  // The last row of a file that does not end with a line end. By itself that is
  // well; with values missing it is the mark of a file that was cut.
  bool IsUnendedRow(const Row& row) const { return row_bytes_ == row.raw.size(); }

  // The next row without its line end; row_bytes_ with it. False at the end.
  absl::StatusOr<bool> NextRow(absl::string_view* raw) {
    RowEnd row_end(delimiter_);
    for (;;) {
      const size_t end = row_end.Find(text_->window());
      if (end != absl::string_view::npos && end <= kMaxRowBytes) {
        return Found(end, raw);
      }
      if (text_->window().size() > kMaxRowBytes) {
        absl::Status skipped = RefuseLong();
        if (!skipped.ok()) return skipped;
        row_end = RowEnd(delimiter_);
        continue;
      }
      absl::StatusOr<bool> more = text_->Extend();
      if (!more.ok()) return more.status();
      if (*more) continue;
      if (row_end.inside_quotes()) return Truncated();
      if (text_->window().empty()) return false;
      return Found(text_->window().size(), raw);
    }
  }

  bool Found(size_t end, absl::string_view* raw) {
    row_bytes_ = end;
    *raw = text_->window().substr(0, end);
    while (!raw->empty() && (raw->back() == '\n' || raw->back() == '\r')) raw->remove_suffix(1);
    return true;
  }

  // A row beyond the limit: a line that long, or a quote that is not closed.
  // Only the first line is given up, so that the rows behind it are read.
  absl::Status RefuseLong() {
    const absl::string_view line = text_->window().substr(0, text_->window().find('\n'));
    const bool one_line = line.size() > kMaxRowBytes;
    absl::Status refused =
        sink_->Refuse(Row{file_.name, text_->line(), CutUtf8(line, kMaxRawBytes), false, &form_},
                      {one_line ? v1::ERROR_REASON_ROW_TOO_LONG : v1::ERROR_REASON_ROW_SYNTAX, "",
                       one_line ? absl::StrCat("the row is longer than ", kMaxRowBytes, " bytes")
                                : "a quote that begins on this line is not closed"});
    return refused.ok() ? SkipLine(*text_) : refused;
  }

  absl::Status Truncated() const {
    return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_TRUNCATED_FILE,
                     absl::StrCat(file_.name, ":", text_->line(),
                                  ": the file ends inside the row that begins here; was it "
                                  "written completely?"),
                     {{"file", file_.name}, {"line", absl::StrCat(text_->line())}});
  }

  const InputFile file_;
  const char delimiter_;
  RowSink* sink_;
  std::unique_ptr<TextFile> text_;
  Splitter splitter_;
  const std::vector<std::vector<std::string>> headers_;
  FileForm form_;
  std::vector<std::string> columns_;  // of `form_`, without those that Probity added
  bool neutralized_ = false;          // the file is one of refused rows
  Values values_;
  size_t row_bytes_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<CsvReader>> CsvReader::Open(const InputFile& file,
                                                           const CsvOptions& options,
                                                           RowSink* sink) {
  absl::StatusOr<std::unique_ptr<TextFile>> text = TextFile::Open(file, options.encoding, sink);
  if (!text.ok()) return text.status();
  auto reader = std::make_unique<CsvReaderImpl>(file, options, sink, *std::move(text));
  if (absl::Status header = reader->ReadHeader(); !header.ok()) return header;
  sink->HasColumns(reader->columns());
  return reader;
}

}  // namespace probity::ingest

#include "ingest/text_file.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "base/utf8.h"
#include "ingest/byte_source.h"
#include "unicode/ucnv.h"
#include "unicode/unistr.h"

namespace probity::ingest {
namespace {

constexpr size_t kPieceBytes = 256 << 10;
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

using ConverterPtr = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

bool IsPlainUtf8(const std::string& encoding) {
  const std::string lower = absl::AsciiStrToLower(encoding);
  return lower.empty() || lower == "utf-8" || lower == "utf8";
}

absl::StatusOr<ConverterPtr> OpenConverter(const std::string& encoding) {
  UErrorCode error = U_ZERO_ERROR;
  ConverterPtr converter(ucnv_open(encoding.c_str(), &error), &ucnv_close);
  if (U_SUCCESS(error)) return converter;
  return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_INVALID_MAPPING,
                   absl::StrCat("the encoding \"", encoding,
                                "\" is not known; use an IANA name such as utf-8, "
                                "iso-8859-1 or windows-1252"),
                   {{"field", "encoding"}});
}

class TextFileImpl final : public TextFile {
 public:
  TextFileImpl(std::unique_ptr<ByteSource> source, ConverterPtr converter, std::string name)
      : source_(std::move(source)), converter_(std::move(converter)), name_(std::move(name)) {}

  absl::string_view window() const override { return absl::string_view(buffer_).substr(begin_); }
  uint64_t line() const override { return line_; }
  bool marked() const override { return marked_ || converter_ != nullptr; }

  void SkipByteOrderMark() {
    marked_ = absl::StartsWith(window(), kByteOrderMark);
    if (marked_) Consume(kByteOrderMark.size());
  }

  void Consume(size_t bytes) override {
    const auto first = buffer_.begin() + static_cast<std::ptrdiff_t>(begin_);
    line_ +=
        static_cast<uint64_t>(std::count(first, first + static_cast<std::ptrdiff_t>(bytes), '\n'));
    begin_ += bytes;
  }

  absl::StatusOr<bool> Extend() override {
    if (at_end_) return false;
    buffer_.erase(0, begin_);
    begin_ = 0;
    piece_.resize(kPieceBytes);
    absl::StatusOr<size_t> got = source_->Read(piece_.data(), piece_.size());
    if (!got.ok()) return got.status();
    at_end_ = *got < piece_.size();
    piece_.resize(*got);
    if (converter_ == nullptr) {
      buffer_ += piece_;
    } else if (absl::Status converted = Convert(); !converted.ok()) {
      return converted;
    }
    return true;
  }

 private:
  // Appends the piece as UTF-8; a character cut in two waits in the converter.
  absl::Status Convert() {
    utf16_.resize(piece_.size() + 16);
    UErrorCode error = U_ZERO_ERROR;
    const char* source = piece_.data();
    UChar* target = utf16_.data();
    ucnv_toUnicode(converter_.get(), &target, utf16_.data() + utf16_.size(), &source,
                   piece_.data() + piece_.size(), nullptr, static_cast<UBool>(at_end_), &error);
    if (U_FAILURE(error)) {
      return absl::DataLossError(absl::StrCat(name_, ": ", u_errorName(error)));
    }
    std::string utf8;
    icu::UnicodeString(utf16_.data(), static_cast<int32_t>(target - utf16_.data()))
        .toUTF8String(utf8);
    buffer_ += utf8;
    return absl::OkStatus();
  }

  std::unique_ptr<ByteSource> source_;
  ConverterPtr converter_;
  std::string name_;
  std::string buffer_;
  std::string piece_;
  std::u16string utf16_;
  size_t begin_ = 0;
  uint64_t line_ = 1;
  bool at_end_ = false;
  bool marked_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<TextFile>> TextFile::Open(const InputFile& file,
                                                         const std::string& encoding,
                                                         RowSink* sink) {
  ConverterPtr converter(nullptr, &ucnv_close);
  if (!IsPlainUtf8(encoding)) {
    absl::StatusOr<ConverterPtr> opened = OpenConverter(encoding);
    if (!opened.ok()) return opened.status();
    converter = *std::move(opened);
  }
  absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::Open(file, sink);
  if (!source.ok()) return source.status();
  auto text = std::make_unique<TextFileImpl>(*std::move(source), std::move(converter), file.name);
  absl::StatusOr<bool> more = text->Extend();
  if (!more.ok()) return more.status();
  text->SkipByteOrderMark();
  if (text->window().empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_EMPTY_FILE,
                     absl::StrCat(file.name, ": the file is empty; was it written completely?"),
                     {{"file", file.name}});
  }
  return text;
}

absl::Status SkipLine(TextFile& file) {
  for (;;) {
    const size_t end = file.window().find('\n');
    if (end != absl::string_view::npos) {
      file.Consume(end + 1);
      return absl::OkStatus();
    }
    file.Consume(file.window().size());
    absl::StatusOr<bool> more = file.Extend();
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
  }
}

const FileForm& JsonLinesForm() {
  static const auto* const kForm = new FileForm{FileForm::Kind::kJsonLines, ',', {}, false};
  return *kForm;
}

absl::StatusOr<bool> NextLine(TextFile& file, const InputFile& input, RowSink* sink, Line* line) {
  size_t searched = 0;
  for (;;) {
    const size_t end = file.window().find('\n', searched);
    if (end != absl::string_view::npos && end <= kMaxRowBytes) {
      line->bytes = end + 1;
      line->text = absl::StripSuffix(file.window().substr(0, end), "\r");
      return true;
    }
    searched = file.window().size();
    if (std::min(end, searched) > kMaxRowBytes) {
      const Row row{input.name, file.line(), CutUtf8(file.window(), kMaxRawBytes), false,
                    &JsonLinesForm()};
      absl::Status refused =
          sink->Refuse(row, {v1::ERROR_REASON_ROW_TOO_LONG, "",
                             absl::StrCat("the line is longer than ", kMaxRowBytes,
                                          " bytes; is a line end missing?")});
      if (refused.ok()) refused = SkipLine(file);
      if (!refused.ok()) return refused;
      searched = 0;
      continue;
    }
    absl::StatusOr<bool> more = file.Extend();
    if (!more.ok()) return more.status();
    if (*more) continue;
    line->text = file.window();
    line->bytes = line->text.size();
    return !line->text.empty();
  }
}

std::string ShownText(absl::string_view raw) { return ValidUtf8(CutUtf8(raw, kMaxRawBytes)); }

}  // namespace probity::ingest

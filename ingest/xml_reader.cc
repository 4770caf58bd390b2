#include "ingest/xml_reader.h"

#include <expat.h>

#include <memory>
#include <type_traits>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/utf8.h"
#include "ingest/byte_source.h"

namespace probity::ingest {
namespace {

constexpr size_t kPieceBytes = 64 << 10;

using ParserPtr = std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)>;

class XmlReader {
 public:
  XmlReader(const InputFile& file, absl::string_view root, RowSink* sink, XmlVisitor* visitor)
      : file_(file),
        root_(root),
        sink_(sink),
        visitor_(visitor),
        parser_(XML_ParserCreate(nullptr), &XML_ParserFree) {
#ifdef PROBITY_EXPAT_DEFERS
    // Else what has no end is not looked at again until it has doubled. How often it is
    // looked at, kMaxRowBytes bounds.
    XML_SetReparseDeferralEnabled(parser_.get(), XML_FALSE);
#endif
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), &XmlReader::OnStart, &XmlReader::OnEnd);
    XML_SetCharacterDataHandler(parser_.get(), &XmlReader::OnText);
    XML_SetStartDoctypeDeclHandler(parser_.get(), &XmlReader::OnDoctype);
  }

  absl::Status Read() {
    absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::Open(file_, sink_);
    if (!source.ok()) return source.status();
    std::string piece(kPieceBytes, '\0');
    uint64_t fed = 0;
    for (;;) {
      absl::StatusOr<size_t> got = (*source)->Read(piece.data(), piece.size());
      if (!got.ok()) return got.status();
      if (*got == 0) return fed == 0 ? Empty() : Finish();
      fed += *got;
      if (absl::Status parsed = Parse(piece.data(), *got, fed); !parsed.ok()) return parsed;
    }
  }

 private:
  absl::Status Parse(const char* data, size_t size, uint64_t fed) {
    if (XML_Parse(parser_.get(), data, static_cast<int>(size), 0) != XML_STATUS_OK) {
      return status_.ok() ? Malformed() : status_;
    }
    // What expat has not turned into events yet is an unfinished tag or comment.
    const XML_Index done = XML_GetCurrentByteIndex(parser_.get());
    if (done >= 0 && fed - static_cast<uint64_t>(done) > kMaxRowBytes) return TooLong();
    return absl::OkStatus();
  }

  absl::Status Finish() {
    if (XML_Parse(parser_.get(), "", 0, 1) == XML_STATUS_OK) return absl::OkStatus();
    if (!status_.ok()) return status_;
    return Fault(v1::ERROR_REASON_TRUNCATED_FILE,
                 "the file ends inside an element; was it written completely?");
  }

  absl::Status Empty() const {
    return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_EMPTY_FILE,
                     absl::StrCat(file_.name, ": the file is empty; was it written completely?"),
                     {{"file", file_.name}});
  }

  absl::Status Malformed() const {
    return Fault(v1::ERROR_REASON_ROW_SYNTAX,
                 absl::StrCat("the file is not well-formed XML in UTF-8: ",
                              XML_ErrorString(XML_GetErrorCode(parser_.get())), " (column ",
                              XML_GetCurrentColumnNumber(parser_.get()) + 1,
                              "); get it again from its publisher"));
  }

  absl::Status TooLong() const {
    return Fault(v1::ERROR_REASON_ROW_TOO_LONG,
                 absl::StrCat("a text or tag is longer than ", kMaxRowBytes,
                              " bytes; is an end tag missing?"));
  }

  absl::Status Fault(v1::ErrorReason reason, absl::string_view problem) const {
    const uint64_t line = XML_GetCurrentLineNumber(parser_.get());
    return MakeError(absl::StatusCode::kInvalidArgument, reason,
                     absl::StrCat(file_.name, ":", line, ": ", problem),
                     {{"file", file_.name}, {"line", absl::StrCat(line)}});
  }

  void StopUnlessOk(absl::Status status) {
    if (status.ok()) return;
    if (status_.ok()) status_ = std::move(status);
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  static void OnStart(void* self, const char* name, const char**) {
    auto* reader = static_cast<XmlReader*>(self);
    reader->StopUnlessOk(reader->Start(name));
  }
  static void OnEnd(void* self, const char* name) {
    auto* reader = static_cast<XmlReader*>(self);
    if (!reader->status_.ok()) return;  // an empty element ends after its start was refused
    reader->StopUnlessOk(
        reader->visitor_->End(name, reader->depth_--, absl::StripAsciiWhitespace(reader->text_)));
    reader->text_.clear();
  }
  static void OnText(void* self, const char* text, int size) {
    auto* reader = static_cast<XmlReader*>(self);
    reader->text_.append(text, static_cast<size_t>(size));
    if (reader->text_.size() > kMaxRowBytes) reader->StopUnlessOk(reader->TooLong());
  }
  static void OnDoctype(void* self, const char*, const char*, const char*, int) {
    auto* reader = static_cast<XmlReader*>(self);
    reader->StopUnlessOk(
        reader->Fault(v1::ERROR_REASON_ROW_SYNTAX,
                      "document type declarations are not read, because entities may expand "
                      "without end; take the <!DOCTYPE …> out"));
  }

  absl::Status Start(absl::string_view name) {
    text_.clear();
    if (++depth_ > kMaxXmlDepth) {
      return Fault(v1::ERROR_REASON_ROW_SYNTAX,
                   absl::StrCat("elements are nested more than ", kMaxXmlDepth, " deep"));
    }
    if (depth_ == 1 && name != root_) {
      return Fault(v1::ERROR_REASON_MISSING_COLUMN,
                   absl::StrCat("the root element is <", CutUtf8(name, 100), ">, not <", root_,
                                ">; is it the publisher's list in XML?"));
    }
    return visitor_->Start(name, depth_, XML_GetCurrentLineNumber(parser_.get()));
  }

  const InputFile& file_;
  const absl::string_view root_;
  RowSink* sink_;
  XmlVisitor* visitor_;
  ParserPtr parser_;
  absl::Status status_;
  std::string text_;
  int depth_ = 0;
};

}  // namespace

absl::Status ReadXml(const InputFile& file, absl::string_view root, RowSink* sink,
                     XmlVisitor* visitor) {
  return XmlReader(file, root, sink, visitor).Read();
}

}  // namespace probity::ingest

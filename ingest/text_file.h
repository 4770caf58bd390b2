// A file of text, unpacked where it is compressed (ingest/byte_source.h), read in pieces as
// UTF-8, with line numbers.
#ifndef PROBITY_INGEST_TEXT_FILE_H_
#define PROBITY_INGEST_TEXT_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ingest/importer.h"

namespace probity::ingest {

// A window over the text, moved forward by its user. A byte order mark is
// skipped.
class TextFile {
 public:
  // `encoding` is an IANA name; the text of "utf-8" is passed on as it is, also
  // where it is none. Reports the file's bytes read to `sink`, which is borrowed.
  // INVALID_ARGUMENT / EMPTY_FILE; INVALID_MAPPING for an unknown encoding; here and in
  // Extend() what ByteSource says.
  static absl::StatusOr<std::unique_ptr<TextFile>> Open(const InputFile& file,
                                                        const std::string& encoding, RowSink* sink);
  virtual ~TextFile() = default;

  // What was read and not yet consumed. Valid until the next Extend.
  virtual absl::string_view window() const = 0;
  // Line of the window's first byte, from 1.
  virtual uint64_t line() const = 0;
  // It began with a byte order mark, or is in another encoding than UTF-8.
  virtual bool marked() const = 0;
  // Reads on; false when the file is at its end.
  virtual absl::StatusOr<bool> Extend() = 0;
  // Moves the window's beginning `bytes` on.
  virtual void Consume(size_t bytes) = 0;
};

// The next line without its end (LF or CRLF), in `file`'s window and not yet
// consumed; `bytes` with its end. Lines beyond kMaxRowBytes are refused in
// `sink` and skipped. False at the end of the file.
struct Line {
  absl::string_view text;
  size_t bytes = 0;
};
// The form of files that are read so, a JSON object a line.
const FileForm& JsonLinesForm();
absl::StatusOr<bool> NextLine(TextFile& file, const InputFile& input, RowSink* sink, Line* line);

// Skips to the end of the line that the window stands in, whatever its length.
absl::Status SkipLine(TextFile& file);

// Bytes that are not UTF-8 replaced, cut after kMaxRawBytes (base/utf8.h).
std::string ShownText(absl::string_view raw);

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_TEXT_FILE_H_

// Reads XML files element by element with expat, in bounded memory: no document
// type declarations, so no entities beyond the five of XML; limits on nesting
// and on the length of one element's text or tag.
#ifndef PROBITY_INGEST_XML_READER_H_
#define PROBITY_INGEST_XML_READER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "ingest/importer.h"

namespace probity::ingest {

// Elements inside elements; publishers' lists need five.
inline constexpr int kMaxXmlDepth = 32;

// Takes elements in document order. The root has depth 1. A status that is not
// OK ends the reading and is returned.
class XmlVisitor {
 public:
  virtual ~XmlVisitor() = default;
  // `line` is that of the start tag, from 1.
  virtual absl::Status Start(absl::string_view name, int depth, uint64_t line) = 0;
  // `text` is the element's text behind its last child, trimmed: all of it where
  // it has no children.
  virtual absl::Status End(absl::string_view name, int depth, absl::string_view text) = 0;
};

// Unpacks what is compressed (ingest/byte_source.h) and reports the file's bytes read to
// `sink`. What ByteSource says, and INVALID_ARGUMENT, each naming file and line:
//   EMPTY_FILE; TRUNCATED_FILE when the file ends inside an element;
//   MISSING_COLUMN when the root is not `root`;
//   ROW_SYNTAX when it is not well-formed (not UTF-8 included), nested too
//   deeply, or has a document type declaration;
//   ROW_TOO_LONG when a text or tag is longer than kMaxRowBytes.
absl::Status ReadXml(const InputFile& file, absl::string_view root, RowSink* sink,
                     XmlVisitor* visitor);

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_XML_READER_H_

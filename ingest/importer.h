// Publishers' formats, read into records. A format only reads: what is kept,
// refused or published is decided in load.h.
#ifndef PROBITY_INGEST_IMPORTER_H_
#define PROBITY_INGEST_IMPORTER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/identifiers.h"
#include "base/tables.h"
#include "policy/schemes.h"
#include "probity/v1/dataset_service.pb.h"
#include "probity/v1/error_reason.pb.h"
#include "probity/v1/record.pb.h"

namespace probity::ingest {

// Bytes of one row; a longer one is refused as ROW_TOO_LONG and skipped
// without being held in memory.
inline constexpr size_t kMaxRowBytes = size_t{1} << 20;
// Bytes of a refused row that are shown.
inline constexpr size_t kMaxRawBytes = 4096;

// A file of a load, on disk.
struct InputFile {
  std::string path;
  // As its uploader named it, for messages.
  std::string name;
  v1::FileRole role = v1::FILE_ROLE_DATA;
};

// How the rows of a file are written, so that a refused one can be given back as it came.
struct FileForm {
  enum class Kind { kCsv, kJsonLines };
  Kind kind = Kind::kCsv;
  // Of CSV. The names are those of all columns, also of those that formats pass over.
  char delimiter = ',';
  std::vector<std::string> columns;
  // It began with a byte order mark, or was no UTF-8.
  bool marked = false;
};

// Columns, and members of JSON objects, that Probity adds to the rows of others begin so;
// formats pass over them.
inline constexpr absl::string_view kAddedPrefix = "probity_";
// The column by which a file of refused rows is known.
inline constexpr absl::string_view kLineColumn = "probity_line";

// Where a row stands and how it reads; valid during the call it is given to.
struct Row {
  absl::string_view file_name;
  uint64_t line = 0;  // of its first byte, from 1
  absl::string_view raw;
  // True: a further record of a row that was given before, so that rows are counted
  // once.
  bool further = false;
  // nullptr: its file has rows of another kind.
  const FileForm* form = nullptr;
};

// What is wrong with a row.
struct RowFault {
  v1::ErrorReason reason = v1::ERROR_REASON_ROW_VALUE;
  // Column, or field path where the format has no columns; may be empty.
  std::string column;
  // What is wrong and what to do, in English.
  std::string message;
};

// Takes what a format reads. A status that is not OK ends the load: the format
// returns it at once.
class RowSink {
 public:
  virtual ~RowSink() = default;

  // A row that was read. `record` may be changed or emptied. A record without a
  // body removes the record of its key, in a DELTA.
  virtual absl::Status Accept(const Row& row, v1::Record* record) = 0;
  // A row that could not be read. It is counted and kept; reading goes on.
  virtual absl::Status Refuse(const Row& row, const RowFault& fault) = 0;
  // Something doubtful about a row that is kept.
  virtual absl::Status Warn(const Row& row, const RowFault& fault) = 0;
  // Names of the columns of a file, before its rows; formats without columns say
  // nothing.
  virtual void HasColumns(const std::vector<std::string>& /*names*/) {}
  // Bytes of the data files that were read since the last call. CANCELLED when
  // the load was given up.
  virtual absl::Status Advance(uint64_t bytes) = 0;
};

// The tables that formats look things up in. Borrowed for the read.
struct Tables {
  const IdentifierCatalogue& identifiers;
  const Countries& countries;
  const policy::SchemeCatalogue& schemes;
  // Directory of the project's own tables, for formats that have one.
  std::string directory;
};

// One format.
struct Format {
  absl::string_view name;
  absl::string_view description;
  // True: one of the files must have the role MAPPING.
  bool needs_mapping = false;
  // Reads all files in order. INVALID_ARGUMENT / MISSING_COLUMN, MISSING_FILE,
  // UNKNOWN_COLUMN, NO_KEY_COLUMNS, INVALID_MAPPING, EMPTY_FILE, TRUNCATED_FILE,
  // FILE_TOO_LARGE or FILE_IS_ARCHIVE when the files cannot be of this format: the
  // message names file, line and the way out.
  absl::Status (*read)(const Tables& tables, const std::vector<InputFile>& files,
                       RowSink* sink) = nullptr;
};

// All formats, in the order in which they are listed.
const std::vector<Format>& Formats();
// INVALID_ARGUMENT / UNKNOWN_FORMAT lists those that exist.
absl::StatusOr<const Format*> FindFormat(absl::string_view name);

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_IMPORTER_H_

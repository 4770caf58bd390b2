// The bytes of a file of a load, unpacked where it is compressed: gzip and zstd, known by
// their first bytes, whatever the file is called. Streams, in bounded memory.
#ifndef PROBITY_INGEST_BYTE_SOURCE_H_
#define PROBITY_INGEST_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ingest/importer.h"

namespace probity::ingest {

// What compressed data may become. Lists of organisations shrink to a tenth, tables that
// are mostly empty to a fiftieth; a file made to fill a disk shrinks to a thousandth.
struct ExpansionLimits {
  uint64_t total = uint64_t{64} << 30;  // bytes, of one file
  uint64_t ratio = 200;                 // unpacked bytes for each packed one, beyond `free`
  uint64_t free = uint64_t{64} << 20;   // bytes that may have any ratio
};

// Text that begins so is taken for a packed file.
bool BeginsAsPacked(absl::string_view text);

class ByteSource {
 public:
  // Reports the bytes of the file itself, as they are read, to `sink`. Both are borrowed.
  // NOT_FOUND; INVALID_ARGUMENT / FILE_IS_ARCHIVE for packings that are not read.
  static absl::StatusOr<std::unique_ptr<ByteSource>> Open(const InputFile& file, RowSink* sink,
                                                          const ExpansionLimits& limits = {});
  virtual ~ByteSource() = default;

  // The next `size` bytes; fewer only at the end. INVALID_ARGUMENT / TRUNCATED_FILE when
  // packed data end too early or are damaged, FILE_TOO_LARGE; DATA_LOSS.
  virtual absl::StatusOr<size_t> Read(char* to, size_t size) = 0;
};

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_BYTE_SOURCE_H_

// Records in the formats in which a dataset leaves: the way back from importer.h.
#ifndef PROBITY_INGEST_EXPORT_RECORD_WRITER_H_
#define PROBITY_INGEST_EXPORT_RECORD_WRITER_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "probity/v1/history.pb.h"
#include "probity/v1/record.pb.h"

namespace probity::ingest {

// What became of a record.
struct Written {
  // False: the format has no place for records of its kind.
  bool any = true;
  // Fields that it has no place for; 1 for a record that was not written at all.
  uint64_t not_expressible = 0;
};

// Writes one file. Equal records in equal order give equal bytes.
class RecordWriter {
 public:
  virtual ~RecordWriter() = default;
  // Appends what stands before all records.
  virtual void Begin(std::string* out) = 0;
  // Appends a record, whole lines of UTF-8.
  virtual Written Write(const v1::Record& record, std::string* out) = 0;
};

// What a writer is told of the dataset.
struct ExportedDataset {
  std::string id;        // bare
  std::set<int> bodies;  // kinds of its records, by field number in Record.body
};

// INVALID_ARGUMENT / INVALID_FIELD for a format that is none.
absl::StatusOr<std::unique_ptr<RecordWriter>> MakeRecordWriter(v1::ExportFormat format,
                                                               const ExportedDataset& dataset);

// probity-jsonl: a v1::Record in proto3 JSON a line. Everything has its place.
std::unique_ptr<RecordWriter> MakeJsonlWriter();
// probity-csv, with the columns of the kinds that the dataset holds. Cells that a
// spreadsheet would run are made harmless (base/csv_cell.h).
std::unique_ptr<RecordWriter> MakeCsvWriter(const ExportedDataset& dataset);
// FollowTheMoney: entities as JSON, one a line. Ids are keys of records; records of other
// datasets have their names, identifiers of which no record is named are entities too.
std::unique_ptr<RecordWriter> MakeFtmWriter(const ExportedDataset& dataset);

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_EXPORT_RECORD_WRITER_H_

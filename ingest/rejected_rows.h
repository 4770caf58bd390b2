// The file of refused rows beside a load (storage/v1/rejected.proto): written while the
// load reads, read by ListRejectedRecords and by ErrorFile.
#ifndef PROBITY_INGEST_REJECTED_ROWS_H_
#define PROBITY_INGEST_REJECTED_ROWS_H_

#include <cstdint>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "ingest/importer.h"
#include "probity/storage/v1/rejected.pb.h"

namespace probity::ingest {

class RejectedWriter {
 public:
  // Takes the place of a file that is there.
  explicit RejectedWriter(const std::string& path);

  // A row that was refused, whole, or `kept` with a warning. RESOURCE_EXHAUSTED /
  // DISK_FULL, so in Close().
  absl::Status Add(const Row& row, const RowFault& fault, bool kept);
  absl::Status Close();

 private:
  const std::string path_;
  std::ofstream file_;
  std::set<std::string, std::less<>> files_;  // whose form is written
};

class RejectedReader {
 public:
  // A file that is not there holds no rows.
  explicit RejectedReader(const std::string& path);

  // False at the end. DATA_LOSS / STORE_CORRUPT.
  absl::StatusOr<bool> Next(storage::v1::RejectedRow* row);

 private:
  const std::string path_;
  std::ifstream file_;
  google::protobuf::io::IstreamInputStream stream_;
};

// Rows [offset, offset + limit) of a file of refused rows; `more` tells whether
// rows are left.
absl::StatusOr<std::vector<v1::RejectedRecord>> ReadRejected(const std::string& path,
                                                             uint64_t offset, size_t limit,
                                                             bool* more);

}  // namespace probity::ingest

#endif  // PROBITY_INGEST_REJECTED_ROWS_H_

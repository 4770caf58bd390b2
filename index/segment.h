// Reads one segment: an immutable set of names with the tables to find them by.
#ifndef PROBITY_INDEX_SEGMENT_H_
#define PROBITY_INDEX_SEGMENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "index/record.h"
#include "index/segment_tables.h"

namespace probity::index {

// Thread-safe. Every access is bounded by the bytes there are: whatever the
// bytes, reading does not crash, though torn bytes that were not verified may
// give wrong names.
class Segment {
 public:
  // A segment in memory, its checksums verified. DATA_LOSS says what is wrong.
  static absl::StatusOr<std::shared_ptr<const Segment>> FromBytes(std::string bytes,
                                                                  bool verify = true);

  // A file mapped into memory; it must not be changed while the segment lives.
  // The header is always verified, the rest if `verify` (about 0.1 s a GB where the
  // file is cached). NOT_FOUND where there is no such file, DATA_LOSS names file
  // and fault.
  static absl::StatusOr<std::shared_ptr<const Segment>> Map(const std::string& path, bool verify);

  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  uint32_t record_count() const { return tables_.records.size(); }
  uint32_t name_count() const { return tables_.names.size(); }
  size_t bytes() const { return bytes_.size(); }

  struct RecordInfo {
    uint32_t dataset = 0;
    absl::string_view key;  // lives as long as the segment
    uint32_t from_version = 0;
    uint32_t to_version = 0;
  };
  // `i` < record_count(); records stand in order of dataset, key, from_version.
  RecordInfo record(uint32_t i) const;

  // The newest run of a record; nullopt where the segment has none.
  std::optional<uint32_t> Find(uint32_t dataset, absl::string_view key) const;

  // All of record `i`, for merges, oracles and tests.
  IndexedRecord Read(uint32_t i) const;

  // For the search: what stands where.
  const SegmentTables& tables() const { return tables_; }

 private:
  Segment() = default;

  std::string owned_;        // FromBytes
  void* mapping_ = nullptr;  // Map
  absl::string_view bytes_;  // of either
  SegmentTables tables_;
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_SEGMENT_H_

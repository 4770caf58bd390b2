// How much of the past may be swept. Pure.
#ifndef PROBITY_STORAGE_RETENTION_FLOOR_H_
#define PROBITY_STORAGE_RETENTION_FLOOR_H_

#include <cstdint>
#include <optional>

namespace probity::storage {

struct RetentionFacts {
  uint64_t newest = 1;  // revision
  // Revisions that stay readable besides the newest; 0: all.
  uint64_t retained = 0;
  // Lowest revision from which on a legal hold that stands keeps everything.
  std::optional<uint64_t> held_from;
  // Lowest revision from which a decision was made that must be derivable again still.
  std::optional<uint64_t> cited_from;
};

// The earliest revision that must stay readable: what lies below may be swept. From 1 to
// `newest`.
uint64_t RetentionFloor(const RetentionFacts& facts);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_RETENTION_FLOOR_H_

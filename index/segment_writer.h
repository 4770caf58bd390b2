// The second half of building a segment: what was gathered, put in order.
#ifndef PROBITY_INDEX_SEGMENT_WRITER_H_
#define PROBITY_INDEX_SEGMENT_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "index/interner.h"
#include "index/key_table.h"

namespace probity::index {

struct PartRecord {
  uint32_t dataset = 0, from_version = 0, to_version = 0;
  uint32_t first_name = 0, names = 0;  // numbers in order of arrival
  uint64_t bytes = 0, bytes_end = 0;   // in SegmentParts::record_bytes
  uint64_t name_bytes = 0;             // in SegmentParts::name_bytes
};

struct NameKey {
  KeyHash key;
  uint32_t name;  // in order of arrival
} __attribute__((packed, aligned(4)));

// Records, names and words in order of arrival. Bytes as in segment_tables.h,
// but that names give shapes and words their number of arrival.
struct SegmentParts {
  Interner words, shapes;
  std::vector<PartRecord> records;
  std::string record_bytes, name_bytes;
  std::vector<NameKey> name_keys;
  uint32_t names = 0;
};

// The segment's bytes. Uses up what is in `parts`.
std::string WriteSegment(SegmentParts* parts);

}  // namespace probity::index

#endif  // PROBITY_INDEX_SEGMENT_WRITER_H_

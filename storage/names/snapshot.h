// What the name index holds at one moment: immutable, shared by readers.
#ifndef PROBITY_STORAGE_NAMES_SNAPSHOT_H_
#define PROBITY_STORAGE_NAMES_SNAPSHOT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "index/search.h"
#include "index/segment.h"

namespace probity::storage {

using SegmentPtr = std::shared_ptr<const index::Segment>;

struct IndexSegment {
  index::SegmentView view;
  std::string file;         // name in the index's directory; empty: in memory alone
  uint64_t history_of = 0;  // of history: views from this revision on see nothing of it
};

struct Snapshot {
  uint64_t revision = 0;  // all names up to here are in it; 0: nothing is
  std::string digest;     // of that revision, hex
  std::vector<IndexSegment> segments;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

// A record of segment number `segment` that a version no longer says.
struct Removal {
  size_t segment = 0;
  uint32_t record = 0;
  uint32_t to_version = 0;
};

// Where the run of a record stands that is still said; `to_version` is kForever.
std::optional<Removal> FindLive(const Snapshot& snapshot, uint32_t dataset, absl::string_view key);

// Adds to the removals of each segment; those of other snapshots stay as they are.
void AddRemovals(const std::vector<Removal>& removals, Snapshot* snapshot);

// What one merge made.
struct Merged {
  std::vector<index::SegmentView> inputs;  // as they were merged
  std::vector<IndexSegment> outputs;       // at most one hot and one history segment
};

// `snapshot` with the inputs replaced by the outputs; what was removed from the
// inputs since they were merged is removed from the outputs.
Snapshot Replace(const Snapshot& snapshot, const Merged& merged);

// What is to be searched for a view of `revision`.
std::vector<index::SegmentView> SegmentsFor(const Snapshot& snapshot, uint64_t revision);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_NAMES_SNAPSHOT_H_

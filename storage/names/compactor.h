// Merges segments: small ones into larger ones, what is no longer said into
// history, and what no readable revision shows into nothing.
#ifndef PROBITY_STORAGE_NAMES_COMPACTOR_H_
#define PROBITY_STORAGE_NAMES_COMPACTOR_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "matching/matcher.h"
#include "storage/names/run_writer.h"
#include "storage/names/snapshot.h"

namespace probity::storage {

enum class MergeScope {
  kSmall,     // of the segments in memory, once there are enough to be worth it
  kInMemory,  // all segments in memory, so that afterwards all are files
  kAll,       // the same, and the files that are due
};

// What is to be merged next, as positions in snapshot.segments; empty: nothing.
// After kAll each segment is more than twice as large as all smaller ones
// together: so their number grows with the logarithm of the names, and each name
// is merged about as often.
std::vector<size_t> PlanMerge(const Snapshot& snapshot, MergeScope scope);

// The same of kSmall for a thread that has no time: without large segments and
// without those in `taken`.
std::vector<size_t> PlanTinyMerge(const Snapshot& snapshot, const std::set<SegmentPtr>& taken);

// The versions of datasets that the earliest readable revision shows, by number.
using Floor = absl::flat_hash_map<uint32_t, uint32_t>;

struct MergeJob {
  const matching::Matcher* matcher = nullptr;
  SegmentMaker make;
  Floor floor;
  std::function<bool()> stopping;  // asked at every record
};

// Merges segments of `snapshot`. CANCELLED when stopping says so; errors of
// `make`.
absl::StatusOr<Merged> Merge(const Snapshot& snapshot, const std::vector<size_t>& inputs,
                             const MergeJob& job);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_NAMES_COMPACTOR_H_

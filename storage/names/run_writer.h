// Turns versions of records into runs of names, and those into segments.
#ifndef PROBITY_STORAGE_NAMES_RUN_WRITER_H_
#define PROBITY_STORAGE_NAMES_RUN_WRITER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "index/segment_builder.h"
#include "matching/matcher.h"
#include "storage/names/party_names.h"
#include "storage/names/snapshot.h"

namespace probity::storage {

// Successive versions of one record, rising; each says names or none.
struct RecordHistory {
  struct Version {
    uint32_t version = 0;
    std::optional<PartyNames> names;
  };
  uint32_t dataset = 0;
  std::string key;
  std::vector<Version> versions;
};

// Makes a segment of its bytes. Called by several threads.
using SegmentMaker = std::function<absl::StatusOr<IndexSegment>(std::string bytes)>;

// What follows a snapshot: runs that end, and segments of runs that begin.
struct WrittenRuns {
  std::vector<Removal> removals;  // from segments of the base
  std::vector<IndexSegment> segments;
};

// Takes histories from one thread and normalises on two others, once there are
// enough of them to be worth it. Borrows the matcher.
class RunWriter {
 public:
  RunWriter(const matching::Matcher* matcher, SnapshotPtr base, SegmentMaker make);
  ~RunWriter();
  RunWriter(const RunWriter&) = delete;

  // What a record says behind what the base says of it. Each record once.
  void Add(RecordHistory history);
  // Errors as of the SegmentMaker.
  absl::StatusOr<WrittenRuns> Finish();

 private:
  using Chunk = std::vector<RecordHistory>;
  class Lane;

  void Push(Chunk chunk);
  void RunLane(Lane* lane);
  void Join();

  const matching::Matcher* const matcher_;
  const SnapshotPtr base_;
  const SegmentMaker make_;
  Chunk chunk_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<std::thread> threads_;
  absl::Mutex mutex_;
  std::deque<Chunk> queue_ ABSL_GUARDED_BY(mutex_);
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_NAMES_RUN_WRITER_H_

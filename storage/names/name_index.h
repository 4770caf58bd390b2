// Finds records of parties and sites by name, at any readable revision.
//
// The index stands beside a store and can always be made again from it:
//   follower         reads what the store says: all of it once, then what is new
//   run_writer       normalises it and writes segments (index/)
//   snapshot         the segments of one moment, which readers share
//   compactor        merges segments in the background
//   candidate_index  what a change set would make of a snapshot
//   index_directory  keeps them on disk, so that a restart need not read the store
//
// Readers never wait: a publish, a merge or a save replaces the snapshot, and who
// reads the old one goes on with it.
#ifndef PROBITY_STORAGE_NAMES_NAME_INDEX_H_
#define PROBITY_STORAGE_NAMES_NAME_INDEX_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "index/search.h"
#include "matching/matcher.h"
#include "storage/candidate_rows.h"
#include "storage/candidate_view.h"
#include "storage/store.h"

namespace probity::storage {

struct NameIndexOptions {
  // Directory, made when its parent is there; empty: in memory alone.
  std::string path;
  // What is new is written out when it takes so many bytes in memory, or has
  // waited so long. What was not written is read from the store again.
  size_t unsaved_bytes = size_t{8} << 20;
  absl::Duration unsaved_for = absl::Seconds(30);
  // After a write that failed, until the next; longer each time.
  absl::Duration retry_after = absl::Seconds(30);
  // Told what an operator should know, and what he should mend. Called by the
  // index's threads.
  std::function<void(absl::string_view)> log, warn;
};

// Thread-safe.
class NameIndex {
 public:
  // Returns at once; the index makes itself ready in the background, from what
  // it saved if that is whole and of this store and matcher, else from the store.
  // Both are borrowed and outlive it, and so do the views.
  static std::unique_ptr<NameIndex> Open(const Store* store, const matching::Matcher* matcher,
                                         NameIndexOptions options);
  // Saves what is new and stops.
  virtual ~NameIndex() = default;

  // The newest revision all of whose names are found; 0: none yet. Its view can
  // be had as long as no newer one is covered.
  virtual uint64_t covered() const = 0;

  // Waits until `revision` is covered. UNAVAILABLE / INDEX_NOT_READY at the
  // deadline: says how far the index is, or what keeps it.
  virtual absl::Status Await(uint64_t revision, absl::Time deadline) const = 0;

  // What the view's caller may see; hits name datasets by number, as the view's
  // manifest does. UNAVAILABLE / INDEX_NOT_READY when its revision is not covered.
  virtual absl::StatusOr<index::SearchResult> Search(const View& view,
                                                     const index::Query& query) const = 0;
  // The same by comparing every name: for tests and benchmarks.
  virtual absl::StatusOr<index::SearchResult> SearchExhaustively(
      const View& view, const index::Query& query) const = 0;

  // An index for views of the candidate's rows over its base, whichever authority they
  // are masked for: it answers as this one will when the rows are published. For the
  // candidate's life; independent of what is published meanwhile.
  //   UNAVAILABLE / INDEX_NOT_READY when the base is not covered, ABORTED / LOAD_CONFLICT
  //   when its dataset was changed since; errors of `wanted`
  virtual absl::StatusOr<std::unique_ptr<NameIndex>> ForCandidate(
      const CandidateView& candidate, const CandidateRows::StillWanted& wanted) const = 0;

  // Makes the index again from the store and waits until no file holds a name that the
  // store no longer says anywhere in its past. Searches go on over what was; revisions
  // that are published meanwhile are covered once it is made.
  //   UNAVAILABLE / INDEX_NOT_READY at the deadline, or when the index is closed;
  //   errors of the store
  virtual absl::Status Purge(absl::Time deadline) {
    return absl::UnimplementedError("no index over a store");
  }

  struct Stats {
    uint64_t covered = 0;
    uint64_t names = 0;  // in all segments, past ones included
    uint64_t segments = 0;
    uint64_t bytes = 0;     // of the segments, in memory or mapped
    uint64_t saved = 0;     // the revision that a restart goes on from; 0: none
    bool building = false;  // from the store, because nothing usable was saved
  };
  virtual Stats stats() const = 0;
};

// Waits until `index` covers the revision, as Await() does, and asks meanwhile whether to go
// on: errors of `still_wanted`.
absl::Status AwaitNames(const NameIndex& index, uint64_t revision, absl::Time until,
                        const std::function<absl::Status()>& still_wanted);

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_NAMES_NAME_INDEX_H_

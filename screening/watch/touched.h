// Whom a revision touches: the members whose decision read something that it changed,
// or searched a name that it brought or took away.
#ifndef PROBITY_SCREENING_WATCH_TOUCHED_H_
#define PROBITY_SCREENING_WATCH_TOUCHED_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/search.h"
#include "matching/matcher.h"
#include "screening/watch/reads.h"
#include "storage/candidate_rows.h"
#include "storage/candidate_view.h"
#include "storage/store.h"
#include "storage/watch/record_changes.h"

namespace probity::screening {

// The names, before and after, of the records that a revision changed, as an index of
// their own: whoever finds one of them there finds it among all names, too. Thread-safe.
class ChangedNames {
 public:
  static absl::StatusOr<ChangedNames> Of(const matching::Matcher& matcher,
                                         const storage::RevisionChanges& changes);
  // Those of a change set, read row by row: some 200 bytes each. Errors of the candidate
  // and of `wanted`.
  static absl::StatusOr<ChangedNames> Of(const matching::Matcher& matcher,
                                         const storage::CandidateView& candidate,
                                         const storage::CandidateRows::StillWanted& wanted);

  bool empty() const { return segments_.empty(); }
  bool AreFoundBy(const index::Query& query) const;

 private:
  class Builder;
  explicit ChangedNames(const matching::Matcher& matcher) : matcher_(matcher) {}

  const matching::Matcher& matcher_;
  std::vector<index::SegmentView> segments_;
  index::Visibility visibility_;
};

// Whether one of the names that were searched finds a changed one. `among_lists` as Touched
// has it. DATA_LOSS.
absl::StatusOr<bool> SearchesFor(const storage::v1::WatchedReads& reads,
                                 const ChangedNames& changed, bool among_lists);

// Hashes of what was changed: 5 to 10 bytes each. Thread-safe once filled.
class ChangedHashes {
 public:
  ChangedHashes();
  void Add(ReadHash hash);
  // What the record says, before and after, and who finds it.
  void AddRecord(const storage::RecordChange& change);
  // Whose cluster may be another one.
  void AddParty(const storage::RecordRef& ref);
  bool Any(absl::Span<const ReadHash> reads) const;

  // Those of all rows of a change set, as whoever sees them. Errors of the candidate and
  // of `wanted`.
  static absl::StatusOr<std::shared_ptr<const ChangedHashes>> Of(
      const storage::CandidateView& candidate, const storage::CandidateRows::StillWanted& wanted);

 private:
  absl::flat_hash_set<ReadHash> hashes_;
  // One bit for each value of a hash's upper bits: most of what is asked for is not there.
  std::vector<uint64_t> sieve_;
};

// What a revision changed in what one authority sees. Thread-safe.
class Touched {
 public:
  // `before` and `after` are views of that authority. Errors of the views.
  static absl::StatusOr<Touched> Of(const storage::RevisionChanges& changes,
                                    const storage::View& before, const storage::View& after,
                                    const IdentifierCatalogue& identifiers);
  // What a change set would change in what the candidate's authority sees: `rows` and what
  // else follows from them.
  static Touched Of(std::shared_ptr<const ChangedHashes> rows,
                    const storage::CandidateView& candidate);

  // Too much was changed, or what all decisions rest on.
  bool everybody() const { return everybody_; }
  // Whether one of the hashes is of something that was changed.
  bool Any(absl::Span<const ReadHash> reads) const;
  // False: names of that dataset are searched only for those who are searched among all.
  bool among_lists() const { return among_lists_; }

 private:
  Touched() = default;
  // What all rest on, and the state of the dataset.
  void AddManifests(const std::string& dataset, const storage::View& before,
                    const storage::View& after);
  absl::Status AddParties(const storage::RevisionChanges& changes, const storage::View& before,
                          const storage::View& after, const IdentifierCatalogue& identifiers);
  void AddDataset(const storage::v1::DatasetState* before, const storage::v1::DatasetState* after);

  bool everybody_ = false;
  bool among_lists_ = false;
  std::shared_ptr<const ChangedHashes> rows_;  // shared by all who see them; may be null
  ChangedHashes own_;
};

// Whether what a decision read was changed, or a name that it searched. DATA_LOSS.
absl::StatusOr<bool> IsTouched(const storage::v1::WatchedReads& reads, const Touched& touched,
                               const ChangedNames& names);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_TOUCHED_H_

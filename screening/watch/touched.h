// Whom a revision touches: the members whose decision read something that it changed,
// or searched a name that it brought or took away.
#ifndef PROBITY_SCREENING_WATCH_TOUCHED_H_
#define PROBITY_SCREENING_WATCH_TOUCHED_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/search.h"
#include "matching/matcher.h"
#include "screening/watch/reads.h"
#include "storage/store.h"
#include "storage/watch/record_changes.h"

namespace probity::screening {

// The names, before and after, of the records that a revision changed, as an index of
// their own: whoever finds one of them there finds it among all names, too. Thread-safe.
class ChangedNames {
 public:
  static absl::StatusOr<ChangedNames> Of(const matching::Matcher& matcher,
                                         const storage::RevisionChanges& changes);

  bool empty() const { return segments_.empty(); }
  bool AreFoundBy(const index::Query& query) const;

 private:
  explicit ChangedNames(const matching::Matcher& matcher) : matcher_(matcher) {}

  const matching::Matcher& matcher_;
  std::vector<index::SegmentView> segments_;
  index::Visibility visibility_;
};

// What a revision changed in what one authority sees. Thread-safe.
class Touched {
 public:
  // `before` and `after` are views of that authority. Errors of the views.
  static absl::StatusOr<Touched> Of(const storage::RevisionChanges& changes,
                                    const storage::View& before, const storage::View& after,
                                    const IdentifierCatalogue& identifiers);

  // Too much was changed, or what all decisions rest on.
  bool everybody() const { return everybody_; }
  // Whether one of the hashes is of something that was changed.
  bool Any(absl::Span<const ReadHash> reads) const;
  // False: names of that dataset are searched only for those who are searched among all.
  bool among_lists() const { return among_lists_; }

 private:
  Touched() = default;
  void Add(ReadHash hash);
  void AddRecord(const storage::RecordChange& change);
  absl::Status AddParties(const storage::RevisionChanges& changes, const storage::View& before,
                          const storage::View& after, const IdentifierCatalogue& identifiers);
  void AddDataset(const storage::v1::DatasetState* before, const storage::v1::DatasetState* after);

  bool everybody_ = false;
  bool among_lists_ = false;
  absl::flat_hash_set<ReadHash> hashes_;
  // One bit for each value of a hash's upper bits: most of what is asked for is not there.
  std::vector<uint64_t> sieve_;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_TOUCHED_H_

// A name index that covers and answers what it is told to, and waits for nothing: for tests
// of those who ask one.
#ifndef PROBITY_STORAGE_TESTING_OBEDIENT_INDEX_H_
#define PROBITY_STORAGE_TESTING_OBEDIENT_INDEX_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/errors.h"
#include "storage/names/name_index.h"

namespace probity::storage::testing {

// Keeps what it was asked last.
class ObedientIndex final : public NameIndex {
 public:
  uint64_t covered() const override { return covered_revision; }
  absl::Status Await(uint64_t revision, absl::Time deadline) const override {
    awaited = revision;
    awaited_until = deadline;
    return revision <= covered_revision ? absl::OkStatus()
                                        : IndexNotReady(revision, covered_revision, "");
  }
  absl::StatusOr<index::SearchResult> Search(const View& view,
                                             const index::Query& query) const override {
    return answer(view, query);
  }
  absl::StatusOr<index::SearchResult> SearchExhaustively(const View& view,
                                                         const index::Query& query) const override {
    return answer(view, query);
  }
  absl::StatusOr<std::unique_ptr<NameIndex>> ForCandidate(
      const CandidateView&, const CandidateRows::StillWanted&) const override {
    return absl::UnimplementedError("no candidates here");
  }
  Stats stats() const override { return {}; }

  uint64_t covered_revision = 0;
  mutable uint64_t awaited = 0;
  mutable absl::Time awaited_until;
  std::function<index::SearchResult(const View&, const index::Query&)> answer =
      [](const View&, const index::Query&) { return index::SearchResult(); };
};

}  // namespace probity::storage::testing

#endif  // PROBITY_STORAGE_TESTING_OBEDIENT_INDEX_H_

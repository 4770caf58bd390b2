// What a decision reads, so that what changes it later is noticed: a view and a name
// index that pass everything on and remember what was asked.
//
// Reads are kept as 32-bit hashes. Two that collide make somebody be decided again for
// nothing; none is ever missed.
#ifndef PROBITY_SCREENING_WATCH_READS_H_
#define PROBITY_SCREENING_WATCH_READS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "index/search.h"
#include "policy/moved_dates.h"
#include "probity/storage/v1/watch.pb.h"
#include "storage/borrowed_view.h"
#include "storage/names/name_index.h"

namespace probity::screening {

using ReadHash = uint32_t;

// Records that have the term, whichever they are.
ReadHash HashOfTerm(storage::IndexKind kind, absl::string_view term);
// What the record says.
ReadHash HashOfRecord(const storage::RecordRef& ref);
// The supplier of that bare id, and which records it is made of.
ReadHash HashOfSupplier(absl::string_view id);
// The newest edition of a list: what law says of a flag can depend on whether the list
// still holds it.
ReadHash HashOfEdition(absl::string_view dataset);
// When a register was last checked, and how reliable it is.
ReadHash HashOfCheck(absl::string_view dataset);
// The lines of all lists of goods at risk.
ReadHash HashOfGoods();

// What one decision read. Not thread-safe.
class Reads {
 public:
  // More than this are no longer told apart: everything touches.
  static constexpr size_t kMost = 20000;

  void Add(ReadHash hash) { hashes_.insert(hash); }
  void AddRow(const storage::RecordRef& ref, const storage::v1::RecordRow& row);
  void AddDates(const google::protobuf::Message& message) { policy::AddDates(message, &dates_); }
  void AddQuery(const index::Query& query);

  const policy::DaySpans& dates() const { return dates_; }
  // Registers of certificates that were read, by bare id.
  const std::set<std::string>& registers() const { return registers_; }
  // As it is kept. `alert_score` is the policy's, of 10,000: a name below it changes
  // nothing, unless an address was given, which can lift it.
  storage::v1::WatchedReads Take(int alert_score) const;

 private:
  absl::flat_hash_set<ReadHash> hashes_;
  policy::DaySpans dates_;
  std::set<std::string> registers_;
  std::vector<index::Query> queries_;
};

// Answers as the view it borrows. For one decision and one thread. Of whole lists only
// those of goods at risk are read, which ForEachRecord does not note: HashOfGoods(). Every
// other way to read a view is noted here, or the watch misses what it led to.
class ReadsView final : public storage::BorrowedView {
 public:
  ReadsView(const storage::View& view, Reads* reads) : BorrowedView(view), reads_(reads) {}

  absl::StatusOr<std::optional<storage::v1::RecordRow>> GetRecord(
      const storage::RecordRef& ref) const override;
  absl::Status FindRecords(storage::IndexKind kind, absl::string_view term,
                           const storage::RecordVisitor& visit) const override;
  absl::StatusOr<std::optional<storage::StoredSupplier>> GetSupplier(
      absl::string_view id) const override;
  absl::StatusOr<std::optional<storage::StoredSupplier>> SupplierOf(
      const storage::RecordRef& ref) const override;

 private:
  Reads* const reads_;
};

// Answers as the index it borrows. For one decision and one thread.
class ReadsIndex final : public storage::NameIndex {
 public:
  ReadsIndex(const storage::NameIndex& index, Reads* reads) : index_(index), reads_(reads) {}

  uint64_t covered() const override { return index_.covered(); }
  absl::Status Await(uint64_t revision, absl::Time deadline) const override {
    return index_.Await(revision, deadline);
  }
  absl::StatusOr<index::SearchResult> Search(const storage::View& view,
                                             const index::Query& query) const override;
  absl::StatusOr<index::SearchResult> SearchExhaustively(const storage::View& view,
                                                         const index::Query& query) const override {
    return index_.SearchExhaustively(view, query);
  }
  absl::StatusOr<std::unique_ptr<storage::NameIndex>> ForCandidate(
      const storage::CandidateView& candidate,
      const storage::CandidateRows::StillWanted& wanted) const override {
    return index_.ForCandidate(candidate, wanted);
  }
  Stats stats() const override { return index_.stats(); }

 private:
  const storage::NameIndex& index_;
  Reads* const reads_;
};

// A query as it was kept, for a search among few names. DATA_LOSS.
absl::StatusOr<index::Query> QueryOf(const storage::v1::WatchedName& name);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_READS_H_

// What a view would show if a change set were published over it: a private manifest. The
// change set's rows stand before those of the base, and clusters that they touch are put
// together when they are asked for. Nothing is written; the store does not know of it.
//
// Each answer is that of the view which the publish would make, byte for byte, if nothing
// else is published before it, but for what only a publish makes up: of the manifest
// published_at_us, published_by, note and load, and the number of a dataset that is new.
//
// A candidate is no revision. Its token has the base's lineage, kCandidateRevision and no
// digest: an index that covers revisions, a store and a client refuse it, so that no stamp
// of it is taken for a revision's. Names are found by NameIndex::ForCandidate alone. And it
// has a dataset's next version, which may come again with other rows: caches by version
// (screening/commodity_risk.h) must not outlive it.
#ifndef PROBITY_STORAGE_CANDIDATE_VIEW_H_
#define PROBITY_STORAGE_CANDIDATE_VIEW_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/identifiers.h"
#include "storage/candidate_rows.h"
#include "storage/component.h"
#include "storage/store.h"

namespace probity::storage {

inline constexpr uint64_t kCandidateRevision = std::numeric_limits<uint64_t>::max();
// Of a dataset that the change set makes: the one that it will get is not known.
inline constexpr uint32_t kCandidateDataset = std::numeric_limits<uint32_t>::max();

// Memory: 8 bytes for each changed party, and each record that identifiers join to one.
class CandidateView final : public View {
 public:
  // `base` is a view of the rows' dataset at their base version, or one that is masked so
  // that it does not see the dataset: then the candidate shows what the base shows.
  // `identifiers` is borrowed. Walks the component of each changed party, unless it is the
  // same for `like`: a candidate of the same rows over the same revision, for another
  // authority, in whose sight are the same parties.
  //   ABORTED / LOAD_CONFLICT  the base has another version of the dataset
  //   errors of `wanted` and of views
  static absl::StatusOr<std::unique_ptr<CandidateView>> Create(
      std::shared_ptr<const View> base, std::shared_ptr<const CandidateRows> rows,
      const IdentifierCatalogue& identifiers, const CandidateRows::StillWanted& wanted,
      const CandidateView* like = nullptr);

  absl::string_view authority() const override { return base_->authority(); }
  const v1::Manifest& manifest() const override { return manifest_; }
  const probity::v1::RevisionToken& token() const override { return token_; }
  absl::StatusOr<std::optional<v1::RecordRow>> GetRecord(const RecordRef& ref) const override;
  absl::Status FindRecords(IndexKind kind, absl::string_view term,
                           const RecordVisitor& visit) const override;
  absl::StatusOr<std::optional<StoredSupplier>> GetSupplier(absl::string_view id) const override;
  absl::StatusOr<std::optional<StoredSupplier>> SupplierOf(const RecordRef& ref) const override;
  absl::StatusOr<std::optional<std::string>> HeirOf(absl::string_view id) const override;
  absl::Status ForEachRecord(
      absl::string_view dataset,
      const std::function<bool(absl::string_view key, const v1::RecordRow&)>& visit) const override;
  RedactionRulesPtr redactions() const override { return base_->redactions(); }

  const View& base() const { return *base_; }
  // Of what it shows that the base does not.
  const CandidateRows& rows() const { return *rows_; }
  // False: none of the rows is in sight.
  bool sees_rows() const { return sees_; }
  bool IsChanged(const RecordRef& ref) const;
  // Records that identifiers join to a changed party or to one that a changed separation
  // names, before or after, and the latter; without those that are changed themselves.
  const std::vector<RecordRef>& joined() const { return touched_->joined; }

 private:
  // Parties whose cluster may be another one than in the base.
  struct TouchedParties {
    // By supplier id: number of a row, or behind those of `joined`.
    HashTable32 by_id;
    std::vector<RecordRef> joined;
    int64_t growth = 0;  // by how many the suppliers of shared records grow
  };

  CandidateView(std::shared_ptr<const View> base, std::shared_ptr<const CandidateRows> rows,
                const IdentifierCatalogue& identifiers);
  absl::Status MakeManifest();
  absl::Status FindTouched(const CandidateRows::StillWanted& wanted);
  absl::StatusOr<CandidateRows::Row> ReadRow(uint32_t number,
                                             const CandidateRows::StillWanted& wanted) const;
  // What changed separations name.
  absl::StatusOr<std::set<RecordRef>> Separated(const CandidateRows::StillWanted& wanted) const;
  // Of `separated` goes what is found.
  absl::Status AddComponent(const RecordRef& seed, std::vector<bool>* walked,
                            std::set<RecordRef>* separated, TouchedParties* touched);
  int64_t GrowthOf(const Component& component) const;
  // The record of a supplier id whose cluster may be another one than in the base.
  absl::StatusOr<std::optional<RecordRef>> TouchedOf(absl::string_view id) const;
  absl::StatusOr<std::optional<StoredSupplier>> PutTogether(const RecordRef& ref) const;
  // A supplier of the base as it is when the dataset is believed otherwise.
  absl::StatusOr<std::optional<StoredSupplier>> RankedAnew(
      absl::StatusOr<std::optional<StoredSupplier>> supplier) const;
  absl::StatusOr<std::optional<std::string>> HeirOfGone(const RecordRef& ref) const;

  const std::shared_ptr<const View> base_;
  const std::shared_ptr<const CandidateRows> rows_;
  const IdentifierCatalogue& identifiers_;
  bool sees_ = false;
  bool rank_changes_ = false;  // of the dataset, among sources
  v1::Manifest manifest_;
  probity::v1::RevisionToken token_;
  std::shared_ptr<const TouchedParties> touched_;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_CANDIDATE_VIEW_H_

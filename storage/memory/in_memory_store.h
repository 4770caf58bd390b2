// The reference model of the store: the plainest thing that keeps the contract
// of storage/store.h. It holds every revision whole in memory and answers each
// question by looking at all records. For tests; nothing in it is fast.
#ifndef PROBITY_STORAGE_MEMORY_IN_MEMORY_STORE_H_
#define PROBITY_STORAGE_MEMORY_IN_MEMORY_STORE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "storage/store.h"

namespace probity::storage {

// Everything that one revision holds. Immutable once published.
struct MemoryRevision {
  v1::Manifest manifest;
  std::string bytes;  // as it would be stored
  probity::v1::RevisionToken token;
  // Dataset by bare id, then record by key.
  std::map<std::string, std::map<std::string, v1::RecordRow>> records;
  // Records that are gone, by supplier id -> the record whose cluster took
  // over: the oldest that was left of their last cluster.
  std::map<std::string, RecordRef> heirs;
};

class InMemoryStore : public Store {
 public:
  // `lineage`: 16 bytes that identify the store.
  InMemoryStore(IdentifierCatalogue identifiers, std::string lineage);

  std::shared_ptr<const View> Head(absl::string_view authority) const override;
  absl::StatusOr<std::shared_ptr<const View>> ViewAt(const probity::v1::Consistency& consistency,
                                                     absl::string_view authority) const override;
  absl::StatusOr<std::shared_ptr<const View>> Publish(const ChangeSet& changes,
                                                      const PublishContext& context) override;
  absl::StatusOr<std::optional<RememberedRequest>> FindRequest(
      absl::string_view request_id) const override;
  absl::StatusOr<std::vector<v1::Manifest>> ListManifests(uint64_t newest,
                                                          size_t limit) const override;
  absl::StatusOr<probity::v1::RevisionToken> TokenOf(uint64_t revision) const override;
  uint64_t EarliestRevision() const override;
  absl::StatusOr<std::vector<std::string>> ChangedKeys(const View& one, const View& other,
                                                       absl::string_view dataset,
                                                       absl::string_view after,
                                                       size_t limit) const override;
  absl::StatusOr<uint64_t> Sweep(uint64_t revision) override;
  absl::Status ForEachVersion(uint64_t revision, const RecordVersionVisitor& visit) const override;
  absl::Status ForEachChange(uint64_t revision, const RecordVersionVisitor& visit) const override;
  bool AwaitRevision(uint64_t revision, absl::Time until) const override;
  void SetRedactions(RedactionRulesPtr rules) override;
  absl::StatusOr<std::vector<RecordVersion>> HistoryOf(const RecordRef& ref) const override;
  absl::StatusOr<uint64_t> RewriteRedacted(const RecordRef& ref) override;
  absl::Status Forget(const std::vector<RecordRef>& refs) override { return absl::OkStatus(); }
  absl::Status PutMeta(absl::string_view key, absl::string_view value) override;
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ListMeta(
      absl::string_view prefix) const override;
  const IdentifierCatalogue& identifiers() const override { return identifiers_; }

 private:
  using RevisionPtr = std::shared_ptr<const MemoryRevision>;

  std::shared_ptr<const View> MakeView(RevisionPtr revision, absl::string_view authority) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<RevisionPtr> Find(uint64_t revision) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // 0: there is none.
  uint32_t NumberOf(const std::string& dataset) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  RevisionPtr Newest() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const IdentifierCatalogue identifiers_;
  mutable absl::Mutex mutex_;
  std::map<uint64_t, RevisionPtr> revisions_ ABSL_GUARDED_BY(mutex_);
  // What each revision changed, by key; kept for ever.
  std::map<uint64_t, std::vector<RecordVersion>> changes_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, RememberedRequest> requests_ ABSL_GUARDED_BY(mutex_);
  RedactionRulesPtr redactions_ ABSL_GUARDED_BY(mutex_) = std::make_shared<const RedactionRules>();
  std::map<std::string, std::string> meta_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_MEMORY_IN_MEMORY_STORE_H_

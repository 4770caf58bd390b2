// A store that notes what is read of it: for tests that two questions cost the same.
#ifndef PROBITY_STORAGE_TESTING_NOTED_READS_H_
#define PROBITY_STORAGE_TESTING_NOTED_READS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/borrowed_view.h"
#include "storage/memory/in_memory_store.h"

namespace probity::storage::testing {

// Names of the methods that were called, in order.
using Reads = std::vector<std::string>;

// Shows what another view does.
class NotedView final : public BorrowedView {
 public:
  // Borrows `reads`.
  NotedView(std::shared_ptr<const View> view, Reads* reads)
      : BorrowedView(*view), owned_(std::move(view)), reads_(reads) {}

  absl::StatusOr<std::optional<v1::RecordRow>> GetRecord(const RecordRef& ref) const override {
    reads_->emplace_back("GetRecord");
    return view().GetRecord(ref);
  }
  absl::Status FindRecords(IndexKind kind, absl::string_view term,
                           const RecordVisitor& visit) const override {
    reads_->emplace_back("FindRecords");
    return view().FindRecords(kind, term, visit);
  }
  absl::StatusOr<std::optional<StoredSupplier>> GetSupplier(absl::string_view id) const override {
    reads_->emplace_back("GetSupplier");
    return view().GetSupplier(id);
  }
  absl::StatusOr<std::optional<StoredSupplier>> SupplierOf(const RecordRef& ref) const override {
    reads_->emplace_back("SupplierOf");
    return view().SupplierOf(ref);
  }
  absl::StatusOr<std::optional<std::string>> HeirOf(absl::string_view id) const override {
    reads_->emplace_back("HeirOf");
    return view().HeirOf(id);
  }
  absl::Status ForEachRecord(absl::string_view dataset,
                             const std::function<bool(absl::string_view key, const v1::RecordRow&)>&
                                 visit) const override {
    reads_->emplace_back("ForEachRecord");
    return view().ForEachRecord(dataset, visit);
  }

 private:
  const std::shared_ptr<const View> owned_;
  Reads* const reads_;
};

// Not for several threads.
class NotedStore final : public InMemoryStore {
 public:
  using InMemoryStore::InMemoryStore;

  std::shared_ptr<const View> Head(absl::string_view authority) const override {
    reads_.emplace_back("Head");
    return std::make_shared<NotedView>(InMemoryStore::Head(authority), &reads_);
  }
  absl::StatusOr<std::shared_ptr<const View>> ViewAt(const probity::v1::Consistency& consistency,
                                                     absl::string_view authority) const override {
    reads_.emplace_back("ViewAt");
    auto view = InMemoryStore::ViewAt(consistency, authority);
    if (!view.ok()) return view.status();
    return std::make_shared<NotedView>(*std::move(view), &reads_);
  }
  absl::StatusOr<std::vector<RecordVersion>> HistoryOf(const RecordRef& ref) const override {
    reads_.emplace_back("HistoryOf");
    return InMemoryStore::HistoryOf(ref);
  }
  absl::StatusOr<std::optional<RememberedRequest>> FindRequest(
      absl::string_view request_id) const override {
    reads_.emplace_back("FindRequest");
    return InMemoryStore::FindRequest(request_id);
  }

  // What was read since the last time.
  Reads Take() const { return std::exchange(reads_, {}); }

 private:
  mutable Reads reads_;
};

}  // namespace probity::storage::testing

#endif  // PROBITY_STORAGE_TESTING_NOTED_READS_H_

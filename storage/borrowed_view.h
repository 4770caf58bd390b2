// A view that answers as another one does: for those that watch or change a part of it.
#ifndef PROBITY_STORAGE_BORROWED_VIEW_H_
#define PROBITY_STORAGE_BORROWED_VIEW_H_

#include <functional>
#include <optional>
#include <string>

#include "storage/store.h"

namespace probity::storage {

// Borrows the view it stands before.
class BorrowedView : public View {
 public:
  explicit BorrowedView(const View& view) : view_(view) {}

  absl::string_view authority() const override { return view_.authority(); }
  const v1::Manifest& manifest() const override { return view_.manifest(); }
  const probity::v1::RevisionToken& token() const override { return view_.token(); }
  absl::StatusOr<std::optional<v1::RecordRow>> GetRecord(const RecordRef& ref) const override {
    return view_.GetRecord(ref);
  }
  absl::Status FindRecords(IndexKind kind, absl::string_view term,
                           const RecordVisitor& visit) const override {
    return view_.FindRecords(kind, term, visit);
  }
  absl::StatusOr<std::optional<StoredSupplier>> GetSupplier(absl::string_view id) const override {
    return view_.GetSupplier(id);
  }
  absl::StatusOr<std::optional<StoredSupplier>> SupplierOf(const RecordRef& ref) const override {
    return view_.SupplierOf(ref);
  }
  absl::StatusOr<std::optional<std::string>> HeirOf(absl::string_view id) const override {
    return view_.HeirOf(id);
  }
  absl::Status ForEachRecord(absl::string_view dataset,
                             const std::function<bool(absl::string_view key, const v1::RecordRow&)>&
                                 visit) const override {
    return view_.ForEachRecord(dataset, visit);
  }

  RedactionRulesPtr redactions() const override { return view_.redactions(); }

 protected:
  const View& view() const { return view_; }

 private:
  const View& view_;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_BORROWED_VIEW_H_

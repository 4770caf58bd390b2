// Reads one revision under one mask. Every read is a seek to key.~version: the
// first row at or below the version decides.
#ifndef PROBITY_STORAGE_ROCKSDB_ROCKSDB_VIEW_H_
#define PROBITY_STORAGE_ROCKSDB_ROCKSDB_VIEW_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/component.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/revision.h"
#include "storage/rocksdb/row_codec.h"
#include "storage/store.h"

namespace probity::storage {

// Borrows database and catalogue. `visible` belongs to `revision`.
class RocksdbView : public View {
 public:
  RocksdbView(const Database* database, const IdentifierCatalogue* identifiers,
              std::shared_ptr<const Revision> revision, const Visible* visible,
              absl::string_view authority)
      : database_(database),
        identifiers_(identifiers),
        revision_(std::move(revision)),
        authority_(authority),
        visible_(visible) {}

  absl::string_view authority() const override { return authority_; }

  const v1::Manifest& manifest() const override { return visible_->manifest(); }
  const probity::v1::RevisionToken& token() const override { return revision_->token(); }
  absl::StatusOr<std::optional<v1::RecordRow>> GetRecord(const RecordRef& ref) const override;
  absl::StatusOr<std::vector<std::optional<v1::RecordRow>>> GetRecords(
      absl::string_view dataset, absl::Span<const std::string> keys) const override;
  absl::Status FindRecords(IndexKind kind, absl::string_view term,
                           const RecordVisitor& visit) const override;
  absl::StatusOr<std::optional<StoredSupplier>> GetSupplier(absl::string_view id) const override;
  absl::StatusOr<std::optional<StoredSupplier>> SupplierOf(const RecordRef& ref) const override;
  absl::StatusOr<std::optional<std::string>> HeirOf(absl::string_view id) const override;
  absl::Status ForEachRecord(absl::string_view dataset,
                             const std::function<bool(absl::string_view key, const v1::RecordRow&)>&
                                 visit) const override {
    return ForEachRecordAfter(dataset, "", visit);
  }
  absl::Status ForEachRecordAfter(
      absl::string_view dataset, absl::string_view after,
      const std::function<bool(absl::string_view key, const v1::RecordRow&)>& visit) const override;

  RedactionRulesPtr redactions() const override {
    return redactions_ != nullptr ? redactions_ : View::redactions();
  }
  void set_redactions(RedactionRulesPtr rules) { redactions_ = std::move(rules); }

  // The row under a supplier id, as stored; a tombstone when there is none.
  absl::StatusOr<SupplierValue> GetSupplierValue(absl::string_view id) const;
  const Visible& visible() const { return *visible_; }
  SourceOf sources() const;
  const Database& database() const { return *database_; }
  const IdentifierCatalogue& identifiers() const { return *identifiers_; }

 private:
  using Entry = Visible::Entry;
  // The records of one dataset under a term prefix, from where the cursor is.
  // Sets `done` when `visit` said so.
  absl::Status VisitDataset(PrefixCursor* cursor, const Entry& entry, absl::string_view prefix,
                            const RecordVisitor& visit, bool* done) const;
  absl::StatusOr<std::optional<StoredSupplier>> Resolve(std::string id) const;
  // The supplier of the member with `id`, over what this caller sees of the
  // raw component around `seed`.
  absl::StatusOr<std::optional<StoredSupplier>> PutTogether(const std::string& id,
                                                            const RecordRef& seed) const;
  absl::StatusOr<RecordRef> FounderOf(absl::string_view supplier_bytes) const;

  const Database* database_;
  const IdentifierCatalogue* identifiers_;
  std::shared_ptr<const Revision> revision_;
  const std::string authority_;
  const Visible* visible_;
  RedactionRulesPtr redactions_;  // nullptr: none
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_ROCKSDB_VIEW_H_

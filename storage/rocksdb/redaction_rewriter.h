// Takes redacted fields out of what is stored: the one place that changes rows which
// readers may see.
//
// All of a record goes in one synced batch, so that a crash leaves it as it was or
// redacted, and doing it again changes nothing:
//   records    each version says what the rules leave of it
//   terms      computed anew from the versions, where they differ
//   suppliers  rows that were put together from the record, put together again from the
//              same members; who was one supplier in the past stays so
//   requests   remembered answers that show the record or one of the texts are forgotten
// Changes hold keys alone and stay.
#ifndef PROBITY_STORAGE_ROCKSDB_REDACTION_REWRITER_H_
#define PROBITY_STORAGE_ROCKSDB_REDACTION_REWRITER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/write_batch.h"
#include "storage/redaction.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/revision.h"
#include "storage/store.h"

namespace probity::storage {

// Every version of a record, newest first. DATA_LOSS / STORE_CORRUPT.
absl::StatusOr<std::vector<RecordVersion>> ReadHistory(const Database& database,
                                                       const Visible::Entry& dataset,
                                                       const std::string& key);

// For one call of Run(), while nothing is published. Borrows everything.
class RedactionRewriter {
 public:
  // A readable revision, by number.
  using Revisions = std::function<absl::StatusOr<std::shared_ptr<const Revision>>(uint64_t)>;

  RedactionRewriter(Database* database, const IdentifierCatalogue* identifiers,
                    const RedactionRules& rules, Revisions revisions)
      : database_(database),
        identifiers_(identifiers),
        rules_(rules),
        revisions_(std::move(revisions)) {}

  // Gives the versions that were rewritten.
  absl::StatusOr<uint64_t> Run(const RecordRef& ref, const Visible& head, uint64_t floor);

 private:
  using Rows = std::vector<RecordVersion>;

  uint64_t PutRecords(const Rows& before, const Rows& after);
  absl::Status PutTerms(const Rows& before, const Rows& after);
  absl::Status PutTerm(uint8_t kind, const std::string& term, const Rows& after);
  // Rows of the suppliers whose ids the record's own id ever led to.
  absl::Status PutSuppliers(const Visible& head, uint64_t floor);
  absl::Status PutSupplier(const std::string& id, const Revision& head, const Revision& floor);
  // The row put together again from the members it names, as they were in `revision`.
  absl::Status PutTogether(const std::string& key, const std::string& bytes, bool has_owned,
                           const Revision& revision);
  absl::Status DropRequests(const std::set<std::string>& texts);

  Database* database_;
  const IdentifierCatalogue* identifiers_;
  const RedactionRules& rules_;
  const Revisions revisions_;
  RecordRef ref_;
  const Visible::Entry* dataset_ = nullptr;
  rocksdb::WriteBatch batch_;
};

}  // namespace probity::storage

#endif  // PROBITY_STORAGE_ROCKSDB_REDACTION_REWRITER_H_

// A view that reads each thing once: what a decision asks for again and again
// (who a reference means, the record of a certificate that two requirements name)
// is answered from memory.
#ifndef PROBITY_SCREENING_DECISION_READ_ONCE_H_
#define PROBITY_SCREENING_DECISION_READ_ONCE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "storage/borrowed_view.h"

namespace probity::screening {

// Answers as the view it borrows, faults included. For one decision and one
// thread; what it remembers is bounded (kMostRemembered).
class ReadOnceView : public storage::BorrowedView {
 public:
  // Records and lists each that are remembered; more are read as they come.
  static constexpr size_t kMostRemembered = 10000;
  // A longer list of records is read again each time.
  static constexpr size_t kLongestRemembered = 100;

  explicit ReadOnceView(const storage::View& view) : BorrowedView(view) {}

  absl::StatusOr<std::optional<storage::v1::RecordRow>> GetRecord(
      const storage::RecordRef& ref) const override;
  absl::Status FindRecords(storage::IndexKind kind, absl::string_view term,
                           const storage::RecordVisitor& visit) const override;
  absl::StatusOr<std::optional<storage::StoredSupplier>> GetSupplier(
      absl::string_view id) const override;
  absl::StatusOr<std::optional<storage::StoredSupplier>> SupplierOf(
      const storage::RecordRef& ref) const override;

 private:
  using Term = std::pair<uint8_t, std::string>;

  mutable std::map<storage::RecordRef, std::optional<storage::v1::RecordRow>> rows_;
  mutable std::map<storage::RecordRef, std::optional<storage::StoredSupplier>> suppliers_of_;
  mutable absl::flat_hash_map<std::string, std::optional<storage::StoredSupplier>> suppliers_;
  mutable absl::flat_hash_map<Term, std::vector<storage::RecordRef>> found_;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_READ_ONCE_H_

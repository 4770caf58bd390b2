// A view that reads each thing once: what a decision asks for again and again
// (who a reference means, the record of a certificate that two requirements name)
// is answered from memory.
#ifndef PROBITY_SCREENING_DECISION_READ_ONCE_H_
#define PROBITY_SCREENING_DECISION_READ_ONCE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "storage/store.h"

namespace probity::screening {

// Answers as the view it borrows, faults included. For one decision and one
// thread; what it remembers is bounded (kMostRemembered).
class ReadOnceView : public storage::View {
 public:
  // Records and lists each that are remembered; more are read as they come.
  static constexpr size_t kMostRemembered = 10000;
  // A longer list of records is read again each time.
  static constexpr size_t kLongestRemembered = 100;

  explicit ReadOnceView(const storage::View& view) : view_(view) {}

  absl::string_view authority() const override { return view_.authority(); }
  const storage::v1::Manifest& manifest() const override { return view_.manifest(); }
  const v1::RevisionToken& token() const override { return view_.token(); }
  absl::StatusOr<std::optional<storage::v1::RecordRow>> GetRecord(
      const storage::RecordRef& ref) const override;
  absl::Status FindRecords(storage::IndexKind kind, absl::string_view term,
                           const storage::RecordVisitor& visit) const override;
  absl::StatusOr<std::optional<storage::StoredSupplier>> GetSupplier(
      absl::string_view id) const override;
  absl::StatusOr<std::optional<storage::StoredSupplier>> SupplierOf(
      const storage::RecordRef& ref) const override;
  absl::Status ForEachRecord(
      absl::string_view dataset,
      const std::function<bool(absl::string_view key, const storage::v1::RecordRow&)>& visit)
      const override {
    return view_.ForEachRecord(dataset, visit);
  }

 private:
  using Term = std::pair<uint8_t, std::string>;

  const storage::View& view_;
  mutable std::map<storage::RecordRef, std::optional<storage::v1::RecordRow>> rows_;
  mutable std::map<storage::RecordRef, std::optional<storage::StoredSupplier>> suppliers_of_;
  mutable absl::flat_hash_map<std::string, std::optional<storage::StoredSupplier>> suppliers_;
  mutable absl::flat_hash_map<Term, std::vector<storage::RecordRef>> found_;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_READ_ONCE_H_

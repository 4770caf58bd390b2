#include "screening/decision/read_once.h"

#include <algorithm>

namespace probity::screening {
namespace {

using storage::RecordRef;
using storage::StoredSupplier;

// What `known` has for the key, else what `read` gives, remembered.
template <typename Known, typename Key, typename Read>
auto Once(Known* known, const Key& key, const Read& read) -> decltype(read()) {
  const auto at = known->find(key);
  if (at != known->end()) return at->second;
  auto value = read();
  if (value.ok() && known->size() < ReadOnceView::kMostRemembered) known->emplace(key, *value);
  return value;
}

}  // namespace

absl::StatusOr<std::optional<storage::v1::RecordRow>> ReadOnceView::GetRecord(
    const RecordRef& ref) const {
  return Once(&rows_, ref, [&] { return view().GetRecord(ref); });
}

absl::StatusOr<std::optional<StoredSupplier>> ReadOnceView::GetSupplier(
    absl::string_view id) const {
  return Once(&suppliers_, std::string(id), [&] { return view().GetSupplier(id); });
}

// The supplier that a record leads to is asked for by its own name next.
absl::StatusOr<std::optional<StoredSupplier>> ReadOnceView::SupplierOf(const RecordRef& ref) const {
  auto stored = Once(&suppliers_of_, ref, [&] { return view().SupplierOf(ref); });
  if (stored.ok() && stored->has_value() && suppliers_.size() < kMostRemembered) {
    const std::string& name = (*stored)->name;
    suppliers_.emplace(name.substr(name.find('/') + 1), *stored);
  }
  return stored;
}

absl::Status ReadOnceView::FindRecords(storage::IndexKind kind, absl::string_view term,
                                       const storage::RecordVisitor& visit) const {
  Term key(static_cast<uint8_t>(kind), term);
  const auto at = found_.find(key);
  if (at != found_.end()) {
    std::all_of(at->second.begin(), at->second.end(), visit);
    return absl::OkStatus();
  }
  std::vector<RecordRef> refs;
  bool whole = found_.size() < kMostRemembered;
  absl::Status status = view().FindRecords(kind, term, [&](const RecordRef& ref) {
    whole = whole && refs.size() < kLongestRemembered;
    if (whole) refs.push_back(ref);
    const bool goes_on = visit(ref);
    whole = whole && goes_on;
    return goes_on;
  });
  if (status.ok() && whole) found_.emplace(std::move(key), std::move(refs));
  return status;
}

}  // namespace probity::screening

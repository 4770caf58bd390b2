// Suppliers whose names are like the one asked for, from the hits of the name
// index: records joined to suppliers, filters, identifiers, order.
#ifndef PROBITY_SERVICES_SUPPLIER_NAME_SEARCH_H_
#define PROBITY_SERVICES_SUPPLIER_NAME_SEARCH_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "screening/identity.h"
#include "services/rpc/call_context.h"
#include "services/supplier/name_question.h"

namespace probity::supplier {

// A supplier by the best of its names, and of those of sites that it operates or
// owns, or did once.
struct Candidate {
  v1::Supplier supplier;
  storage::RecordRef ref;  // the record that bears the name
  // What it is to the site whose name that is; UNSPECIFIED: the name is its own.
  v1::LinkType site_role = v1::LINK_TYPE_UNSPECIFIED;
  int ordinal = 0;     // the name's place in the record
  int name_score = 0;  // facts included
  screening::IdentifierFinding identifiers;
  int score = 0;
};

struct NameHits {
  std::vector<Candidate> suppliers;  // best first
  bool incomplete = false;
};

// The `wanted` best suppliers, or fewer if there are no more; those who carry an
// identifier that was given come besides. Who looks for more looks deeper, so the
// first ones of a longer list may differ. CANCELLED, DEADLINE_EXCEEDED; NOT_FOUND /
// DATASET_NOT_FOUND for a dataset to search that the caller does not see; INDEX_NOT_READY.
absl::StatusOr<NameHits> SearchNames(const NameBook& book, const storage::View& view,
                                     const rpc::CallContext& call, const NameQuestion& question,
                                     size_t wanted);

// The supplier as a message. DATA_LOSS / STORE_CORRUPT.
absl::StatusOr<v1::Supplier> ReadSupplier(const storage::StoredSupplier& stored);

}  // namespace probity::supplier

#endif  // PROBITY_SERVICES_SUPPLIER_NAME_SEARCH_H_

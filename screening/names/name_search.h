// Suppliers whose names are like the one asked for, from the hits of the name
// index: records joined to suppliers, filters, identifiers, order.
#ifndef PROBITY_SCREENING_NAMES_NAME_SEARCH_H_
#define PROBITY_SCREENING_NAMES_NAME_SEARCH_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "screening/asking.h"
#include "screening/identity.h"
#include "screening/names/name_question.h"

namespace probity::screening {

// A supplier by the best of its names, and of those of sites that it operates or
// owns, or did once.
struct Candidate {
  v1::Supplier supplier;
  storage::RecordRef ref;  // the record that bears the name
  // What it is to the site whose name that is; UNSPECIFIED: the name is its own.
  v1::LinkType site_role = v1::LINK_TYPE_UNSPECIFIED;
  int ordinal = 0;     // the name's place in the record
  int name_score = 0;  // facts included
  IdentifierFinding identifiers;
  int score = 0;
};

struct NameHits {
  std::vector<Candidate> suppliers;  // best first
  bool incomplete = false;
};

// The `wanted` best suppliers, or fewer if there are no more; those who carry an
// identifier that was given come besides. Who looks for more looks deeper, so the
// first ones of a longer list may differ. Errors of `asking`; NOT_FOUND /
// DATASET_NOT_FOUND for a dataset to search that the caller does not see; INDEX_NOT_READY.
absl::StatusOr<NameHits> SearchNames(const NameBook& book, const storage::View& view,
                                     const NameQuestion& question, const Asking& asking,
                                     size_t wanted);

// The supplier as a message. DATA_LOSS / STORE_CORRUPT.
absl::StatusOr<v1::Supplier> ReadSupplier(const storage::StoredSupplier& stored);
// The one that an answer over the same view named: suppliers/{supplier}. That it is
// not there is DATA_LOSS / STORE_CORRUPT too.
absl::StatusOr<v1::Supplier> ReadSupplierNamed(const storage::View& view, const std::string& name);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_NAMES_NAME_SEARCH_H_

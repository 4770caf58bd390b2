// Limits of questions about names. GetServerInfo publishes those that a client has
// to know.
#ifndef PROBITY_SCREENING_NAMES_LIMITS_H_
#define PROBITY_SCREENING_NAMES_LIMITS_H_

#include <cstddef>

namespace probity::screening {

// Bytes of a name or address that is searched or compared.
inline constexpr size_t kMaxNameBytes = 1000;
// Countries of one party.
inline constexpr int kMaxCountriesOfParty = 20;
// Identifiers of one party.
inline constexpr int kMaxIdentifiers = 20;
// Suppliers left out of a search.
inline constexpr int kMaxExcludedSuppliers = 1000;
// Hits on all pages of one search: who has not found a party by then asks more
// exactly.
inline constexpr int kMaxSearchHits = 200;
// Suppliers shown of several that carry one identifier.
inline constexpr size_t kMaxAmbiguousSuppliers = 50;

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_NAMES_LIMITS_H_

// What identifies a party, as one hash: it tells whether a judgement was drawn from
// the same facts. Pure.
#ifndef PROBITY_SCREENING_FINGERPRINT_H_
#define PROBITY_SCREENING_FINGERPRINT_H_

#include <set>
#include <string>

#include "probity/v1/record.pb.h"
#include "probity/v1/vendor.pb.h"

namespace probity::screening {

// One line a fact: names (folded), identifiers, day of founding or birth, countries,
// kind. Their order, who says so and when, types of names, addresses below the country
// and everything else do not count.
std::set<std::string> IdentityOf(const v1::SupplierRecord& record);
// What an authority's system says of a vendor: name, country, identifier.
std::set<std::string> IdentityOf(const v1::Vendor& vendor);

// SHA-256 over the lines, 32 raw bytes.
std::string FingerprintOf(const std::set<std::string>& identity);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_FINGERPRINT_H_

// Who operated which site on which days: what site records say of their
// operators, and links of the type OPERATES.
#ifndef PROBITY_SCREENING_OPERATORS_H_
#define PROBITY_SCREENING_OPERATORS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/civil_day.h"
#include "screening/subject.h"
#include "storage/store.h"

namespace probity::screening {

// Records are read as they are on `today`. With `days`, only operation on every
// one of them counts; without, on any day.

// Sites that the subject operated, as records.
absl::StatusOr<std::vector<storage::RecordRef>> SitesOf(const storage::View& view,
                                                        const Subject& subject, DayNumber today,
                                                        const std::vector<DayNumber>& days);
// Those who operated the subject's sites, each once.
absl::StatusOr<std::vector<Subject>> OperatorsOf(const storage::View& view, const Subject& subject,
                                                 DayNumber today,
                                                 const std::vector<DayNumber>& days);

// A party that a site's name leads to.
struct SiteParty {
  storage::StoredSupplier supplier;
  v1::LinkType role = v1::LINK_TYPE_UNSPECIFIED;  // OPERATES or OWNS
};

// Who operates or owns the site that `site` is a record of, or did so once: who
// asks by a name wants to be told of that too. Each once, at most kMaxResolved;
// none where the caller may not see the site.
absl::StatusOr<std::vector<SiteParty>> PartiesOfSite(const storage::View& view,
                                                     const storage::RecordRef& site,
                                                     DayNumber today);

// The reverse: records of sites by whose names `supplier` is found; at most `most`.
// NOT_FOUND / SUPPLIER_NOT_FOUND where the view has none.
absl::StatusOr<std::vector<storage::RecordRef>> SitesLeadingTo(
    const storage::View& view, const IdentifierCatalogue& identifiers, const std::string& supplier,
    DayNumber today, size_t most);

// The subject that is a record, for instance one that SitesOf found.
absl::StatusOr<Subject> SubjectOf(const storage::View& view, const storage::RecordRef& ref);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_OPERATORS_H_

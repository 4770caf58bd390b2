// From a request's words to who is meant: parties, sites, and everything by
// which they can be named. No gRPC, no clock.
#ifndef PROBITY_SCREENING_SUBJECT_H_
#define PROBITY_SCREENING_SUBJECT_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/identifiers.h"
#include "probity/v1/record.pb.h"
#include "probity/v1/supplier.pb.h"
#include "storage/store.h"

namespace probity::screening {

// Everything by which a party or a site can be named: a supplier by all its
// records and all their identifiers, a site by its name and identifiers. Two
// subjects are the same when they share a term (storage/index_terms.h).
struct Subject {
  std::set<std::string> terms;
  std::vector<storage::RecordRef> suppliers;  // party records, successors' first
  std::vector<storage::RecordRef> sites;      // site records
  // The reference's own term; empty for a supplier by name.
  std::string asked_term;
  // How the reference led to them, for the answer.
  v1::SubjectResolution resolution;
  // The entry of a vendor number, with its name; absent for other references.
  std::optional<v1::Vendor> vendor;

  // Several suppliers carry the identifier: which of them is meant is not known.
  bool IsAmbiguous() const { return resolution.outcome() == v1::LOOKUP_OUTCOME_AMBIGUOUS; }
  bool Has(absl::string_view term) const { return terms.count(std::string(term)) > 0; }
  // True when `ref`, as a record of `dataset` wrote it, names this subject.
  bool IsNamedBy(absl::string_view dataset, const v1::SubjectRef& ref) const;
};

// Suppliers and sites of one SubjectResolution.
inline constexpr int kMaxResolved = 50;

// Resolves a reference of a request. What is not on record, and an annulled
// registration, resolve to the reference's own term; a merged registration to
// its own facts and its successor's (screening/resolve.h); a vendor number to whom
// its entry means (screening/vendors.h). `field` is its path for errors.
// INVALID_ARGUMENT / INVALID_FIELD, UNKNOWN_IDENTIFIER_SCHEME,
// IDENTIFIER_CHECK_FAILED (unless a visible record holds exactly that value);
// NOT_FOUND / SUPPLIER_NOT_FOUND for a supplier's name that names none.
absl::StatusOr<Subject> ResolveSubject(const storage::View& view,
                                       const IdentifierCatalogue& identifiers,
                                       const v1::SubjectRef& ref, absl::string_view field);

// The subject that a record's reference means; for the other end of links.
absl::StatusOr<Subject> ResolveRecordRef(const storage::View& view, absl::string_view dataset,
                                         const v1::SubjectRef& ref);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_SUBJECT_H_

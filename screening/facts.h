// From a request's words to the records of one view: who is meant, what is on
// record about them, and where it comes from. No gRPC, no clock.
#ifndef PROBITY_SCREENING_FACTS_H_
#define PROBITY_SCREENING_FACTS_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/civil_day.h"
#include "base/identifiers.h"
#include "probity/v1/record.pb.h"
#include "storage/store.h"

namespace probity::screening {

// Everything by which a party or a site can be named: a supplier by all its
// records and all their identifiers, a site by its name and identifiers. Two
// subjects are the same when they share a term (storage/index_terms.h).
struct Subject {
  std::set<std::string> terms;
  std::vector<storage::RecordRef> suppliers;  // party records
  std::vector<storage::RecordRef> sites;      // site records

  bool Has(absl::string_view term) const { return terms.count(std::string(term)) > 0; }
  // True when `ref`, as a record of `dataset` wrote it, names this subject.
  bool IsNamedBy(absl::string_view dataset, const v1::SubjectRef& ref) const;
};

// Resolves a reference of a request. What is not on record resolves to the
// reference's own term. `field` is its path for errors.
// INVALID_ARGUMENT / INVALID_FIELD, UNKNOWN_IDENTIFIER_SCHEME,
// IDENTIFIER_CHECK_FAILED (unless a record holds exactly that value);
// NOT_FOUND / SUPPLIER_NOT_FOUND for a supplier's name that names none.
absl::StatusOr<Subject> ResolveSubject(const storage::View& view,
                                       const IdentifierCatalogue& identifiers,
                                       const v1::SubjectRef& ref, absl::string_view field);

// The subject that a record's reference means; for the other end of links.
absl::StatusOr<Subject> ResolveRecordRef(const storage::View& view,
                                         absl::string_view dataset,
                                         const v1::SubjectRef& ref);

// A record with what it says on the asked day.
struct Fact {
  storage::RecordRef ref;
  v1::Record record;
  v1::Provenance provenance;
  // Listing intervals that follow from the editions of its list.
  std::vector<v1::DateInterval> editions;
};

// The records that have one of `terms`, in order of RecordRef without repeats,
// as they are on `day`; records that say nothing then are left out, or, with
// `include_past`, given as they last were before it (else as they first were:
// their own dates tell whether they apply). Restricted records are left out.
absl::StatusOr<std::vector<Fact>> FindFacts(const storage::View& view,
                                            storage::IndexKind kind,
                                            const std::set<std::string>& terms,
                                            DayNumber day, bool include_past = false);

// One record under the same rules; nullopt when there is none to show.
absl::StatusOr<std::optional<Fact>> GetFact(const storage::View& view,
                                            const storage::RecordRef& ref, DayNumber day,
                                            bool include_past = false);

// Site records that the subject operates. With `day`, only on that day.
absl::StatusOr<std::vector<storage::RecordRef>> SitesOf(const storage::View& view,
                                                        const Subject& subject,
                                                        DayNumber today,
                                                        std::optional<DayNumber> day);

// The edition a dataset's rows are read from.
v1::SourceEdition EditionOf(const storage::v1::DatasetState& state);
// Editions of the datasets that hold records of these kinds, by field number
// in Record.body.
std::vector<v1::SourceEdition> EditionsWith(const storage::View& view,
                                            const std::vector<int>& bodies);

// Reads an optional as_of: absent means today; later than today is an error.
absl::StatusOr<DayNumber> ReadAsOf(bool has, const v1::Date& date, DayNumber today);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_FACTS_H_

// Puts a subject together from what was found of it: suppliers, records, terms.
#ifndef PROBITY_SCREENING_SUBJECT_BUILDER_H_
#define PROBITY_SCREENING_SUBJECT_BUILDER_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "probity/v1/supplier.pb.h"
#include "screening/resolve.h"
#include "screening/subject.h"
#include "storage/store.h"

namespace probity::screening {

// "i" + scheme + NUL + value, as in storage/index_terms.h.
std::string TermOf(const v1::Identifier& id);
// Subject::terms of a supplier.
std::set<std::string> TermsOf(const v1::Supplier& supplier);

// Borrows the view. What is added first comes first.
class SubjectBuilder {
 public:
  explicit SubjectBuilder(const storage::View& view) : view_(view) {}

  // All that carries an identifier, with its outcome.
  absl::Status AddFinding(Finding finding);
  // A record by its name, and the supplier or site it describes, where it is there.
  absl::Status AddRecord(const storage::RecordRef& ref);
  // A supplier with its records and identifiers; `is_found`: the reference leads to
  // it, and not only to what came before it.
  absl::Status AddSupplier(const storage::StoredSupplier& stored, bool is_found = true);
  // An identifier by which facts may name the subject.
  void AddTerm(const v1::Identifier& id) { subject_.terms.insert(TermOf(id)); }

  // The outcome is that of the finding; without one, whether anything was found.
  Subject Finish();

 private:
  void AddMember(absl::string_view name);
  void AddIdentifiers(const google::protobuf::RepeatedPtrField<v1::Identifier>& all);
  absl::Status AddSite(const storage::RecordRef& ref, const v1::SiteRecord& site);

  const storage::View& view_;
  v1::LookupOutcome outcome_ = v1::LOOKUP_OUTCOME_NOT_FOUND;
  Subject subject_;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_SUBJECT_BUILDER_H_

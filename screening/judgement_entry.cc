#include "screening/judgement_entry.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "screening/judgements.h"
#include "screening/names/limits.h"
#include "screening/resolve.h"
#include "screening/subject.h"
#include "screening/validate.h"
#include "screening/vendors.h"
#include "storage/index_terms.h"
#include "storage/own_datasets.h"

namespace probity::screening {
namespace {

absl::StatusOr<v1::JudgedSubject> ReadVendor(const storage::View& view,
                                             const v1::VendorNumber& number,
                                             const std::string& field) {
  if (absl::Status well = ValidateVendorNumber(number, field); !well.ok()) return well;
  auto entry = FindVendor(view, number);
  if (!entry.ok()) return entry.status();
  if (!entry->has_value()) return VendorNotFound(storage::VendorKey(number));
  v1::JudgedSubject subject;
  *subject.mutable_vendor() = number;
  return subject;
}

absl::StatusOr<v1::JudgedSubject> ReadQuery(const v1::JudgedQuery& query,
                                            const std::string& field) {
  if (query.name().empty()) return InvalidField(absl::StrCat(field, ".name"), "is empty");
  absl::Status well = ValidateText(absl::StrCat(field, ".name"), query.name(), kMaxNameBytes);
  if (well.ok() && !query.country().empty()) {
    well = ValidatePlace(absl::StrCat(field, ".country"), query.country());
  }
  if (!well.ok()) return well;
  v1::JudgedSubject subject;
  subject.set_query_digest(QueryDigest(query));
  return subject;
}

// The supplier's records are what it is bound to.
absl::StatusOr<v1::JudgedSubject> ReadSupplierSubject(const storage::View& view,
                                                      const IdentifierCatalogue& identifiers,
                                                      const std::string& name,
                                                      absl::string_view field) {
  v1::SubjectRef ref;
  ref.set_supplier(name);
  auto found = ResolveSubject(view, identifiers, ref, field);
  if (!found.ok()) return found.status();
  v1::JudgedSubject subject;
  subject.set_supplier(found->resolution.suppliers(0));
  for (const storage::RecordRef& one : found->suppliers) {
    if (subject.bound_records_size() < kMaxResolved) subject.add_bound_records(one.Name());
  }
  return subject;
}

// Who the subject is on record; no supplier for a query.
absl::StatusOr<Subject> ResolveJudged(const storage::View& view,
                                      const IdentifierCatalogue& identifiers,
                                      const v1::JudgedSubject& subject) {
  v1::SubjectRef ref;
  if (subject.has_vendor()) *ref.mutable_vendor() = subject.vendor();
  if (subject.has_identifier()) *ref.mutable_identifier() = subject.identifier();
  if (subject.has_supplier()) ref.set_supplier(subject.supplier());
  if (ref.ref_case() == v1::SubjectRef::REF_NOT_SET) return Subject();
  return ResolveSubject(view, identifiers, ref, "judgement.subject");
}

class Judging {
 public:
  Judging(const storage::View& view, const IdentifierCatalogue& identifiers,
          const v1::Judgement& asked, const std::vector<v1::Judgement>& pending)
      : view_(view), identifiers_(identifiers), asked_(asked), pending_(pending) {}

  absl::StatusOr<MadeJudgement> Run(const SetBy& judged_by) {
    if (absl::Status well = Check(); !well.ok()) return well;
    auto subject = ReadJudgedSubject(view_, identifiers_, asked_.subject(), "judgement.subject");
    if (!subject.ok()) return subject.status();
    *made_.judgement.mutable_subject() = *std::move(subject);
    absl::Status status = ReadRecord();
    if (status.ok()) status = CheckNotItself();
    if (status.ok()) status = CompareWithOthers();
    if (status.ok() && !made_.stood) status = Fill(judged_by);
    if (!status.ok()) return status;
    return std::move(made_);
  }

 private:
  absl::Status Check() const {
    if (asked_.outcome() != v1::JUDGEMENT_OUTCOME_IS &&
        asked_.outcome() != v1::JUDGEMENT_OUTCOME_IS_NOT) {
      return InvalidField("judgement.outcome", "say IS or IS_NOT");
    }
    return ValidateReason("judgement.reason", asked_.reason());
  }

  absl::Status ReadRecord() {
    const auto ref = storage::RecordRef::FromName(asked_.source_record());
    if (!ref) {
      return InvalidField("judgement.source_record", "must be datasets/{dataset}/records/{key}");
    }
    auto supplier = view_.SupplierOf(*ref);
    if (!supplier.ok()) return supplier.status();
    if (!supplier->has_value()) return RecordNotFound(asked_.source_record());
    supplier_ = (*supplier)->name;
    return absl::OkStatus();
  }

  // Records of one supplier are one party already, by an identifier. Only whom a vendor
  // number means may still have to be confirmed.
  absl::Status CheckNotItself() const {
    auto known = ResolveJudged(view_, identifiers_, made_.judgement.subject());
    if (!known.ok()) return known.status();
    const auto& own = known->resolution.suppliers();
    if (std::find(own.begin(), own.end(), supplier_) == own.end()) return absl::OkStatus();
    const bool open = known->IsAmbiguous() ||
                      (known->vendor && known->vendor->state() != v1::VENDOR_STATE_CONFIRMED);
    if (open && asked_.outcome() == v1::JUDGEMENT_OUTCOME_IS) return absl::OkStatus();
    return InvalidField("judgement.source_record",
                        absl::StrCat("is a record of the subject itself, ", supplier_,
                                     ": correct the data, or whom the vendor number means"));
  }

  absl::Status CompareWithOthers() {
    auto others = JudgementsAbout(view_, storage::JudgementTerms(made_.judgement.subject()));
    if (!others.ok()) return others.status();
    AddPending(&*others);
    for (v1::Judgement& other : *others) {
      const bool stands = other.state() == v1::JUDGEMENT_STATE_STANDING ||
                          other.state() == v1::JUDGEMENT_STATE_CONTRADICTED;
      if (!stands || other.supplier() != supplier_) continue;
      if (other.outcome() != asked_.outcome()) {
        return JudgementStands(other.name(), other.judged_by());
      }
      if (other.source_record() != asked_.source_record() || made_.stood) continue;
      made_.judgement = std::move(other);
      made_.stood = true;
    }
    return absl::OkStatus();
  }

  // Those of the same call about the same subject.
  void AddPending(std::vector<v1::Judgement>* others) const {
    const std::set<std::string> own = storage::JudgementTerms(made_.judgement.subject());
    for (const v1::Judgement& one : pending_) {
      if (one.supplier() != supplier_) continue;
      const std::set<std::string> terms = storage::JudgementTerms(one.subject());
      if (std::any_of(terms.begin(), terms.end(),
                      [&](const std::string& term) { return own.count(term) > 0; })) {
        others->push_back(one);
      }
    }
  }

  absl::Status Fill(const SetBy& judged_by) {
    v1::Judgement& judgement = made_.judgement;
    judgement.set_source_record(asked_.source_record());
    judgement.set_outcome(asked_.outcome());
    judgement.set_reason(asked_.reason());
    judgement.set_judged_by(judged_by.principal);
    *judgement.mutable_judged_at() = judged_by.at;
    auto subject = SubjectFingerprint(view_, judgement.subject());
    if (!subject.ok()) return subject.status();
    auto record = RecordFingerprint(view_, asked_.source_record());
    if (!record.ok()) return record.status();
    // Of a vendor whose records are gone nothing can be compared later.
    if (!subject->has_value()) {
      return InvalidField("judgement.subject",
                          "means records that are gone; say first whom the number means");
    }
    judgement.set_subject_fingerprint(**std::move(subject));
    judgement.set_record_fingerprint(record->value_or(""));
    made_.supplier = supplier_;
    return absl::OkStatus();
  }

  const storage::View& view_;
  const IdentifierCatalogue& identifiers_;
  const v1::Judgement& asked_;
  const std::vector<v1::Judgement>& pending_;
  std::string supplier_;  // of the record
  MadeJudgement made_;
};

}  // namespace

absl::Status ValidateReason(absl::string_view field, const std::string& reason) {
  if (reason.empty()) return InvalidField(field, "say why, for those who read it later");
  return ValidateText(field, reason, kMaxReasonBytes);
}

absl::StatusOr<v1::JudgedSubject> ReadJudgedSubject(const storage::View& view,
                                                    const IdentifierCatalogue& identifiers,
                                                    const v1::JudgedSubject& asked,
                                                    absl::string_view field) {
  switch (asked.subject_case()) {
    case v1::JudgedSubject::kVendor:
      return ReadVendor(view, asked.vendor(), absl::StrCat(field, ".vendor"));
    case v1::JudgedSubject::kQuery:
      return ReadQuery(asked.query(), absl::StrCat(field, ".query"));
    case v1::JudgedSubject::kSupplier:
      return ReadSupplierSubject(view, identifiers, asked.supplier(), field);
    case v1::JudgedSubject::kIdentifier: {
      auto normal =
          ReadIdentifier(identifiers, asked.identifier(), absl::StrCat(field, ".identifier"));
      if (!normal.ok()) return normal.status();
      if (!IsCertain(identifiers, *normal)) {
        return InvalidField(absl::StrCat(field, ".identifier"),
                            "does not name one party for certain; judge the supplier");
      }
      v1::JudgedSubject subject;
      *subject.mutable_identifier() = *std::move(normal);
      return subject;
    }
    case v1::JudgedSubject::SUBJECT_NOT_SET:
      break;
  }
  return InvalidField(field, "name a vendor, a supplier, an identifier or a query");
}

absl::StatusOr<MadeJudgement> MakeJudgement(const storage::View& view,
                                            const IdentifierCatalogue& identifiers,
                                            const v1::Judgement& asked, const SetBy& judged_by,
                                            const std::vector<v1::Judgement>& pending) {
  return Judging(view, identifiers, asked, pending).Run(judged_by);
}

}  // namespace probity::screening

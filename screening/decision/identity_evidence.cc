#include "screening/decision/identity_evidence.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "screening/decision/candidates.h"
#include "screening/decision/vendor_identity.h"
#include "screening/names/explanation.h"
#include "screening/names/record_party.h"
#include "screening/risk_flags.h"
#include "storage/names/party_names.h"

namespace probity::screening {
namespace {

bool IsRegister(const v1::LookupOutcome outcome) {
  return outcome == v1::LOOKUP_OUTCOME_FOUND || outcome == v1::LOOKUP_OUTCOME_REDIRECTED;
}

class Identification {
 public:
  Identification(const Shelf& shelf, const When& when, const policy::Needs& needs,
                 const std::string& path, const v1::ScreenedSubject& asked, PersonalTexts* personal,
                 v1::SubjectEvidence* evidence)
      : shelf_(shelf),
        when_(when),
        needs_(needs),
        path_(path),
        asked_(asked),
        personal_(personal),
        out_(evidence) {}

  absl::StatusOr<Identified> Run() {
    absl::Status status = Resolve();
    if (status.ok()) status = TakeJudgements();
    if (status.ok()) status = ReadSupplierOnRecord();
    if (status.ok()) status = Agree();
    if (status.ok())
      status = FindCandidates(shelf_, when_, needs_,
                              {path_, asked_, result_.supplier, result_.judged.settled}, personal_,
                              out_, &result_.alerts);
    if (status.ok()) status = Decide();
    if (!status.ok()) return status;
    Describe();
    return std::move(result_);
  }

 private:
  absl::Status Resolve() {
    if (!asked_.has_ref()) {
      out_->mutable_resolution()->set_outcome(v1::LOOKUP_OUTCOME_NOT_FOUND);
      return absl::OkStatus();
    }
    auto subject = ResolveSubject(shelf_.view, shelf_.identifiers(), asked_.ref(),
                                  absl::StrCat(path_, ".ref"));
    if (!subject.ok()) return subject.status();
    result_.subject = *std::move(subject);
    *out_->mutable_resolution() = result_.subject.resolution;
    return absl::OkStatus();
  }

  // What people said of the subject before, as it was asked; then the vendor's entry
  // completes it.
  absl::Status TakeJudgements() {
    result_.subject.resolution = out_->resolution();
    auto judged = ReadJudged(shelf_.view, result_.subject, asked_);
    if (!judged.ok()) return judged.status();
    result_.judged = *std::move(judged);
    for (v1::Judgement& one : result_.judged.all) *out_->add_judgements() = std::move(one);
    result_.own_terms = result_.subject.terms;
    JoinLinks(result_.judged.links, &result_.subject);
    *out_->mutable_resolution() = result_.subject.resolution;
    if (result_.subject.vendor) asked_ = AskedByVendor(asked_, *result_.subject.vendor);
    return absl::OkStatus();
  }

  absl::Status ReadSupplierOnRecord() {
    if (out_->resolution().suppliers_size() != 1) return absl::OkStatus();
    const std::string& name = out_->resolution().suppliers(0);
    auto supplier = ReadSupplierNamed(shelf_.view, name);
    if (!supplier.ok()) return supplier.status();
    result_.supplier = *std::move(supplier);
    return absl::OkStatus();
  }

  // How well the name given fits the names on record.
  absl::Status Agree() {
    if (asked_.name().empty() || result_.subject.suppliers.empty() || Ambiguous()) {
      return absl::OkStatus();
    }
    auto query = KnownParty(shelf_, {path_, asked_, result_.supplier, result_.judged.settled});
    if (!query.ok()) return query.status();
    auto name = ReadName(shelf_.names.comparer.matcher, absl::StrCat(path_, ".name"), asked_.name(),
                         query->facts.kind);
    if (!name.ok()) return name.status();
    NameQuestion question;
    question.party = *std::move(query);
    question.party.name = *std::move(name);
    int best = -1;
    for (const storage::RecordRef& ref : result_.subject.suppliers) {
      auto record = ReadRecordParty(shelf_.view, ref);
      if (!record.ok()) return record.status();
      if (!record->has_value()) continue;
      for (const v1::Name& one : (*record)->names) {
        best = std::max(best, ScoreRecordName(shelf_.names.comparer, question, **record, one,
                                              v1::EXPLANATION_LEVEL_NONE, nullptr));
      }
    }
    if (best >= 0) out_->set_name_agreement(Shown(best));
    return absl::OkStatus();
  }

  bool Ambiguous() const { return result_.subject.IsAmbiguous(); }

  absl::Status Decide() {
    AddFaults();
    auto state = State();
    if (!state.ok()) return state.status();
    out_->set_identity(*state);
    return absl::OkStatus();
  }

  absl::StatusOr<v1::IdentityState> State() {
    if (Ambiguous()) return v1::IDENTITY_STATE_AMBIGUOUS;
    if (IsRegister(out_->resolution().outcome())) {
      if (Has(v1::IDENTITY_FAULT_NAME_DISAGREES)) return v1::IDENTITY_STATE_AMBIGUOUS;
      if (IsCertainReference()) return v1::IDENTITY_STATE_CONFIRMED;
      return asked_.ref().has_vendor() && VendorIs(v1::VENDOR_STATE_ASSERTED)
                 ? v1::IDENTITY_STATE_ASSERTED
                 : v1::IDENTITY_STATE_AMBIGUOUS;
    }
    if (out_->resolution().outcome() == v1::LOOKUP_OUTCOME_NOT_RESOLVABLE) {
      return v1::IDENTITY_STATE_UNIDENTIFIED;
    }
    if (!asked_.ref().has_identifier()) {
      return result_.alerts.empty() ? v1::IDENTITY_STATE_UNIDENTIFIED
                                    : v1::IDENTITY_STATE_AMBIGUOUS;
    }
    auto named = IsNamedByFlags();
    if (!named.ok()) return named.status();
    if (*named && IsCertainReference()) return v1::IDENTITY_STATE_CONFIRMED;
    return asked_.name().empty() ? v1::IDENTITY_STATE_UNIDENTIFIED : v1::IDENTITY_STATE_ASSERTED;
  }

  bool ByJudgement() const { return IsFoundByJudgement(result_.judged.links, out_->resolution()); }

  bool VendorIs(v1::VendorState state) const {
    return result_.subject.vendor && result_.subject.vendor->state() == state;
  }

  // A scheme whose value several parties may share names nobody for certain.
  bool IsCertainReference() const {
    if (ByJudgement()) return true;
    if (VendorIs(v1::VENDOR_STATE_REOPENED)) return false;
    if (asked_.ref().has_vendor()) return VendorIs(v1::VENDOR_STATE_CONFIRMED);
    if (!asked_.ref().has_identifier()) return true;
    auto normal = shelf_.identifiers().Normalize(asked_.ref().identifier());
    return normal.ok() && shelf_.identifiers().IsIdentifying(normal->scheme());
  }

  // A list can name a party by its identifier without a record of the party.
  absl::StatusOr<bool> IsNamedByFlags() const {
    auto flags = FindFlags(shelf_.view, shelf_.law, result_.subject.terms, when_.day,
                           /*include_ended=*/true);
    if (!flags.ok()) return flags.status();
    return !flags->empty();
  }

  bool Has(v1::IdentityFault fault) const {
    return std::find(out_->faults().begin(), out_->faults().end(), fault) != out_->faults().end();
  }

  // A person saw the name and the record, and found that they are one.
  bool NameWasJudged() const {
    const auto& links = result_.judged.links;
    return std::any_of(links.begin(), links.end(), [](const auto& link) { return link.by_name; });
  }

  void AddFaults() {
    if (out_->has_name_agreement() && out_->name_agreement() < needs_.name_agreement_score &&
        !NameWasJudged()) {
      out_->add_faults(v1::IDENTITY_FAULT_NAME_DISAGREES);
    }
    if (Ambiguous()) out_->add_faults(v1::IDENTITY_FAULT_SEVERAL_CARRIERS);
    if (out_->resolution().redirects_size() > 0) out_->add_faults(v1::IDENTITY_FAULT_REDIRECTED);
    if (out_->resolution().outcome() == v1::LOOKUP_OUTCOME_NOT_RESOLVABLE) {
      out_->add_faults(v1::IDENTITY_FAULT_ANNULLED);
    }
    if (!asked_.has_ref() && !ByJudgement()) {
      out_->add_faults(v1::IDENTITY_FAULT_NO_IDENTIFIER);
    }
    if (result_.subject.vendor && !ByJudgement()) AddVendorFaults(*result_.subject.vendor, out_);
    if (result_.supplier.has_value()) AddFaultsOnRecord(*result_.supplier);
  }

  void AddFaultsOnRecord(const v1::Supplier& supplier) {
    const auto& registrations = supplier.registrations();
    if (std::any_of(registrations.begin(), registrations.end(), [](const auto& one) {
          return one.status() == v1::REGISTRATION_STATUS_LAPSED;
        })) {
      out_->add_faults(v1::IDENTITY_FAULT_LAPSED);
    }
    const bool ended = supplier.has_dissolved() && FirstDay(supplier.dissolved()) <= when_.day;
    if (supplier.status() == v1::ENTITY_STATUS_INACTIVE || ended) {
      out_->add_faults(v1::IDENTITY_FAULT_DISSOLVED);
    }
    const auto& identifiers = supplier.identifiers();
    if (std::any_of(identifiers.begin(), identifiers.end(),
                    [](const auto& one) { return one.check() == v1::IDENTIFIER_CHECK_FAILED; })) {
      out_->add_faults(v1::IDENTITY_FAULT_CHECK_DIGITS);
    }
    if (identifiers.empty() && !asked_.ref().has_identifier()) {
      out_->add_faults(v1::IDENTITY_FAULT_NO_IDENTIFIER);
    }
  }

  void Describe() {
    out_->set_kind(asked_.kind());
    out_->set_country(asked_.country());
    if (result_.supplier.has_value()) {
      if (result_.supplier->kind() != v1::PARTY_KIND_UNSPECIFIED) {
        out_->set_kind(result_.supplier->kind());
      }
      if (!result_.supplier->jurisdiction().empty()) {
        out_->set_country(result_.supplier->jurisdiction());
      }
    }
    *out_->add_personal() = personal_->Keep(asked_.name());
    *out_->add_personal() = personal_->Keep(asked_.address());
    *out_->add_personal() =
        personal_->Keep(asked_.has_founded() ? FormatDate(asked_.founded()) : std::string());
    *out_->add_personal() = personal_->Keep(
        result_.supplier.has_value() ? result_.supplier->display_name() : std::string());
  }

  const Shelf& shelf_;
  const When& when_;
  const policy::Needs& needs_;
  const std::string& path_;
  v1::ScreenedSubject asked_;  // completed by the entry of a vendor number
  PersonalTexts* const personal_;
  v1::SubjectEvidence* const out_;
  Identified result_;
};

}  // namespace

absl::StatusOr<Identified> Identify(const Shelf& shelf, const When& when,
                                    const policy::Needs& needs, const std::string& path,
                                    const v1::ScreenedSubject& asked, PersonalTexts* personal,
                                    v1::SubjectEvidence* evidence) {
  return Identification(shelf, when, needs, path, asked, personal, evidence).Run();
}

}  // namespace probity::screening

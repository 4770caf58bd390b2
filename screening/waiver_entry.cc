#include "screening/waiver_entry.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/errors.h"
#include "screening/judgement_entry.h"
#include "screening/judgements.h"
#include "screening/validate.h"

namespace probity::screening {
namespace {

using Derogations = google::protobuf::RepeatedPtrField<v1::Derogation>;

std::string ListOf(const Derogations& lawful) {
  return absl::StrJoin(lawful, "; ", [](std::string* out, const v1::Derogation& one) {
    absl::StrAppend(out, one.id(), " (", one.legal_basis(), ")");
  });
}

class Waiving {
 public:
  Waiving(const storage::View& view, const IdentifierCatalogue& identifiers, const WaiverLaw& law,
          const v1::Waiver& asked)
      : view_(view), identifiers_(identifiers), law_(law), asked_(asked) {}

  absl::StatusOr<v1::Waiver> Run(const SetBy& requested_by) {
    absl::Status status = CheckTexts();
    if (status.ok()) status = CheckDays();
    if (status.ok()) status = CheckLaw();
    if (status.ok()) status = ReadSubject();
    if (!status.ok()) return status;
    made_.set_requested_by(requested_by.principal);
    *made_.mutable_requested_at() = requested_by.at;
    return std::move(made_);
  }

 private:
  absl::Status CheckTexts() {
    absl::Status well = ValidateReason("waiver.reason", asked_.reason());
    if (!well.ok()) return well;
    if (asked_.procedure().empty()) {
      return InvalidField("waiver.procedure",
                          "name the procedure: the law sets a ground aside for one purchase, never "
                          "for a supplier at large");
    }
    well = ValidateText("waiver.procedure", asked_.procedure(), kMaxProcedureBytes);
    made_.set_reason(asked_.reason());
    made_.set_procedure(asked_.procedure());
    return well;
  }

  absl::Status CheckDays() {
    if (!IsFullDay(asked_.contract_end())) {
      return InvalidField("waiver.contract_end", "must be a full day: the contract's last");
    }
    if (!IsFullDay(asked_.last_day())) {
      return InvalidField("waiver.last_day", "must be a full day: no waiver is without an end");
    }
    if (FirstDay(asked_.last_day()) > FirstDay(asked_.contract_end())) {
      return InvalidField("waiver.last_day", absl::StrCat("is after the contract's end, ",
                                                          FormatDate(asked_.contract_end())));
    }
    if (FirstDay(asked_.last_day()) < law_.today) {
      return InvalidField("waiver.last_day", "has passed");
    }
    *made_.mutable_contract_end() = asked_.contract_end();
    *made_.mutable_last_day() = asked_.last_day();
    return absl::OkStatus();
  }

  absl::Status CheckLaw() {
    const auto rule = law_.policy.FindWaivable(asked_.rule_id());
    if (!rule) {
      return InvalidField("waiver.rule_id",
                          absl::StrCat("\"", asked_.rule_id(), "\" is no rule of ",
                                       law_.policy.name(), " or the packs it takes in"));
    }
    made_.set_rule_id(asked_.rule_id());
    made_.set_policy(law_.policy.name());
    if (asked_.derogation().empty() && !rule->mandatory) return absl::OkStatus();
    return CheckDerogation(rule->derogations);
  }

  absl::Status CheckDerogation(const Derogations& lawful) {
    const auto found = std::find_if(lawful.begin(), lawful.end(), [&](const v1::Derogation& one) {
      return one.id() == asked_.derogation();
    });
    if (lawful.empty()) {
      return NotLawful("is not possible: the rule knows no derogation");
    }
    if (found == lawful.end()) {
      return NotLawful(
          absl::StrCat("needs a derogation by which the law lets it be waived: ", ListOf(lawful)));
    }
    if (found->max_months() > 0) {
      const DayNumber end = AddMonths(law_.today, found->max_months());
      if (FirstDay(asked_.last_day()) >= end) {
        return NotLawful(absl::StrCat("by ", found->id(), " ends on ", FormatDate(DateOf(end - 1)),
                                      " at the latest"));
      }
    }
    made_.set_derogation(found->id());
    made_.set_legal_basis(found->legal_basis());
    made_.set_to_confirm(found->to_confirm());
    return absl::OkStatus();
  }

  absl::Status NotLawful(absl::string_view problem) const {
    return WaiverNotLawful(asked_.rule_id(), asked_.derogation(), problem);
  }

  absl::Status ReadSubject() {
    if (asked_.subject().has_query()) {
      return InvalidField("waiver.subject",
                          "a name alone is nobody for certain; name a supplier, a vendor number or "
                          "an identifier");
    }
    auto subject = ReadJudgedSubject(view_, identifiers_, asked_.subject(), "waiver.subject");
    if (!subject.ok()) return subject.status();
    auto identity = SubjectFingerprint(view_, *subject);
    if (!identity.ok()) return identity.status();
    if (!identity->has_value()) {
      return InvalidField("waiver.subject",
                          "means records that are gone; say first whom the number means");
    }
    *made_.mutable_subject() = *std::move(subject);
    made_.set_subject_fingerprint(**std::move(identity));
    return absl::OkStatus();
  }

  const storage::View& view_;
  const IdentifierCatalogue& identifiers_;
  const WaiverLaw& law_;
  const v1::Waiver& asked_;
  v1::Waiver made_;
};

// A row that says something of `waiver`.
v1::Waiver RowAbout(const v1::Waiver& waiver) {
  v1::Waiver row;
  *row.mutable_subject() = waiver.subject();
  row.set_rule_id(waiver.rule_id());
  return row;
}

}  // namespace

absl::StatusOr<v1::Waiver> MakeWaiver(const storage::View& view,
                                      const IdentifierCatalogue& identifiers, const WaiverLaw& law,
                                      const v1::Waiver& asked, const SetBy& requested_by) {
  return Waiving(view, identifiers, law, asked).Run(requested_by);
}

absl::StatusOr<v1::Waiver> MakeApproval(const v1::Waiver& waiver, const std::string& reason,
                                        const std::string& principal, DayNumber today) {
  if (waiver.state() != v1::WAIVER_STATE_REQUESTED) {
    const std::string state = v1::WaiverState_Name(waiver.state());
    return WaiverNotInState(waiver.name(), state.substr(sizeof("WAIVER_STATE")),
                            "only one that is REQUESTED can be approved");
  }
  if (waiver.requested_by() == principal) {
    return WaiverSelfApproval(waiver.name(), waiver.requested_by());
  }
  v1::Waiver row = RowAbout(waiver);
  row.set_approves(waiver.name());
  row.set_approved_by(principal);
  row.set_approval_reason(reason);
  *row.mutable_in_force_from() = DateOf(today);
  return row;
}

v1::Waiver MakeRevocation(const v1::Waiver& waiver, const std::string& reason,
                          const std::string& principal) {
  v1::Waiver row = RowAbout(waiver);
  row.set_revokes(waiver.name());
  row.set_revoked_by(principal);
  row.set_revocation_reason(reason);
  return row;
}

}  // namespace probity::screening

// What submitting and assessing replies makes: the rows to store.
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "screening/facts.h"
#include "screening/replies.h"
#include "screening/validate.h"

namespace probity::screening {
namespace {

std::string KindName(v1::ReplyKind kind) {
  return v1::ReplyKind_Name(kind).substr(sizeof("REPLY_KIND"));
}

class Replying {
 public:
  Replying(const storage::View& view, const v1::Reply& asked, DayNumber today)
      : view_(view), asked_(asked), today_(today) {}

  absl::StatusOr<v1::Reply> Run(const SetBy& recorded_by) {
    absl::Status status = CheckKind();
    if (status.ok()) status = CheckTexts();
    if (status.ok()) status = CheckElements();
    if (status.ok()) status = CheckDay();
    if (status.ok()) status = CheckAbout();
    if (!status.ok()) return status;
    made_.set_recorded_by(recorded_by.principal);
    *made_.mutable_recorded_at() = recorded_by.at;
    return std::move(made_);
  }

 private:
  bool IsDossier() const { return asked_.kind() == v1::REPLY_KIND_SELF_CLEANING; }

  absl::Status CheckKind() {
    if (!v1::ReplyKind_IsValid(asked_.kind()) || asked_.kind() == v1::REPLY_KIND_UNSPECIFIED) {
      return InvalidField("reply.kind", "say STATEMENT, CORRECTION_REQUEST or SELF_CLEANING");
    }
    made_.set_kind(asked_.kind());
    return absl::OkStatus();
  }

  absl::Status CheckTexts() {
    if (asked_.text().empty() && !IsDossier()) {
      return InvalidField("reply.text", "is empty: what does the supplier say?");
    }
    absl::Status well = ValidateText("reply.text", asked_.text(), kMaxReplyBytes);
    if (!well.ok()) return well;
    if (asked_.evidence_size() > kMaxReplyDocuments) {
      return LimitExceeded("reply.evidence", kMaxReplyDocuments, asked_.evidence_size());
    }
    for (int i = 0; i < asked_.evidence_size(); ++i) {
      const std::string field = absl::StrCat("reply.evidence[", i, "]");
      if (asked_.evidence(i).empty()) return InvalidField(field, "is empty");
      well = ValidateText(field, asked_.evidence(i), kMaxReplyDocumentBytes);
      if (!well.ok()) return well;
    }
    if (IsDossier() && asked_.evidence().empty()) {
      return InvalidField("reply.evidence",
                          "is empty: a dossier is its documents, by address or SHA-256");
    }
    made_.set_text(asked_.text());
    *made_.mutable_evidence() = asked_.evidence();
    return absl::OkStatus();
  }

  absl::Status CheckElements() {
    if (IsDossier() == asked_.elements().empty()) {
      return InvalidField("reply.elements", IsDossier()
                                                ? "is empty: say what the dossier shows"
                                                : "are those of a self-cleaning dossier alone");
    }
    std::set<int> seen;
    for (int i = 0; i < asked_.elements_size(); ++i) {
      const int element = asked_.elements(i);
      if (element != v1::SELF_CLEANING_ELEMENT_UNSPECIFIED &&
          v1::SelfCleaningElement_IsValid(element) && seen.insert(element).second) {
        continue;
      }
      return InvalidField(absl::StrCat("reply.elements[", i, "]"),
                          "is no element of self-cleaning, or stands here twice");
    }
    *made_.mutable_elements() = asked_.elements();
    return absl::OkStatus();
  }

  absl::Status CheckDay() {
    *made_.mutable_received_on() = asked_.has_received_on() ? asked_.received_on() : DateOf(today_);
    if (!IsFullDay(made_.received_on()) || FirstDay(made_.received_on()) > today_) {
      return InvalidField("reply.received_on", "must be a full day, today at the latest");
    }
    return absl::OkStatus();
  }

  // A flag or measure that the authority sees, of whatever day.
  absl::Status CheckAbout() {
    const auto ref = storage::RecordRef::FromName(asked_.about());
    if (!ref) return InvalidField("reply.about", "must be datasets/{dataset}/records/{key}");
    auto fact = GetFact(view_, *ref, today_, /*include_past=*/true);
    if (!fact.ok()) return fact.status();
    const bool flag = fact->has_value() && (*fact)->record.has_risk_flag();
    const bool measure = fact->has_value() && (*fact)->record.has_legal_measure();
    if (!flag && !measure) return RiskFlagNotFound(asked_.about());
    const v1::FlagSubject& subject =
        flag ? (*fact)->record.risk_flag().subject() : (*fact)->record.legal_measure().subject();
    if (IsDossier() && !subject.has_party()) {
      return InvalidField("reply.about", "is about goods: only a party can clean itself");
    }
    made_.set_about(ref->Name());
    return absl::OkStatus();
  }

  const storage::View& view_;
  const v1::Reply& asked_;
  const DayNumber today_;
  v1::Reply made_;
};

}  // namespace

absl::StatusOr<v1::Reply> MakeReply(const storage::View& view, const v1::Reply& asked,
                                    const SetBy& recorded_by, DayNumber today) {
  return Replying(view, asked, today).Run(recorded_by);
}

absl::StatusOr<v1::Reply> MakeAssessment(const v1::Reply& reply, v1::SelfCleaningOutcome outcome,
                                         const std::string& reasons, const SetBy& assessed_by,
                                         DayNumber today) {
  if (reply.kind() != v1::REPLY_KIND_SELF_CLEANING) {
    return ReplyNotInState(reply.name(), absl::StrCat("a ", KindName(reply.kind())),
                           "only a self-cleaning dossier is assessed");
  }
  if (reply.state() == v1::REPLY_STATE_WITHDRAWN) {
    return ReplyNotInState(reply.name(), "WITHDRAWN", "there is nothing to assess");
  }
  if (reply.recorded_by() == assessed_by.principal) {
    return SelfAssessment(reply.name(), reply.recorded_by());
  }
  v1::Reply row;
  row.set_about(reply.about());
  row.set_kind(reply.kind());
  row.set_assesses(reply.name());
  row.set_outcome(outcome);
  row.set_reasons(reasons);
  row.set_assessed_by(assessed_by.principal);
  *row.mutable_assessed_on() = DateOf(today);
  *row.mutable_recorded_at() = assessed_by.at;
  return row;
}

}  // namespace probity::screening

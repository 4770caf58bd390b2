#include "policy/audit_check.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace probity::policy {
namespace {

constexpr size_t kMaxChecked = 20;

// The audit's last day, read as early as it can mean; nullopt without any.
std::optional<DayNumber> EndDay(const v1::Audit& audit) {
  if (audit.has_ended_on() && IsValidDate(audit.ended_on())) return FirstDay(audit.ended_on());
  if (audit.has_started_on() && IsValidDate(audit.started_on())) {
    return FirstDay(audit.started_on());
  }
  return std::nullopt;
}

bool IsOpen(const v1::Finding& finding, DayNumber audit_end, DayNumber day) {
  const bool dated = finding.has_opened_on() && IsValidDate(finding.opened_on());
  if ((dated ? FirstDay(finding.opened_on()) : audit_end) > day) return false;
  if (!finding.has_closed_on() || !IsValidDate(finding.closed_on())) return true;
  return day < LastDay(finding.closed_on());
}

std::optional<v1::AuditResult> OpenResult(v1::FindingSeverity severity) {
  switch (severity) {
    case v1::FINDING_SEVERITY_ZERO_TOLERANCE: return v1::AUDIT_RESULT_OPEN_ZERO_TOLERANCE;
    case v1::FINDING_SEVERITY_BUSINESS_CRITICAL:
    case v1::FINDING_SEVERITY_CRITICAL: return v1::AUDIT_RESULT_OPEN_CRITICAL;
    default: return std::nullopt;
  }
}

struct Examined {
  const AuditFact* fact = nullptr;
  std::optional<DayNumber> end;
  std::vector<v1::AuditCause> open;    // grave findings that are open
  std::vector<v1::AuditCause> causes;  // all others, worst first
  DayNumber valid_until = kMinDay;
};

class Examiner {
 public:
  Examiner(const AuditQuestion& question, const v1::AcceptedScheme& accepted,
           const Scheme& scheme, DayNumber day)
      : request_(question.request), accepted_(accepted), scheme_(scheme), day_(day) {}

  // `grade` is the grade that counts: that of the scheme's latest graded audit.
  Examined Run(const AuditFact& fact, const std::string& grade,
               std::set<std::string>* not_checked) {
    one_ = Examined{};
    one_.fact = &fact;
    one_.end = EndDay(fact.audit);
    CheckSite();
    CheckAge(not_checked);
    CheckGrade(grade, not_checked);
    CheckAnnouncement(not_checked);
    if (fact.site_is_asked) FindOpen();
    return std::move(one_);
  }

 private:
  v1::AuditCause MakeCause(v1::AuditResult result, std::string detail) const {
    v1::AuditCause cause;
    cause.set_result(result);
    cause.set_detail(std::move(detail));
    cause.set_source_record(one_.fact->provenance.source_record());
    return cause;
  }
  void Fail(v1::AuditResult result, std::string detail) {
    one_.causes.push_back(MakeCause(result, std::move(detail)));
  }

  void CheckSite() {
    if (one_.fact->site_is_asked) return;
    Fail(v1::AUDIT_RESULT_SITE_NOT_COVERED, "it is an audit of another site");
  }

  void CheckAge(std::set<std::string>* not_checked) {
    if (!one_.end) {
      not_checked->insert("ended_on");
      Fail(v1::AUDIT_RESULT_TOO_OLD, "the day on which it ended is not on record");
      return;
    }
    const int most = request_.max_age_days() > 0 ? request_.max_age_days()
                                                 : scheme_.CycleDays(one_.fact->audit.grade());
    const int64_t age = int64_t{day_} - *one_.end;
    const bool unrecognised = request_.max_age_days() <= 0 && most == 0;
    one_.valid_until = static_cast<DayNumber>(
        std::min<int64_t>(int64_t{*one_.end} + most, kMaxDay));
    if (age > most || unrecognised) {
      Fail(v1::AUDIT_RESULT_TOO_OLD, absl::StrCat("it ended ", age, " days before; at most ",
                                                  most, " are accepted"));
    }
    const v1::Audit& audit = one_.fact->audit;
    if (!audit.has_valid_until() || !IsValidDate(audit.valid_until())) return;
    one_.valid_until = std::min(one_.valid_until, FirstDay(audit.valid_until()));
    if (day_ > FirstDay(audit.valid_until())) {
      Fail(v1::AUDIT_RESULT_TOO_OLD, absl::StrCat(scheme_.id, " recognises it until ",
                                                  FormatDate(audit.valid_until())));
    }
  }

  void CheckGrade(const std::string& grade, std::set<std::string>* not_checked) {
    if (accepted_.minimum_grade().empty()) return;
    const std::optional<size_t> least = scheme_.GradeRank(accepted_.minimum_grade());
    auto good = [&](const std::string& got) {
      const std::optional<size_t> rank = scheme_.GradeRank(got);
      return least && rank && *rank <= *least;
    };
    const std::string& own = one_.fact->audit.grade();
    if (own.empty()) not_checked->insert("grade");
    if (!good(own)) {
      Fail(v1::AUDIT_RESULT_GRADE_TOO_LOW,
           absl::StrCat("its grade is ", own.empty() ? "not on record" : own,
                        "; asked for at least ", accepted_.minimum_grade()));
    } else if (!good(grade)) {
      Fail(v1::AUDIT_RESULT_GRADE_TOO_LOW,
           absl::StrCat("a later audit has grade ", grade, "; asked for at least ",
                        accepted_.minimum_grade()));
    }
  }

  void CheckAnnouncement(std::set<std::string>* not_checked) {
    const v1::Announcement got = one_.fact->audit.announcement();
    if (!request_.unannounced() || got == v1::ANNOUNCEMENT_UNANNOUNCED) return;
    if (got == v1::ANNOUNCEMENT_UNSPECIFIED) not_checked->insert("announcement");
    Fail(v1::AUDIT_RESULT_NOT_UNANNOUNCED,
         absl::StrCat("it is ", v1::Announcement_Name(got), "; asked for an unannounced one"));
  }

  void FindOpen() {
    for (const v1::Finding& finding : one_.fact->audit.findings()) {
      const std::optional<v1::AuditResult> result = OpenResult(finding.severity());
      if (!result || !IsOpen(finding, one_.end.value_or(kMinDay), day_)) continue;
      v1::AuditCause cause = MakeCause(
          *result, absl::StrCat("finding ", finding.id(), " is open: ", finding.topic()));
      *cause.mutable_finding() = finding;
      one_.open.push_back(std::move(cause));
    }
  }

  const v1::CheckAuditRequest& request_;
  const v1::AcceptedScheme& accepted_;
  const Scheme& scheme_;
  const DayNumber day_;
  Examined one_;
};

// Audits of one scheme that had ended by `day`.
std::vector<const AuditFact*> OfScheme(const std::vector<AuditFact>& facts,
                                       absl::string_view scheme, DayNumber day) {
  std::vector<const AuditFact*> found;
  for (const AuditFact& fact : facts) {
    if (fact.audit.scheme_id() != scheme) continue;
    if (EndDay(fact.audit).value_or(kMinDay) <= day) found.push_back(&fact);
  }
  return found;
}

std::string LatestGrade(const std::vector<const AuditFact*>& facts) {
  const AuditFact* latest = nullptr;
  for (const AuditFact* fact : facts) {
    if (!fact->site_is_asked || fact->audit.grade().empty()) continue;
    if (latest == nullptr || EndDay(fact->audit) >= EndDay(latest->audit)) latest = fact;
  }
  return latest == nullptr ? "" : latest->audit.grade();
}

// Smaller is nearer: without causes, then the least grave, then the one that
// holds longest.
auto Distance(const Examined& one) {
  const int gravity = one.causes.empty() ? kMinDay : -one.causes.front().result();
  return std::make_tuple(gravity, one.causes.size(), -int64_t{one.valid_until},
                         absl::string_view(one.fact->provenance.source_record()));
}

void SortCauses(std::vector<v1::AuditCause>* causes) {
  std::stable_sort(causes->begin(), causes->end(),
                   [](const v1::AuditCause& a, const v1::AuditCause& b) {
                     return a.result() < b.result();
                   });
}

void AddChecked(std::vector<Examined> all, DayNumber day, AuditAnswer* answer) {
  std::stable_sort(all.begin(), all.end(), [](const Examined& a, const Examined& b) {
    return a.end.value_or(kMinDay) > b.end.value_or(kMinDay);
  });
  if (all.size() > kMaxChecked) all.resize(kMaxChecked);
  for (Examined& one : all) {
    v1::CheckedAudit* checked = answer->add_checked();
    *checked->mutable_audit() = one.fact->audit;
    *checked->mutable_provenance() = one.fact->provenance;
    one.causes.insert(one.causes.end(), one.open.begin(), one.open.end());
    SortCauses(&one.causes);
    for (const v1::AuditCause& cause : one.causes) *checked->add_causes() = cause;
    if (one.end) checked->set_age_days(day - *one.end);
  }
}

void AnswerFrom(const std::vector<Examined>& all, bool allow_open, AuditAnswer* answer) {
  std::vector<v1::AuditCause> causes;
  if (!allow_open) {
    for (const Examined& one : all) {
      causes.insert(causes.end(), one.open.begin(), one.open.end());
    }
  }
  const Examined& nearest = *std::min_element(
      all.begin(), all.end(),
      [](const Examined& a, const Examined& b) { return Distance(a) < Distance(b); });
  causes.insert(causes.end(), nearest.causes.begin(), nearest.causes.end());
  SortCauses(&causes);
  for (const v1::AuditCause& cause : causes) *answer->add_causes() = cause;
  answer->set_result(causes.empty() ? v1::AUDIT_RESULT_CURRENT : causes.front().result());
  if (causes.empty()) *answer->mutable_valid_until() = DateOf(nearest.valid_until);
}

}  // namespace

AuditAnswer CheckAudit(const AuditQuestion& question, const std::vector<AuditFact>& facts,
                       const SchemeCatalogue& schemes) {
  const v1::CheckAuditRequest& request = question.request;
  const DayNumber day = request.has_as_of() ? FirstDay(request.as_of()) : question.today;
  std::vector<Examined> all;
  std::set<std::string> not_checked;
  std::string asked;
  for (const v1::AcceptedScheme& accepted : request.accepted_schemes()) {
    absl::StrAppend(&asked, " ", accepted.scheme_id());
    const Scheme* scheme = schemes.Find(accepted.scheme_id());
    if (scheme == nullptr) continue;
    const std::vector<const AuditFact*> mine = OfScheme(facts, scheme->id, day);
    const std::string grade = LatestGrade(mine);
    Examiner examiner(question, accepted, *scheme, day);
    for (const AuditFact* fact : mine) all.push_back(examiner.Run(*fact, grade, &not_checked));
  }
  AuditAnswer answer;
  for (const std::string& field : not_checked) answer.add_not_checked(field);
  if (all.empty()) {
    v1::AuditCause* cause = answer.add_causes();
    cause->set_result(v1::AUDIT_RESULT_NONE_ON_RECORD);
    cause->set_detail(absl::StrCat("no audit of", asked, " is on record by ",
                                   FormatDate(DateOf(day))));
    answer.set_result(v1::AUDIT_RESULT_NONE_ON_RECORD);
    return answer;
  }
  AnswerFrom(all, request.allow_open_critical(), &answer);
  AddChecked(std::move(all), day, &answer);
  return answer;
}

}  // namespace probity::policy

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

// The audit's last day as it stands in the record; nullptr without any.
const v1::Date* EndOf(const v1::Audit& audit) {
  if (audit.has_ended_on() && IsValidDate(audit.ended_on())) return &audit.ended_on();
  if (audit.has_started_on() && IsValidDate(audit.started_on())) return &audit.started_on();
  return nullptr;
}

// Read as early as it can mean: for the audit's age.
std::optional<DayNumber> EndDay(const v1::Audit& audit) {
  const v1::Date* end = EndOf(audit);
  if (end == nullptr) return std::nullopt;
  return FirstDay(*end);
}

// The day by which it had ended for certain: read as late as it can mean, but
// what is on record today has happened.
DayNumber EndedBy(const v1::Audit& audit, DayNumber today) {
  const v1::Date* end = EndOf(audit);
  if (end == nullptr) return kMinDay;
  return FirstDay(*end) > today ? FirstDay(*end) : std::min(LastDay(*end), today);
}

bool IsOpen(const v1::Finding& finding, DayNumber audit_end, DayNumber day) {
  const bool dated = finding.has_opened_on() && IsValidDate(finding.opened_on());
  if ((dated ? FirstDay(finding.opened_on()) : audit_end) > day) return false;
  if (!finding.has_closed_on() || !IsValidDate(finding.closed_on())) return true;
  return day < LastDay(finding.closed_on());
}

std::optional<v1::AuditResult> OpenResult(v1::FindingSeverity severity) {
  switch (severity) {
    case v1::FINDING_SEVERITY_ZERO_TOLERANCE:
      return v1::AUDIT_RESULT_OPEN_ZERO_TOLERANCE;
    case v1::FINDING_SEVERITY_BUSINESS_CRITICAL:
    case v1::FINDING_SEVERITY_CRITICAL:
      return v1::AUDIT_RESULT_OPEN_CRITICAL;
    default:
      return std::nullopt;
  }
}

struct Examined {
  const AuditFact* fact = nullptr;
  std::optional<DayNumber> end;
  std::vector<v1::AuditCause> open;    // grave findings that are open
  std::vector<v1::AuditCause> causes;  // all others, worst first
  std::set<std::string> not_checked;   // field names
  DayNumber valid_until = kMinDay;
};

class Examiner {
 public:
  Examiner(const AuditQuestion& question, const v1::AcceptedScheme& accepted, const Scheme& scheme,
           DayNumber day)
      : request_(question.request), accepted_(accepted), scheme_(scheme), day_(day) {}

  // `grade` is the grade that counts: that of the scheme's latest graded audit.
  Examined Run(const AuditFact& fact, const std::string& grade) {
    one_ = Examined{};
    one_.fact = &fact;
    one_.end = EndDay(fact.audit);
    CheckSite();
    CheckAge();
    CheckGrade(grade);
    CheckAnnouncement();
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

  // Days for which the audit is accepted from its last day on.
  int AcceptedDays() const {
    if (request_.max_age_days() > 0) return request_.max_age_days();
    const std::string& grade = one_.fact->audit.grade();
    return scheme_.Recognises(grade) ? scheme_.CycleDays(grade) : scheme_.usual_cycle_days;
  }

  void CheckAge() {
    if (!one_.end) {
      one_.not_checked.insert("ended_on");
      Fail(v1::AUDIT_RESULT_TOO_OLD, "the day on which it ended is not on record");
      return;
    }
    if (!IsFullDay(*EndOf(one_.fact->audit))) one_.not_checked.insert("ended_on");
    const int most = AcceptedDays();
    const int64_t age = int64_t{day_} - *one_.end;
    one_.valid_until =
        static_cast<DayNumber>(std::min<int64_t>(int64_t{*one_.end} + most, kMaxDay));
    if (most == 0) {
      Fail(v1::AUDIT_RESULT_TOO_OLD,
           absl::StrCat(scheme_.id, " recognises no audits; state max_age_days to accept them"));
    } else if (age > most) {
      Fail(v1::AUDIT_RESULT_TOO_OLD,
           absl::StrCat("it ended ", age, " days before; at most ", most, " are accepted"));
    }
    CheckRecognition();
  }

  void CheckRecognition() {
    const v1::Audit& audit = one_.fact->audit;
    if (!audit.has_valid_until() || !IsValidDate(audit.valid_until())) return;
    one_.valid_until = std::min(one_.valid_until, FirstDay(audit.valid_until()));
    if (day_ <= FirstDay(audit.valid_until())) return;
    Fail(v1::AUDIT_RESULT_TOO_OLD,
         absl::StrCat(scheme_.id, " recognises it until ", FormatDate(audit.valid_until())));
  }

  // A grade that the scheme does not recognise is too low whatever is asked; a
  // later audit's grade overrides that of an earlier one.
  void CheckGrade(const std::string& latest) {
    const std::string& own = one_.fact->audit.grade();
    for (const std::string* grade : {&own, &latest}) {
      if (grade == &latest && latest.empty()) continue;
      const char* whose = grade == &own ? "its grade is " : "a later audit has grade ";
      if (!scheme_.Recognises(*grade)) {
        return Fail(v1::AUDIT_RESULT_GRADE_TOO_LOW,
                    absl::StrCat(whose, *grade, ", which ", scheme_.id, " does not recognise"));
      }
      if (IsGoodEnough(*grade)) continue;
      if (grade->empty()) one_.not_checked.insert("grade");
      return Fail(v1::AUDIT_RESULT_GRADE_TOO_LOW,
                  absl::StrCat(whose, grade->empty() ? "not on record" : *grade,
                               "; asked for at least ", accepted_.minimum_grade()));
    }
  }

  bool IsGoodEnough(const std::string& grade) const {
    if (accepted_.minimum_grade().empty()) return true;
    const std::optional<size_t> least = scheme_.GradeRank(accepted_.minimum_grade());
    const std::optional<size_t> rank = scheme_.GradeRank(grade);
    return least && rank && *rank <= *least;
  }

  void CheckAnnouncement() {
    const v1::Announcement got = one_.fact->audit.announcement();
    if (!request_.unannounced() || got == v1::ANNOUNCEMENT_UNANNOUNCED) return;
    if (got == v1::ANNOUNCEMENT_UNSPECIFIED) one_.not_checked.insert("announcement");
    Fail(v1::AUDIT_RESULT_NOT_UNANNOUNCED,
         absl::StrCat("it is ", v1::Announcement_Name(got), "; asked for an unannounced one"));
  }

  void FindOpen() {
    for (const v1::Finding& finding : one_.fact->audit.findings()) {
      const std::optional<v1::AuditResult> result = OpenResult(finding.severity());
      if (!result || !IsOpen(finding, one_.end.value_or(kMinDay), day_)) continue;
      v1::AuditCause cause =
          MakeCause(*result, absl::StrCat("finding ", finding.id(), " is open: ", finding.topic()));
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
                                       absl::string_view scheme, DayNumber day, DayNumber today) {
  std::vector<const AuditFact*> found;
  for (const AuditFact& fact : facts) {
    if (fact.audit.scheme_id() != scheme) continue;
    if (EndedBy(fact.audit, today) <= day) found.push_back(&fact);
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
  std::stable_sort(
      causes->begin(), causes->end(),
      [](const v1::AuditCause& a, const v1::AuditCause& b) { return a.result() < b.result(); });
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
  for (const std::string& field : nearest.not_checked) answer->add_not_checked(field);
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
  std::string asked;
  for (const v1::AcceptedScheme& accepted : request.accepted_schemes()) {
    absl::StrAppend(&asked, " ", accepted.scheme_id());
    const Scheme* scheme = schemes.Find(accepted.scheme_id());
    if (scheme == nullptr) continue;
    const std::vector<const AuditFact*> mine = OfScheme(facts, scheme->id, day, question.today);
    const std::string grade = LatestGrade(mine);
    Examiner examiner(question, accepted, *scheme, day);
    for (const AuditFact* fact : mine) all.push_back(examiner.Run(*fact, grade));
  }
  AuditAnswer answer;
  if (all.empty()) {
    v1::AuditCause* cause = answer.add_causes();
    cause->set_result(v1::AUDIT_RESULT_NONE_ON_RECORD);
    cause->set_detail(
        absl::StrCat("no audit of", asked, " is on record by ", FormatDate(DateOf(day))));
    answer.set_result(v1::AUDIT_RESULT_NONE_ON_RECORD);
    return answer;
  }
  AnswerFrom(all, request.allow_open_critical(), &answer);
  AddChecked(std::move(all), day, &answer);
  return answer;
}

}  // namespace probity::policy
